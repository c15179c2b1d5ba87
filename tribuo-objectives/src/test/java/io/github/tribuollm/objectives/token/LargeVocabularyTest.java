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
package io.github.tribuollm.objectives.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.RowSums;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Losses and gradients over vocabularies of trained models, with logits of their size, against float64. SmolLM2 has
 * 49,152 tokens; 50,257 and 32,003 are vocabularies that cannot be cut into equal blocks.
 */
class LargeVocabularyTest {
    private static final int TOKENS = 6;
    private static final int K = 20;
    private static final double TEMPERATURE = 2;

    /** What the quantities of a student, its teacher and the labels are in float64, with gradients. */
    private record Exact(double[] value, double[][] gradient) {}

    /** Logits as trained models have them: a broad mass around 8, and a few between 15 and 25 that carry p. */
    private record Logits(int vocabulary, float[] values) {
        static Logits of(int vocabulary, long seed) {
            Random random = new Random(seed);
            float[] z = new float[TOKENS * vocabulary];
            for (int i = 0; i < z.length; i++) {
                z[i] = (float) (8 + 2.5 * random.nextGaussian());
            }
            for (int token = 0; token < TOKENS; token++) {
                for (int j = 0; j < 8; j++) {
                    z[token * vocabulary + random.nextInt(vocabulary)] = (float) (20 + 0.8 * (token - j));
                }
            }
            return new Logits(vocabulary, z);
        }

        /** The same model after some training. */
        Logits near(double deviation, float offset) {
            Random random = new Random(7);
            float[] z = values.clone();
            for (int i = 0; i < z.length; i++) {
                z[i] += (float) (deviation * random.nextGaussian()) + offset;
            }
            return new Logits(vocabulary, z);
        }

        /** log softmax(z / T) of a token in float64. */
        double[] logs(int token, double temperature) {
            double[] z = new double[vocabulary];
            Arrays.setAll(z, x -> values[token * vocabulary + x] / temperature);
            double max = Arrays.stream(z).max().orElseThrow();
            double logZ =
                    max + Math.log(Arrays.stream(z).map(v -> Math.exp(v - max)).sum());
            Arrays.setAll(z, x -> z[x] - logZ);
            return z;
        }

        long[] best() {
            long[] best = new long[TOKENS];
            for (int token = 0; token < TOKENS; token++) {
                double[] logs = logs(token, 1);
                for (int x = 0; x < vocabulary; x++) {
                    best[token] = logs[x] > logs[(int) best[token]] ? x : best[token];
                }
            }
            return best;
        }
    }

    /** A quantity of one token in float64, from the log-probabilities of student and teacher. */
    private interface InDouble {
        double of(double[] student, double[] teacher, int label, double[] gradient);
    }

    private record Case(Function<Predictions, Tensor> graph, InDouble exact, double temperature) {
        Case(Function<Predictions, Tensor> graph, InDouble exact) {
            this(graph, exact, 1);
        }
    }

    private record Predictions(TokenDistribution student, TokenDistribution teacher, Tensor labels) {}

    private static double towards(double[] p, double[] q, double[] gradient) {
        double value = 0;
        for (int x = 0; x < p.length; x++) {
            value -= Math.exp(q[x]) * p[x];
            gradient[x] = Math.exp(p[x]) - Math.exp(q[x]);
        }
        return value;
    }

    /** sum p (f - ...), whose gradient is p (g - sum p g), for g given. */
    private static void expectation(double[] p, double[] g, double[] gradient) {
        double mean = 0;
        for (int x = 0; x < p.length; x++) {
            mean += Math.exp(p[x]) * g[x];
        }
        for (int x = 0; x < p.length; x++) {
            gradient[x] = Math.exp(p[x]) * (g[x] - mean);
        }
    }

    private static double entropy(double[] p) {
        return -Arrays.stream(p).map(log -> Math.exp(log) * log).sum();
    }

    private static double mixed(double[] p, double[] q, double beta, double[] gradient) {
        double value = 0;
        double[] g = new double[p.length];
        for (int x = 0; x < p.length; x++) {
            double mixture = Math.log(beta * Math.exp(q[x]) + (1 - beta) * Math.exp(p[x]));
            value += beta * Math.exp(q[x]) * (q[x] - mixture) + (1 - beta) * Math.exp(p[x]) * (p[x] - mixture);
            g[x] = (1 - beta) * (p[x] - mixture);
        }
        expectation(p, g, gradient);
        return value;
    }

