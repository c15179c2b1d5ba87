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
package io.github.tribuollm.evidence;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a checkpoint of the fixtures with its adapter says of the fixture's documents, and how it would learn from them.
 *
 * @param logits of the N completion tokens, [N, V]
 * @param losses of the same tokens, [N], nats
 * @param loss of a step of plain maximum likelihood, nats
 * @param gradients of that step, by parameter
 */
public record FixtureAnswers(float[] logits, float[] losses, double loss, Map<String, float[]> gradients) {
    /** {@return the names of the checkpoints at hand} */
    public static Stream<String> names() {
        return Golden.names();
    }

    /**
     * Computes the answers.
     *
     * @param name the checkpoint
     * @param backend where
     * @param scale of the first adapted module, 1 for the adapter as it is
     * @return the answers
     */
    public static FixtureAnswers of(String name, Backend backend, float scale) {
        try (Golden golden = Golden.of(name)) {
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = ModelShape.of(Architectures.of(golden.checkpoint), Optional.of(adapter), 128, 8)
                    .on(backend);
            return of(golden, shape, scaled(adapter, scale));
        }
    }

    /** The answers of a model of some form; the parameters are closed. */
    static FixtureAnswers of(Golden golden, ModelShape shape, ParameterSet trained) {
        Backend backend = shape.backend();
        WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32, backend.computeType());
        List<TokenSequence> sequences = golden.sequences();
        MicroBatch batch =
                MicroBatch.of(sequences, IntStream.range(0, sequences.size()).toArray());
        try (ParameterSet parameters = trained;
                GraphSession session = backend.open(
                        new LanguageModelGraph(shape, weights).measuringWithLogits(List.of(TokenMeasure.NLL)),
                        weights);
                OptimiserStep step =
                        new OptimiserStep(StepTask.of(Objective.mle(), shape, Optional.empty()), trained, weights, 0);
                Feeds feeds = batch.feeds().tensors(parameters.tensors(n -> n));
                GraphSession.Outputs outputs = session.run(feeds)) {
            FiniteStep finite = new FiniteStep(step, backend.computeType());
            double loss = finite.compute(List.of(batch), 0).loss();
            Map<String, float[]> gradients = new TreeMap<>();
            step.gradients().forEach((parameter, values) -> gradients.put(parameter, divided(values, finite.scale())));
            return new FixtureAnswers(outputs.floats(Names.LOGITS), outputs.floats(Names.measure(0)), loss, gradients);
        }
    }

    /** The adapter with the product of its first module's A and B scaled. */
    static ParameterSet scaled(Adapter adapter, float scale) {
        ParameterSet parameters = ParameterSet.of(adapter);
        parameters.values().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("lora_A.weight"))
                .findFirst()
                .ifPresent(entry -> {
                    FloatBuffer a = entry.getValue();
                    IntStream.range(0, a.capacity()).forEach(i -> a.put(i, scale * a.get(i)));
                });
        return parameters;
    }

    private static float[] divided(FloatBuffer values, float divisor) {
        float[] quotients = new float[values.capacity()];
        for (int i = 0; i < quotients.length; i++) {
            quotients[i] = values.get(i) / divisor;
        }
        return quotients;
    }

    /** {@return whether all logits are another's to the bit} */
    public boolean sameLogits(FixtureAnswers other) {
        return Arrays.equals(logits, other.logits);
    }

    /** {@return the largest difference of a logit from another's, relative to the other's largest} */
    public double logitsFrom(FixtureAnswers other) {
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < logits.length; i++) {
            worst = Math.max(worst, Math.abs(logits[i] - other.logits[i]));
            largest = Math.max(largest, Math.abs(other.logits[i]));
        }
        return worst / largest;
    }

    /** {@return the largest difference of a token's or the step's loss from another's, relative to it or to 1 nat} */
    public double lossesFrom(FixtureAnswers other) {
        double worst = difference(loss, other.loss);
        for (int i = 0; i < losses.length; i++) {
            worst = Math.max(worst, difference(losses[i], other.losses[i]));
        }
        return worst;
    }

    private static double difference(double a, double b) {
        return Math.abs(a - b) / Math.max(1, b);
    }

    /** {@return the norm of the difference of all gradients from another's, relative to the norm of the other's} */
    public double gradientsFrom(FixtureAnswers other) {
        double square = 0;
        double norm = 0;
        for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
            float[] theirs = other.gradients.get(entry.getKey());
            for (int i = 0; i < theirs.length; i++) {
                double d = (double) entry.getValue()[i] - theirs[i];
                square += d * d;
                norm += (double) theirs[i] * theirs[i];
            }
        }
        return Math.sqrt(square / norm);
    }
}
