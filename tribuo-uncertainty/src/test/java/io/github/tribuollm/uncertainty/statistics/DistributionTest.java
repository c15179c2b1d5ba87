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

import static io.github.tribuollm.uncertainty.statistics.Samples.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DistributionTest {
    private static final JsonObject SCIPY = Samples.SCIPY.getAsJsonObject("distribution");
    private static final Distribution DISTRIBUTION = Distribution.of(numbers(SCIPY.get("values")));

    @Test
    void agreesWithNumPyAndSciPy() {
        assertEquals(SCIPY.get("mean").getAsDouble(), DISTRIBUTION.mean(), 1e-12);
        assertEquals(SCIPY.get("sd").getAsDouble(), DISTRIBUTION.standardDeviation(), 1e-12);
        double[] quantiles = Arrays.stream(numbers(SCIPY.get("shares")))
                .map(DISTRIBUTION::quantile)
                .toArray();
        assertArrayEquals(numbers(SCIPY.get("quantiles")), quantiles, 1e-12);
        assertArrayEquals(numbers(SCIPY.get("density")), DISTRIBUTION.density(numbers(SCIPY.get("points"))), 1e-12);
        Histogram histogram = DISTRIBUTION.histogram(0, 5, 7);
        assertArrayEquals(numbers(SCIPY.get("edges")), histogram.edges(), 1e-12);
        assertArrayEquals(
                numbers(SCIPY.get("counts")),
                Arrays.stream(histogram.counts()).asDoubleStream().toArray());
        assertEquals(1, Arrays.stream(histogram.shares()).sum(), 1e-12);
    }

    @Test
    void theLastBinHoldsItsUpperEdge() {
        assertArrayEquals(
                new long[] {2, 2},
                Distribution.of(-1, 0, 0.5, 1, 2, 3).histogram(0, 2, 2).counts());
    }

    @Test
    void makesATable() {
        String csv = Distribution.table("Loss", Map.of("GSM8K", Distribution.of(1, 2, 3, 4, 5)))
                .csv();
        assertEquals(
                "data,n,mean,sd,min,5 %,25 %,median,75 %,95 %,max\r\n"
                        + "GSM8K,5.0,3.0,1.5811388300841898,1.0,1.2,2.0,3.0,4.0,4.8,5.0\r\n",
                csv);
    }

    @Test
    void refusesWhatHasNoDistribution() {
        assertThrows(IllegalArgumentException.class, Distribution::of);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Distribution.of(1, Double.NaN))
                .getMessage()
                .contains("NaN"));
        assertThrows(IllegalArgumentException.class, () -> DISTRIBUTION.quantile(1.5));
        assertThrows(IllegalArgumentException.class, () -> DISTRIBUTION.histogram(1, 1, 3));
        assertThrows(IllegalStateException.class, () -> Distribution.of(2, 2).density(2));
    }
}