    private static double truncated(double[] p, double[] q, double[] gradient) {
        double[] sorted = q.clone();
        Arrays.sort(sorted);
        double least = sorted[sorted.length - K];
        double mass =
                Arrays.stream(q).filter(log -> log >= least).map(Math::exp).sum();
        double value = 0;
        for (int x = 0; x < p.length; x++) {
            double own = q[x] >= least ? Math.exp(q[x]) / mass : 0;
            value -= own * p[x];
            gradient[x] = Math.exp(p[x]) - own;
        }
        return value;
    }

    private static final Map<String, Case> CASES = cases();

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("nll", new Case(m -> m.student.nll(m.labels), (p, q, label, gradient) -> {
            Arrays.setAll(gradient, x -> Math.exp(p[x]) - (x == label ? 1 : 0));
            return -p[label];
        }));
        cases.put("entropy", new Case(m -> m.student.entropy(), (p, q, label, gradient) -> {
            expectation(p, Arrays.stream(p).map(log -> -log).toArray(), gradient);
            return entropy(p);
        }));
        cases.put(
                "cross-entropy",
                new Case(m -> m.student.crossEntropy(m.teacher), (p, q, label, gradient) -> towards(p, q, gradient)));
        cases.put(
                "cross-entropy at a temperature",
                new Case(
                        m -> m.student.atTemperature(TEMPERATURE).crossEntropy(m.teacher.atTemperature(TEMPERATURE)),
                        (p, q, label, gradient) -> {
                            double value = towards(p, q, gradient);
                            Arrays.setAll(gradient, x -> gradient[x] / TEMPERATURE);
                            return value;
                        },
                        TEMPERATURE));
        cases.put(
                "cross-entropy to the top",
                new Case(
                        m -> m.student.crossEntropy(m.teacher.top(K).renormalised()),
                        (p, q, label, gradient) -> truncated(p, q, gradient)));
        cases.put(
                "forward KL",
                new Case(
                        m -> m.student.divergence(m.teacher, 0),
                        (p, q, label, gradient) -> towards(p, q, gradient) - entropy(q)));
        cases.put("reverse KL", new Case(m -> m.student.divergence(m.teacher, 1), (p, q, label, gradient) -> {
            double[] ratio = new double[p.length];
            Arrays.setAll(ratio, x -> p[x] - q[x]);
            expectation(p, ratio, gradient);
            double value = 0;
            for (int x = 0; x < p.length; x++) {
                value += Math.exp(p[x]) * ratio[x];
            }
            return value;
        }));
        cases.put(
                "Jensen-Shannon",
                new Case(
                        m -> m.student.divergence(m.teacher, 0.3),
                        (p, q, label, gradient) -> mixed(p, q, 0.3, gradient)));
        return cases;
    }

    @ParameterizedTest
    @ValueSource(ints = {49_152, 50_257, 32_003, 128_256})
    void lossesAndGradientsAreThoseOfFloat64(int vocabulary) {
        Logits student = Logits.of(vocabulary, 1);
        compare(student, student.near(0.3, 0), 1e-6, 5e-6);
    }

    /** A teacher that the student has nearly reached, or whose logits lie elsewhere: little is left of p - q. */
    @ParameterizedTest
    @ValueSource(floats = {0, 15})
    void littleIsLeftOfTheDifferenceAndItIsRight(float offset) {
        Logits student = Logits.of(49_152, 2);
        compare(student, student.near(0.02, offset), 1e-6, 1e-4);
    }

    private static void compare(Logits student, Logits teacher, double ofValue, double ofGradient) {
        int v = student.vocabulary();
        Graph graph = new Graph();
        Dim[] shape = {Dim.symbol("N"), Dim.of(v)};
        Tensor logits = graph.input("student", ElementType.FLOAT, shape);
        Predictions models = new Predictions(
                TokenDistribution.ofLogits(logits),
                TokenDistribution.ofLogits(graph.input("teacher", ElementType.FLOAT, shape)),
                graph.input("labels", ElementType.INT64, Dim.symbol("N")));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        CASES.forEach((name, one) -> {
            Tensor values = one.graph().apply(models);
            outputs.put(name, values);
            outputs.put(
                    "gradient of " + name,
                    Gradients.of(values.sum(), List.of(logits)).get(0));
        });
        long[] labels = teacher.best();
        try (GraphSession session = GraphSession.open(graph.model(outputs));
                Feeds feeds = new Feeds()
                        .floats("student", student.values(), TOKENS, v)
                        .floats("teacher", teacher.values(), TOKENS, v)
                        .integers("labels", labels, TOKENS);
                GraphSession.Outputs found = session.run(feeds)) {
            CASES.forEach((name, one) -> {
                float[] values = found.floats(name);
                float[] gradients = found.floats("gradient of " + name);
                for (int token = 0; token < TOKENS; token++) {
                    double[] exact = new double[v];
                    double value = one.exact()
                            .of(
                                    student.logs(token, one.temperature()),
                                    teacher.logs(token, one.temperature()),
                                    (int) labels[token],
                                    exact);
                    String where = name + " of token " + token + " over " + v;
                    assertEquals(value, values[token], ofValue * Math.max(1, value), where);
                    double off = 0;
                    double norm = 0;
                    for (int x = 0; x < v; x++) {
                        off += Math.pow(gradients[token * v + x] - exact[x], 2);
                        norm += exact[x] * exact[x];
                    }
                    double relative = Math.sqrt(off / norm);
                    assertTrue(relative <= ofGradient, () -> where + ": gradient " + relative + " off");
                }
            });
        }
    }

    /** A probability above 1 would not fit the 16 bits in which cached teachers keep it. */
    @Test
    void probabilitiesSumToOne() {
        Logits model = Logits.of(49_152, 3);
        Graph graph = new Graph();
        TokenDistribution prediction = TokenDistribution.ofLogits(
                graph.input("logits", ElementType.FLOAT, Dim.symbol("N"), Dim.of(model.vocabulary())));
        Map<String, Tensor> outputs = Map.of(
                "probabilities",
                prediction.probabilities(),
                "top",
                prediction.top(1).probabilities(),
                "loss",
                prediction.bestNll());
        try (GraphSession session = GraphSession.open(graph.model(outputs));
                Feeds feeds = new Feeds().floats("logits", model.values(), TOKENS, model.vocabulary());
                GraphSession.Outputs found = session.run(feeds)) {
            float[] all = found.floats("probabilities");
            for (int token = 0; token < TOKENS; token++) {
                double sum = 0;
                for (int x = 0; x < model.vocabulary(); x++) {
                    sum += all[token * model.vocabulary() + x];
                }
                double best = model.logs(token, 1)[(int) model.best()[token]];
                assertEquals(1, sum, 5e-7, "sum of the probabilities of token " + token);
                assertEquals(Math.exp(best), found.floats("top")[token], 5e-7, "best of token " + token);
                assertEquals(-best, found.floats("loss")[token], 5e-7, "loss of the best of token " + token);
            }
        }
    }

    @Test
    void sumsOfRowsLoseNothing() {
        for (int v : new int[] {1, 1000, 1024, 1025, 32_000, 32_003, 50_257}) {
            float[] row = new float[v];
            Random random = new Random(v);
            for (int x = 0; x < v; x++) {
                row[x] = 1e-7f * random.nextFloat();
            }
            row[0] = 1;
            double[] exact = new double[v];
            double sum = 0;
            double dot = 0;
            for (int x = 0; x < v; x++) {
                sum += row[x];
                dot += (double) row[x] * row[x];
                exact[x] = sum;
            }
            Graph graph = new Graph();
            Tensor rows = graph.input("rows", ElementType.FLOAT, Dim.symbol("N"), Dim.of(v));
            Map<String, Tensor> outputs = Map.of(
                    "sum", RowSums.sum(rows), "dot", RowSums.dot(rows, rows), "cumulative", RowSums.cumulative(rows));
            try (GraphSession session = GraphSession.open(graph.model(outputs));
                    Feeds feeds = new Feeds().floats("rows", row, 1, v);
                    GraphSession.Outputs found = session.run(feeds)) {
                assertEquals(sum, found.floats("sum")[0], 1e-6, "sum of " + v);
                assertEquals(dot, found.floats("dot")[0], 1e-6, "inner product of " + v);
                float[] cumulative = found.floats("cumulative");
                for (int x = 0; x < v; x++) {
                    assertEquals(exact[x], cumulative[x], 3e-5, "sum of " + v + " up to " + x);
                    assertTrue(x == 0 || cumulative[x] >= cumulative[x - 1], "sums of " + v + " fall at " + x);
                }
            }
        }
    }
}
