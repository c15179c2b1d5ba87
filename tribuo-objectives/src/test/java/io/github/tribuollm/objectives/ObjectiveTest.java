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
package io.github.tribuollm.objectives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ObjectiveTest {
    /** Statistics that are all fed. */
    private static final class FedStatistics implements TokenStatistics {
        private final Graph graph = new Graph();
        private final Dim n = Dim.symbol("N");
        private final Tensor nll = graph.input("nll", ElementType.FLOAT, n);
        private final Tensor entropy = graph.input("entropy", ElementType.FLOAT, n);
        private final Tensor documents = graph.input("documents", ElementType.INT64, n);
        private final Tensor documentIds = graph.input("ids", ElementType.INT64, Dim.symbol("D"));
        private final Tensor all = graph.input("all", ElementType.FLOAT);

        @Override
        public Tensor student(TokenMeasure measure) {
            return measure == TokenMeasure.NLL ? nll : entropy;
        }

        @Override
        public Tensor reference(TokenMeasure measure) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tensor column(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tensor external(ExternalScore score) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tensor documents() {
            return documents;
        }

        @Override
        public Tensor documentIds() {
            return documentIds;
        }

        @Override
        public Tensor allTokens() {
            return all;
        }

        float[] run(Tensor output, float[] losses, long[] ids) {
            long d = 1 + java.util.Arrays.stream(ids).max().orElse(0);
            try (GraphSession session = GraphSession.open(graph.model(Map.of("w", output)));
                    Feeds feeds = new Feeds()
                            .floats("nll", losses, losses.length)
                            .floats("entropy", losses, losses.length)
                            .integers("documents", ids, ids.length)
                            .integers(
                                    "ids",
                                    IntStream.range(0, (int) d).asLongStream().toArray(),
                                    d)
                            .floats("all", new float[] {40});
                    GraphSession.Outputs outputs = session.run(feeds)) {
                return outputs.floats("w");
            }
        }
    }

    private static float[] weights(TokenWeight weight, float[] losses, long[] documents) {
        FedStatistics statistics = new FedStatistics();
        return statistics.run(weight.of(statistics).mul(1), losses, documents);
    }

    private static Selection byLoss(double quantile, Granularity granularity) {
        return new Selection(new LossScore(), new TopQuantile(quantile), granularity, Scope.OPTIMISER_STEP);
    }

    @ParameterizedTest
    @CsvSource({"0.75, 8, 2", "0.75, 9, 3", "0.9, 10, 1", "0.9, 11, 2", "0.5, 1, 1", "0.999, 7, 1", "0.3, 10, 7"})
    void takesExactlyTheShareAboveTheQuantile(double quantile, int n, int expected) {
        Random random = new Random(n);
        float[] losses = new float[n];
        IntStream.range(0, n).forEach(i -> losses[i] = random.nextFloat());
        float[] mask = weights(byLoss(quantile, Granularity.TOKEN), losses, new long[n]);
        float[] sorted = losses.clone();
        java.util.Arrays.sort(sorted);
        int taken = 0;
        for (int i = 0; i < n; i++) {
            assertEquals(losses[i] >= sorted[n - expected] ? 1 : 0, mask[i]);
            taken += (int) mask[i];
        }
        assertEquals(expected, taken);
    }

    @Test
    void tiesGoToTheEarlierToken() {
        assertArrayEquals(
                new float[] {0, 1, 0, 0},
                weights(byLoss(0.75, Granularity.TOKEN), new float[] {1, 2, 2, 2}, new long[4]));
    }

    @Test
    void documentsAreTakenByTheirMeanLoss() {
        assertArrayEquals(
                new float[] {0, 0, 1, 1, 0},
                weights(byLoss(0.75, Granularity.DOCUMENT), new float[] {5, 1, 4, 4, 2}, new long[] {0, 0, 1, 1, 2}));
    }

    @Test
    void masksFormAnAlgebra() {
        float[] losses = {1, 4, 3, 2};
        TokenWeight upper = byLoss(0.75, Granularity.TOKEN);
        TokenWeight half = byLoss(0.5, Granularity.TOKEN);
        assertArrayEquals(new float[] {1, 0, 1, 1}, weights(upper.not(), losses, new long[4]));
        assertArrayEquals(new float[] {0, 0, 1, 0}, weights(half.and(upper.not()), losses, new long[4]));
        assertArrayEquals(new float[] {1, 1, 0, 1}, weights(upper.or(half.not()), losses, new long[4]));
        assertArrayEquals(new float[] {1, 1, 1, 1}, weights(new AllTokens(), losses, new long[4]));
    }

    @ParameterizedTest
    @EnumSource(Normaliser.class)
    void normalisersDivideByTheirCount(Normaliser normaliser) {
        float[] weight = {0, 2, 1, 0, 1};
        long[] documents = {0, 0, 0, 1, 1};
        FedStatistics statistics = new FedStatistics();
        Tensor normalised = normaliser.normalise(statistics.nll(), statistics).mul(1);
        float[] expected = switch (normaliser) {
            case SELECTED -> scaled(weight, 3);
            case VALID -> scaled(weight, 5);
            case ALL -> scaled(weight, 40);
            case WEIGHT_SUM -> scaled(weight, 4);
            case SEQUENCE_MEAN -> new float[] {0, 2f / 6, 1f / 6, 0, 1f / 4};
            case ONE -> weight;
            case SEQUENCES -> scaled(weight, 2);
        };
        assertArrayEquals(expected, statistics.run(normalised, weight, documents), 1e-7f);
    }

    private static float[] scaled(float[] weights, float by) {
        float[] scaled = weights.clone();
        IntStream.range(0, scaled.length).forEach(i -> scaled[i] /= by);
        return scaled;
    }

    @Test
    void badComponentsAreRefusedByName() {
        PropertyException quantile = assertThrows(PropertyException.class, () -> new TopQuantile(1));
        assertTrue(quantile.getMessage().contains("quantile"), quantile.getMessage());
        assertThrows(PropertyException.class, () -> new TopQuantile(Double.NaN));
        assertThrows(PropertyException.class, () -> new Objective(List.of()));
        assertThrows(
                PropertyException.class,
                () -> new Term(new LabelTarget(), new AllTokens(), Normaliser.VALID, Double.POSITIVE_INFINITY));
        TokenWeight micro = new Selection(new LossScore(), new TopQuantile(0.5), Granularity.TOKEN, Scope.MICRO_BATCH);
        TokenWeight step = byLoss(0.5, Granularity.TOKEN);
        assertThrows(PropertyException.class, () -> Objective.maskedMle(micro.and(step)));
    }

    @Test
    void coverageIsKnown() {
        assertTrue(Objective.mle().coversEveryToken());
        assertTrue(Objective.maskedMleDistill(0.75).coversEveryToken());
        assertFalse(Objective.maskedMle(0.75).coversEveryToken());
        assertTrue(Objective.maskedMleDistill(0.75).needsTeacher());
        assertFalse(Objective.maskedMle(0.75).needsTeacher());
    }

    @Test
    void configurationRoundTripsThroughProvenance(@TempDir Path directory) throws IOException {
        TokenWeight random =
                new Selection(new RandomScore(7), new TopQuantile(0.6), Granularity.DOCUMENT, Scope.MICRO_BATCH);
        for (Objective objective :
                List.of(Objective.mle(), Objective.maskedMleDistill(0.9), Objective.maskedMle(random.not()))) {
            ConfigurationManager manager = new ConfigurationManager();
            manager.addConfiguration(ProvenanceUtil.extractConfiguration(objective.getProvenance()));
            Path file = directory.resolve("objective.xml");
            manager.save(file.toFile(), true);
            Objective read = new ConfigurationManager(file.toString())
                    .lookupAll(Objective.class)
                    .get(0);
            assertEquals(objective.getProvenance(), read.getProvenance());
            assertEquals(objective.toString(), read.toString());
        }
    }

    @Test
    void randomScoresAreAFunctionOfTheirKey() {
        long[] sequences = {3, 3, 4};
        int[] positions = {1, 2, 1};
        RandomScore score = new RandomScore(5);
        assertArrayEquals(score.values(2, sequences, positions), new RandomScore(5).values(2, sequences, positions));
        assertNotEquals(score.values(2, sequences, positions)[0], score.values(3, sequences, positions)[0]);
        assertNotEquals(score.values(2, sequences, positions)[0], score.values(2, sequences, positions)[1]);
        double mean = IntStream.range(0, 10000)
                .mapToDouble(i -> CounterRandom.uniform(1, i))
                .average()
                .orElseThrow();
        assertEquals(0.5, mean, 0.01);
    }

    /** Distributions from logits: values against double arithmetic, gradients against p - q. */
    @Test
    void distributionsGiveLossEntropyAndCrossEntropy() {
        float[] z = {2, -1, 0.5f, 30, 31, -20};
        float[] t = {0, 1, -1, 3, 3, 3};
        Graph graph = new Graph();
        Tensor logits = graph.input("z", ElementType.FLOAT, Dim.symbol("N"), Dim.of(3));
        Tensor teacherLogits = graph.input("t", ElementType.FLOAT, Dim.symbol("N"), Dim.of(3));
        Tensor labels = graph.input("labels", ElementType.INT64, Dim.symbol("N"));
        TokenDistribution student = TokenDistribution.ofLogits(logits);
        TokenDistribution teacher = TokenDistribution.ofLogits(teacherLogits);
        Tensor nll = student.nll(labels);
        Tensor cross = student.crossEntropy(teacher);
        Tensor entropy = student.entropy();
        Map<String, Tensor> outputs = Map.of(
                "nll", nll.mul(1),
                "cross", cross.mul(1),
                "entropy", entropy.mul(1),
                "dnll", Gradients.of(nll.sum(), List.of(logits)).get(0).mul(1),
                "dcross", Gradients.of(cross.sum(), List.of(logits)).get(0).mul(1),
                "dentropy", Gradients.of(entropy.sum(), List.of(logits)).get(0).mul(1));
        try (GraphSession session = GraphSession.open(graph.model(outputs));
                Feeds feeds =
                        new Feeds().floats("z", z, 2, 3).floats("t", t, 2, 3).integers("labels", new long[] {2, 0}, 2);
                GraphSession.Outputs result = session.run(feeds)) {
            for (int row = 0; row < 2; row++) {
                double[] p = softmax(z, row);
                double[] q = softmax(t, row);
                int label = row == 0 ? 2 : 0;
                double h = 0;
                double ce = 0;
                for (int v = 0; v < 3; v++) {
                    h -= p[v] * Math.log(p[v]);
                    ce -= q[v] * Math.log(p[v]);
                }
                assertEquals(-Math.log(p[label]), result.floats("nll")[row], 1e-5);
                assertEquals(h, result.floats("entropy")[row], 1e-6);
                assertEquals(ce, result.floats("cross")[row], 1e-5);
                for (int v = 0; v < 3; v++) {
                    double oneHot = v == label ? 1 : 0;
                    assertEquals(p[v] - oneHot, result.floats("dnll")[3 * row + v], 1e-6);
                    assertEquals(p[v] - q[v], result.floats("dcross")[3 * row + v], 1e-6);
                    assertEquals(-p[v] * (Math.log(p[v]) + h), result.floats("dentropy")[3 * row + v], 1e-5);
                }
            }
        }
    }

    private static double[] softmax(float[] logits, int row) {
        double[] p = IntStream.range(0, 3)
                .mapToDouble(v -> Math.exp(logits[3 * row + v]))
                .toArray();
        double sum = java.util.Arrays.stream(p).sum();
        return java.util.Arrays.stream(p).map(x -> x / sum).toArray();
    }
}
