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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DropoutSweepTest {

    /** Epistemic uncertainty of 30 documents that rises with the rate times a slope. */
    private static SortedMap<Double, MeasureSample> rates(double slope) {
        SortedMap<Double, MeasureSample> rates = new TreeMap<>();
        for (double rate : new double[] {0.1, 0.2, 0.3, 0.5}) {
            Random random = new Random(1);
            Random noise = new Random((long) (1000 * rate));
            MeasureSample.Builder sample = MeasureSample.of("epistemic");
            for (int d = 0; d < 30; d++) {
                double[] values = new double[1 + d % 5];
                for (int t = 0; t < values.length; t++) {
                    values[t] = (slope * rate + 0.01 * noise.nextDouble()) * random.nextDouble(0.5, 2);
                }
                sample.accept(Samples.document("d" + d, Map.of("epistemic", values)));
            }
            rates.put(rate, sample.build());
        }
        return rates;
    }

    @Test
    void theTrendTestAgreesWithSciPy() {
        JsonObject expected = Samples.SCIPY.getAsJsonObject("trend");
        List<double[]> conditions = expected.getAsJsonArray("conditions").asList().stream()
                .map(Samples::numbers)
                .toList();
        PageTrend trend = PageTrend.of(conditions);
        assertEquals(expected.get("statistic").getAsDouble(), trend.statistic());
        assertEquals(expected.get("p").getAsDouble(), trend.pValue(), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> PageTrend.of(conditions.subList(0, 2)));
    }

    @Test
    void seesARise() {
        DropoutSweep sweep = DropoutSweep.of("epistemic", rates(1), ClusterBootstrap.STANDARD);
        assertTrue(sweep.isRising());
        assertTrue(sweep.trend().orElseThrow().pValue() < 1e-6);
        assertEquals(4, sweep.points().size());
        assertTrue(sweep.points().get(0).increase().isEmpty());
        double rise = sweep.points().get(1).mean().value()
                - sweep.points().get(0).mean().value();
        assertEquals(rise, sweep.points().get(1).increase().orElseThrow().value(), 1e-15);
        assertTrue(sweep.table().text().contains("Page's trend test"));
    }

    @Test
    void seesNoRiseWhereThereIsNone() {
        DropoutSweep sweep = DropoutSweep.of("epistemic", rates(0), ClusterBootstrap.STANDARD);
        assertFalse(sweep.isRising());
        assertTrue(sweep.trend().orElseThrow().pValue() > 1e-3);
        SortedMap<Double, MeasureSample> one = new TreeMap<>(rates(1).headMap(0.2));
        assertTrue(DropoutSweep.of("epistemic", one, ClusterBootstrap.STANDARD)
                .trend()
                .isEmpty());
    }

    @Test
    void refusesOtherDocuments() {
        SortedMap<Double, MeasureSample> rates = rates(1);
        rates.put(0.4, MeasureSample.of("epistemic").build());
        String said = assertThrows(
                        IllegalArgumentException.class,
                        () -> DropoutSweep.of("epistemic", rates, ClusterBootstrap.STANDARD))
                .getMessage();
        assertTrue(said.contains("dropout rate 0.4 has 0 documents"), said);
        assertThrows(
                IllegalArgumentException.class,
                () -> DropoutSweep.of("epistemic", new TreeMap<>(), ClusterBootstrap.STANDARD));
    }
}
