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
package io.github.tribuollm.uncertainty.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations.Contrast;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations.Level;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UncertaintyCorrelationsTest {
    private static final ClusterBootstrap BOOTSTRAP = new ClusterBootstrap(500, 0.95, 2);

    /** Documents in which epistemic is loss with noise and aleatoric is entropy with noise. */
    private static MeasureSample sample() {
        Random random = new Random(4);
        List<TokenMeasures> documents = new ArrayList<>();
        for (int d = 0; d < 80; d++) {
            double[][] values = new double[4][5];
            for (int t = 0; t < 5; t++) {
                values[0][t] = random.nextDouble(5);
                values[1][t] = random.nextDouble(3);
                values[2][t] = values[1][t] + random.nextDouble();
                values[3][t] = values[0][t] + random.nextDouble();
            }
            Map<String, double[]> measures = new LinkedHashMap<>();
            measures.put("loss", values[0]);
            measures.put("entropy", values[1]);
            measures.put("aleatoric", values[2]);
            measures.put("epistemic", values[3]);
            documents.add(Samples.document("d" + d, measures));
        }
        return UncertaintyCorrelations.sample(documents);
    }

    @Test
    void seesWhatFollowsWhat() {
        UncertaintyCorrelations found = UncertaintyCorrelations.of(sample(), BOOTSTRAP);
        assertEquals(8, found.cells().size());
        assertEquals(4, found.contrasts().size());
        for (Contrast contrast : found.contrasts()) {
            for (Correlation method : Correlation.values()) {
                assertEquals(Verdict.HOLDS, contrast.verdict(method), contrast.sentence(method));
            }
        }
        for (UncertaintyCorrelations.Cell cell : found.cells()) {
            boolean follows = (cell.uncertainty() == Measure.EPISTEMIC) == (cell.metric() == Measure.LOSS);
            cell.estimates()
                    .values()
                    .forEach(estimate -> assertTrue(
                            follows ? estimate.isAbove(0.8) : Math.abs(estimate.value()) < 0.3,
                            cell + " of " + estimate));
        }
        assertEquals(12, found.table().rows().size());
        assertTrue(
                found.table().caption().contains("intervals of 95 % over "),
                found.table().caption());
        assertTrue(found.contrasts().get(0).sentence(Correlation.PEARSON).endsWith("the claim holds"));
    }

    @Test
    void documentsAreTheMeansOfTheirTokens() {
        MeasureSample tokens = sample();
        MeasureSample documents = tokens.documentMeans();
        assertEquals(400, tokens.size());
        assertEquals(80, documents.size());
        double first = Arrays.stream(tokens.values("loss"), 0, 5).average().orElseThrow();
        assertEquals(first, documents.values("loss")[0], 1e-15);
        UncertaintyCorrelations found = UncertaintyCorrelations.of(tokens, BOOTSTRAP);
        assertEquals(
                Correlation.PEARSON.of(documents, "epistemic", "loss").of(Samples.ones(80)),
                found.cells().stream()
                        .filter(c -> c.level() == Level.DOCUMENTS
                                && c.uncertainty() == Measure.EPISTEMIC
                                && c.metric() == Measure.LOSS)
                        .findFirst()
                        .orElseThrow()
                        .estimates()
                        .get(Correlation.PEARSON)
                        .value());
    }

    @Test
    void samplesKeepWhatIsMeasuredAndCountTheRest() {
        MeasureSample.Builder builder = MeasureSample.of("a", "b");
        double nan = Double.NaN;
        builder.accept(Samples.document("1", Map.of("a", new double[] {1, nan, 3}, "b", new double[] {4, 5, nan})));
        builder.accept(Samples.document("2", Map.of("a", new double[] {nan}, "b", new double[] {1})));
        builder.accept(Samples.document("3", Map.of("a", new double[] {7, 8}, "b", new double[] {9, 10})));
        MeasureSample sample = builder.build();
        assertEquals(2, sample.documents());
        assertEquals(3, sample.omitted());
        assertArrayEquals(new double[] {1, 7, 8}, sample.values("a"));
        assertArrayEquals(new double[] {4, 9.5}, sample.documentMeans().values("b"));
        String missing = assertThrows(IllegalArgumentException.class, () -> sample.values("c"))
                .getMessage();
        assertEquals("the sample has no measure 'c'; it has [a, b]", missing);
        String infinite = assertThrows(
                        IllegalArgumentException.class,
                        () -> builder.accept(Samples.document(
                                "row 9", Map.of("a", new double[] {0, Double.POSITIVE_INFINITY}, "b", new double[2]))))
                .getMessage();
        assertTrue(infinite.startsWith("'row 9', token 1: [a, b] are [Infinity, 0.0]"), infinite);
    }
}
