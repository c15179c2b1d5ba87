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

import static io.github.tribuollm.uncertainty.statistics.Samples.integers;
import static io.github.tribuollm.uncertainty.statistics.Samples.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class ClusterBootstrapTest {
    private static final int SIMULATIONS = 300;
    private static final int DOCUMENTS = 150;
    private static final int LENGTH = 3;

    /** Tokens whose measures share a document's difficulty: x = u + e, y = x + v + f, each of variance 1. */
    private static MeasureSample simulated(long seed, boolean tokensAreDocuments) {
        Random random = new Random(seed);
        double[] x = new double[DOCUMENTS * LENGTH];
        double[] y = new double[DOCUMENTS * LENGTH];
        for (int d = 0; d < DOCUMENTS; d++) {
            double u = random.nextGaussian();
            double v = random.nextGaussian();
            for (int t = d * LENGTH; t < (d + 1) * LENGTH; t++) {
                x[t] = u + random.nextGaussian();
                y[t] = x[t] + v + random.nextGaussian();
            }
        }
        int[] lengths = new int[tokensAreDocuments ? x.length : DOCUMENTS];
        Arrays.fill(lengths, tokensAreDocuments ? 1 : LENGTH);
        return Samples.pairs(lengths, x, y);
    }

    private static double coverage(boolean tokensAreDocuments, Correlation method, double truth) {
        int covered = 0;
        for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
            MeasureSample sample = simulated(simulation, tokensAreDocuments);
            Estimate estimate = new ClusterBootstrap(300, 0.95, simulation)
                    .estimate(sample.documents(), method.of(sample, "x", "y"));
            covered += estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
        }
        return (double) covered / SIMULATIONS;
    }

    @Test
    void intervalsCoverTheTruthAsOftenAsTheySay() {
        double pearson = Math.sqrt(0.5);
        double spearman = 6 / Math.PI * Math.asin(pearson / 2);
        double linear = coverage(false, Correlation.PEARSON, pearson);
        double ranked = coverage(false, Correlation.SPEARMAN, spearman);
        double naive = coverage(true, Correlation.PEARSON, pearson);
        System.out.printf(
                "coverage of 95 %% intervals in %d simulations: Pearson %.3f, Spearman %.3f; tokens as documents %.3f%n",
                SIMULATIONS, linear, ranked, naive);
        assertTrue(linear > 0.92 && linear < 0.98, "Pearson " + linear);
        assertTrue(ranked > 0.92 && ranked < 0.98, "Spearman " + ranked);
        assertTrue(naive < 0.88, "resampling tokens " + naive);
    }

    @Test
    void endsAreThoseOfSciPy() {
        JsonObject data = Samples.SCIPY.getAsJsonArray("correlations").get(0).getAsJsonObject();
        MeasureSample sample =
                Samples.pairs(integers(data.get("lengths")), numbers(data.get("x")), numbers(data.get("y")));
        JsonObject expected = Samples.SCIPY.getAsJsonObject("bootstrap");
        ClusterBootstrap bootstrap = new ClusterBootstrap(20000, 0.95, 3);
        for (Correlation method : Correlation.values()) {
            Estimate estimate = bootstrap.estimate(sample.documents(), method.of(sample, "x", "y"));
            double[] ends = numbers(expected.get(method.toString().toLowerCase()));
            assertArrayEquals(ends, new double[] {estimate.low(), estimate.high()}, 0.006, method.toString());
        }
    }

    @Test
    void isAPureFunctionOfItsSeed() throws ExecutionException, InterruptedException {
        MeasureSample sample = simulated(1, false);
        ClusterStatistic statistic = Correlation.SPEARMAN.of(sample, "x", "y");
        ClusterBootstrap bootstrap = new ClusterBootstrap(500, 0.9, 5);
        Estimate first = bootstrap.estimate(DOCUMENTS, statistic);
        ForkJoinPool one = new ForkJoinPool(1);
        ForkJoinPool seven = new ForkJoinPool(7);
        try {
            assertEquals(
                    first,
                    one.submit(() -> bootstrap.estimate(DOCUMENTS, statistic)).get());
            assertEquals(
                    first,
                    seven.submit(() -> bootstrap.estimate(DOCUMENTS, statistic)).get());
        } finally {
            one.shutdown();
            seven.shutdown();
        }
        assertNotEquals(first, new ClusterBootstrap(500, 0.9, 6).estimate(DOCUMENTS, statistic));
    }

    @Test
    void resamplesTakeAsManyDocumentsAsThereAre() {
        int[] taken = new int[10];
        for (int resample = 0; resample < 4000; resample++) {
            int[] copies = ClusterBootstrap.STANDARD.copies(10, resample);
            assertEquals(10, Arrays.stream(copies).sum());
            Arrays.setAll(taken, d -> taken[d] + copies[d]);
        }
        Arrays.stream(taken).forEach(count -> assertEquals(4000, count, 4.5 * Math.sqrt(4000 * 0.9)));
    }

    @Test
    void isUndefinedRatherThanWrong() {
        ClusterBootstrap bootstrap = ClusterBootstrap.STANDARD;
        Estimate single = bootstrap.estimate(1, copies -> 3);
        assertEquals(3, single.value());
        assertTrue(Double.isNaN(single.low()) && Double.isNaN(single.high()));
        Estimate sometimes = bootstrap.estimate(3, copies -> copies[0] == 0 ? Double.NaN : copies[0]);
        assertTrue(Double.isNaN(sometimes.low()));
        assertEquals(new Estimate(2, 2, 2), bootstrap.estimate(4, copies -> 2));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new ClusterBootstrap(10, 0.95, 0))
                .getMessage()
                .contains("resamples"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new ClusterBootstrap(1000, 95, 0))
                .getMessage()
                .contains("confidence"));
    }
}
