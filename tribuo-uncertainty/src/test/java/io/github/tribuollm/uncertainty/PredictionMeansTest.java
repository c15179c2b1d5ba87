/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.uncertainty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Measures over the vocabulary of a trained model, with logits of its size, against float64. */
class PredictionMeansTest {
    private static final int SAMPLES = 8;
    private static final int TOKENS = 4;
    private static final int VOCABULARY = 49_152;

    /** Logits of one sample, as dropout leaves them: near each other, and 15 to 25 where p is. */
    private static float[][] logits() {
        Random random = new Random(1);
        float[][] samples = new float[SAMPLES][TOKENS * VOCABULARY];
        for (int i = 0; i < TOKENS * VOCABULARY; i++) {
            boolean likely = i % VOCABULARY < 10;
            double z = likely ? 20 - 0.4 * (i % VOCABULARY) : 7 + 2.5 * random.nextGaussian();
            for (float[] sample : samples) {
                sample[i] = (float) (z + 0.2 * random.nextGaussian());
            }
        }
        return samples;
    }

    private static double[] logs(float[] sample, int token) {
        double[] z = new double[VOCABULARY];
        Arrays.setAll(z, x -> sample[token * VOCABULARY + x]);
        double max = Arrays.stream(z).max().orElseThrow();
        double logZ =
                max + Math.log(Arrays.stream(z).map(v -> Math.exp(v - max)).sum());
        Arrays.setAll(z, x -> z[x] - logZ);
        return z;
    }

    private static Map<Measure, Double> exact(float[][] samples, int token) {
        double[] mean = new double[VOCABULARY];
        double[] meanLog = new double[VOCABULARY];
        double aleatoric = 0;
        for (float[] sample : samples) {
            double[] logs = logs(sample, token);
            for (int x = 0; x < VOCABULARY; x++) {
                mean[x] += Math.exp(logs[x]) / SAMPLES;
                meanLog[x] += logs[x] / SAMPLES;
                aleatoric -= Math.exp(logs[x]) * logs[x] / SAMPLES;
            }
        }
        double total = 0;
        double cross = 0;
        for (int x = 0; x < VOCABULARY; x++) {
            total -= mean[x] * Math.log(mean[x]);
            cross -= mean[x] * meanLog[x];
        }
        return Map.of(
                Measure.TOTAL, total,
                Measure.ALEATORIC, aleatoric,
                Measure.EPISTEMIC, total - aleatoric,
                Measure.PAIRWISE_DIVERGENCE, cross - aleatoric,
                Measure.REVERSE_MUTUAL_INFORMATION, cross - total);
    }

    @Test
    void measuresAreThoseOfFloat64() {
        float[][] samples = logits();
        Graph graph = new Graph();
        Dim[] shape = {Dim.symbol("N"), Dim.of(VOCABULARY)};
        Tensor zeros = graph.input("zeros", ElementType.FLOAT, shape);
        PredictionMeans means =
                new PredictionMeans(zeros, graph.input("zero", ElementType.FLOAT, shape[0]), Optional.of(zeros));
        for (int s = 0; s < SAMPLES; s++) {
            TokenDistribution sample = TokenDistribution.ofLogits(graph.input("sample " + s, ElementType.FLOAT, shape));
            means = means.with(sample.probabilities(), graph.constant(new float[] {1f / (s + 1)}, 1));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        means.measures().forEach((measure, values) -> outputs.put(measure.label(), values));
        Feeds feeds = new Feeds()
                .floats("zeros", new float[TOKENS * VOCABULARY], TOKENS, VOCABULARY)
                .floats("zero", new float[TOKENS], TOKENS);
        for (int s = 0; s < SAMPLES; s++) {
            feeds.floats("sample " + s, samples[s], TOKENS, VOCABULARY);
        }
        try (feeds;
                GraphSession session = GraphSession.open(graph.model(outputs));
                GraphSession.Outputs found = session.run(feeds)) {
            for (int token = 0; token < TOKENS; token++) {
                int t = token;
                exact(samples, token).forEach((measure, value) -> {
                    assertTrue(value > 1e-3, () -> measure + " says nothing: " + value);
                    assertEquals(value, found.floats(measure.label())[t], 3e-6, measure + " of token " + t);
                });
            }
        }
    }
}
