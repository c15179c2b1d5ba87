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

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.target.ClippedRatioTarget;
import io.github.tribuollm.objectives.target.DivergenceTarget;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.target.ReferenceTarget;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.target.TopReferenceTarget;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.ColumnScore;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Score;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.Selector;
import io.github.tribuollm.objectives.weight.SoftFunction;
import io.github.tribuollm.objectives.weight.SoftWeight;
import io.github.tribuollm.objectives.weight.Threshold;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopCount;
import io.github.tribuollm.objectives.weight.TopEntropyScore;
import io.github.tribuollm.objectives.weight.TopQuantile;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            long d = 1 + Arrays.stream(ids).max().orElse(0);
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
        Arrays.sort(sorted);
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

    private static Selection byLoss(Selector selector, Scope scope) {
        return new Selection(new LossScore(), selector, Granularity.TOKEN, scope);
    }

    @Test
    void countsAndThresholdsSelect() {
        float[] losses = {1, 4, 3, 4, 2};
        long[] documents = {0, 0, 1, 1, 1};
        assertArrayEquals(
                new float[] {0, 1, 0, 1, 0}, weights(byLoss(new TopCount(2), Scope.OPTIMISER_STEP), losses, documents));
        assertArrayEquals(
                new float[] {1, 1, 1, 1, 1}, weights(byLoss(new TopCount(9), Scope.OPTIMISER_STEP), losses, documents));
        assertArrayEquals(
                new float[] {0, 1, 0, 1, 0},
                weights(byLoss(new Threshold(3), Scope.OPTIMISER_STEP), losses, documents));
    }

    /** Against sorting each document in Java, with ties and with documents of one token. */
    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.5, 0.9})
    void eachDocumentIsRankedByItself(double quantile) {
        Random random = new Random(3);
        long[] documents = IntStream.range(0, 9)
                .boxed()
                .flatMapToLong(d ->
                        LongStream.range(0, d == 4 ? 1 : 1 + random.nextInt(12)).map(i -> d))
                .toArray();
        float[] losses = new float[documents.length];
        IntStream.range(0, losses.length).forEach(i -> losses[i] = random.nextInt(5));
        float[] expected = new float[losses.length];
        for (long d = 0; d < 9; d++) {
            long document = d;
            int[] tokens = IntStream.range(0, losses.length)
                    .filter(i -> documents[i] == document)
                    .toArray();
            IntStream.of(tokens)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -losses[i]))
                    .limit((long) Math.ceil((1 - quantile) * tokens.length))
                    .forEach(i -> expected[i] = 1);
        }
        assertArrayEquals(expected, weights(byLoss(new TopQuantile(quantile), Scope.SEQUENCE), losses, documents));
    }

    @Test
    void softWeightsAreClippedFunctions() {
        float[] losses = {-2, 0, 1, 5};
        SoftWeight loss = new SoftWeight(new LossScore());
        assertArrayEquals(losses, weights(loss, losses, new long[4]));
        assertArrayEquals(new float[] {-1, 0, 1, 2}, weights(loss.clipped(-1, 2), losses, new long[4]));
        assertArrayEquals(new float[] {-1, -1, 3, 3}, weights(loss.byDocument(), losses, new long[] {0, 0, 1, 1}));
        SoftWeight sigmoid = new SoftWeight(new LossScore(), SoftFunction.SIGMOID, 2).shifted(1);
        assertEquals(0.5f, weights(sigmoid, losses, new long[4])[2]);
        assertEquals(1 / (1 + Math.exp(6)), weights(sigmoid, losses, new long[4])[0], 1e-7);
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
        assertThrows(PropertyException.class, () -> new TopCount(0));
        assertThrows(PropertyException.class, () -> new Threshold(Double.NaN));
        assertThrows(PropertyException.class, () -> new ColumnScore(" "));
        assertThrows(PropertyException.class, () -> new TopEntropyScore(1));
        assertThrows(PropertyException.class, () -> new ReferenceTarget(0));
        assertThrows(PropertyException.class, () -> new TopReferenceTarget(0, false, 1));
        assertThrows(PropertyException.class, () -> new DivergenceTarget(1.1, 1));
        assertThrows(PropertyException.class, () -> new ClippedRatioTarget(Policy.OLD, 0, 0.2));
        assertThrows(PropertyException.class, () -> new ClippedRatioTarget(Policy.OLD, 0.2, Double.NaN));
        SoftWeight loss = new SoftWeight(new LossScore());
        assertThrows(PropertyException.class, () -> loss.clipped(2, 1));
        assertThrows(PropertyException.class, () -> loss.clipped(0, Double.NaN));
        assertThrows(PropertyException.class, () -> loss.shifted(Double.NaN));
        assertThrows(
                PropertyException.class,
                () -> new Selection(new LossScore(), new TopCount(1), Granularity.DOCUMENT, Scope.SEQUENCE));
    }

    @Test
    void scopesAreSharedButForWholeDocuments() {
        TopQuantile half = new TopQuantile(0.5);
        TokenWeight micro = byLoss(half, Scope.MICRO_BATCH);
        TokenWeight step = byLoss(half, Scope.OPTIMISER_STEP);
        TokenWeight data = byLoss(half, Scope.DATASET);
        TokenWeight sequence = byLoss(half, Scope.SEQUENCE);
        assertThrows(PropertyException.class, () -> Objective.maskedMle(micro.and(step)));
        assertThrows(PropertyException.class, () -> Objective.maskedMle(step.or(data.and(sequence))));
        assertEquals(Optional.of(Scope.DATASET), data.and(sequence).scope());
        assertEquals(Optional.of(Scope.SEQUENCE), sequence.not().scope());
        assertEquals(Optional.empty(), Objectives.dft().scope());
    }

    @Test
    void exclusiveTermsMustShareOutTheTokens() {
        TokenWeight hard = byLoss(0.75, Granularity.TOKEN);
        TokenWeight alsoHard = byLoss(0.75, Granularity.TOKEN);
        TokenWeight half = byLoss(0.5, Granularity.TOKEN);
        assertEquals(
                3,
                exclusive(hard, half.and(alsoHard.not()), half.not().and(hard.not()))
                        .terms()
                        .size());
        PropertyException overlap = assertThrows(PropertyException.class, () -> exclusive(hard, half));
        assertTrue(overlap.getMessage().contains("later.and(earlier.not())"), overlap.getMessage());
        assertThrows(PropertyException.class, () -> exclusive(hard, hard));
        assertThrows(PropertyException.class, () -> exclusive(new AllTokens(), hard.not()));
        assertThrows(
                PropertyException.class,
                () -> Objective.maskedMleDistill(0.75)
                        .plus(new Term(new ReferenceTarget(), new AllTokens(), Normaliser.VALID, 1)));
    }

    private static Objective exclusive(TokenWeight... masks) {
        return Objective.exclusive(Stream.of(masks)
                .map(mask -> new Term(new LabelTarget(), mask, Normaliser.VALID, 1))
                .toList());
    }

    /** A score of one's own: how far the most probable token is ahead of the next. */
    public static final class MarginScore implements Score {
        private static final TokenMeasure MARGIN = (prediction, labels) -> {
            Tensor two = prediction.top(2).probabilities();
            return two.slice(1, 0, 1).sub(two.slice(1, 1, 2)).reshape(labels.shape());
        };

        @Override
        public Tensor of(TokenStatistics statistics) {
            return statistics.student(MARGIN);
        }
    }

    @Test
    void aScoreOfOnesOwnIsOneClass() {
        TokenBatch batch = TokenBatch.of(TokenBatch.fixtures(), "flat");
        Objective close = Objectives.maskedMle(new MarginScore(), 0.5);
        TokenBatch.Result result = batch.evaluate(close);
        int trained = 0;
        for (int i = 0; i < batch.tokens(); i++) {
            double norm = 0;
            for (int v = 0; v < batch.classes(); v++) {
                norm += Math.abs(result.gradient()[i * batch.classes() + v]);
            }
            trained += norm > 0 ? 1 : 0;
        }
        assertEquals(8, trained);
        assertEquals(1, close.requirements().student().size());
        assertEquals(1, close.selections().size());
    }

    @Test
    void requirementsAreFoundByBuilding() {
        Requirements mle = Objective.mle().requirements();
        assertEquals(new Requirements(Set.of(), Set.of(), false, Set.of(), List.of(), List.of()), mle);
        assertFalse(mle.needsReference());
        Requirements rho = Objectives.rho1(0.4).requirements();
        assertEquals(Set.of(TokenMeasure.NLL), rho.student());
        assertEquals(Set.of(TokenMeasure.NLL), rho.reference());
        assertFalse(rho.referenceTarget());
        assertTrue(rho.needsReference());
        Requirements grpo = Objectives.grpo(0.2, 0.04).requirements();
        assertEquals(Set.of(ColumnNames.ADVANTAGE, ColumnNames.OLD_LOG_PROBABILITY), grpo.columns());
        assertTrue(grpo.referenceTarget());
        assertEquals(Set.of(), grpo.student());
        SparseTeacher teacher = new NamedTeacher("samples", 6);
        assertEquals(
                List.of(teacher),
                Objectives.sparseDistillation(teacher).requirements().sparseTeachers());
        RandomScore random = new RandomScore(1);
        assertEquals(
                List.of(random),
                Objectives.maskedMle(random, 0.5).requirements().externals());
        assertEquals(1, Objectives.eaft(20).requirements().student().size());
    }

    @Test
    void coverageIsKnown() {
        assertTrue(Objective.mle().coversEveryToken());
        assertTrue(Objective.maskedMleDistill(0.75).coversEveryToken());
        assertFalse(Objective.maskedMle(0.75).coversEveryToken());
        assertTrue(Objectives.dft().coversEveryToken());
        assertEquals(1, Objective.maskedMleDistill(0.75).selections().size());
        assertTrue(Objective.maskedMleDistill(0.75).needsReference());
        assertFalse(Objective.maskedMle(0.75).needsReference());
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

    private static Objective configured(Map<String, String> properties) {
        Map<String, Property> values = new HashMap<>();
        properties.forEach((name, value) -> values.put(name, new SimpleProperty(value)));
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(new ConfigurationData("objective", PaperObjective.class.getName(), values));
        return (Objective) manager.lookup("objective");
    }

    private static List<ObjectProvenance> terms(Objective objective) {
        return objective.terms().stream()
                .<ObjectProvenance>map(Term::getProvenance)
                .toList();
    }

    @Test
    void aShortFormIsItsTerms(@TempDir Path directory) throws IOException {
        Map<Map<String, String>, Objective> written = Map.of(
                Map.of("method", "MLE"), Objective.mle(),
                Map.of("method", "MASKED_MLE"), Objective.maskedMle(0.75),
                Map.of("method", "MASKED_MLE_DISTILL"), Objective.maskedMleDistill(0.75),
                Map.of("method", "MASKED_MLE_DISTILL", "quantile", "0.9"), Objective.maskedMleDistill(0.9),
                Map.of("method", "DISTILL"), Objective.distill());
        for (Map.Entry<Map<String, String>, Objective> entry : written.entrySet()) {
            Objective brief = configured(entry.getKey());
            assertEquals(terms(entry.getValue()), terms(brief));
            assertEquals(entry.getValue().toString(), brief.toString());
            ConfigurationManager manager = new ConfigurationManager();
            manager.addConfiguration(ProvenanceUtil.extractConfiguration(brief.getProvenance()));
            Path file = directory.resolve("objective.xml");
            manager.save(file.toFile(), true);
            Objective read = new ConfigurationManager(file.toString())
                    .lookupAll(PaperObjective.class)
                    .get(0);
            assertEquals(brief.getProvenance(), read.getProvenance());
        }
    }

    @Test
    void aShortFormSaysNothingInVain() {
        assertRefused("selects no tokens", () -> configured(Map.of("method", "MLE", "quantile", "0.5")));
        assertRefused("must lie in (0, 1)", () -> configured(Map.of("method", "MASKED_MLE", "quantile", "1")));
        ConfigurationManager manager = new ConfigurationManager();
        ListProperty terms = ListProperty.createFromStringList(
                List.of(manager.importConfigurable(Objective.mle().terms().get(0), "term")));
        Map<String, Property> both = Map.of("method", new SimpleProperty("MASKED_MLE"), "terms", terms);
        manager.addConfiguration(
                new ConfigurationData("objective", PaperObjective.class.getName(), new HashMap<>(both)));
        assertRefused("not those of the method", () -> manager.lookup("objective"));
    }

    private static void assertRefused(String reason, Executable configuration) {
        PropertyException refused = assertThrows(PropertyException.class, configuration);
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
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
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(x -> x / sum).toArray();
    }
}
