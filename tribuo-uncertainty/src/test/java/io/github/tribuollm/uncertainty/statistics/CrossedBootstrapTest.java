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

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;

/** Runs and questions that are resampled apart from each other. */
class CrossedBootstrapTest {
    @Test
    void aCellIsInAResampleAsOftenAsItsRunTimesItsQuestion() {
        CrossedBootstrap bootstrap = CrossedBootstrap.of(3);
        for (int resample = 0; resample < 50; resample++) {
            int[] copies = bootstrap.copies(12, resample);
            assertEquals(12, Arrays.stream(copies).sum());
            int[] runs = IntStream.range(0, 3)
                    .map(run ->
                            IntStream.range(0, 4).map(q -> copies[4 * run + q]).sum() / 4)
                    .toArray();
            int[] questions = IntStream.range(0, 4)
                    .map(q -> IntStream.range(0, 3)
                                    .map(run -> copies[4 * run + q])
                                    .sum()
                            / 3)
                    .toArray();
            for (int cell = 0; cell < 12; cell++) {
                assertEquals(runs[cell / 4] * questions[cell % 4], copies[cell]);
            }
        }
    }

    @Test
    void aSingleRunIsNotResampled() {
        assertArrayEquals(
                ClusterBootstrap.STANDARD.copies(20, 7), CrossedBootstrap.of(1).copies(20, 7));
    }

    /** Of cells run + question the mean varies by the variance of runs over their number, and of questions over theirs. */
    @Test
    void theSpreadOfAMeanIsThatOfBothFactors() {
        double[] runs = {0, 3, 9};
        double[] questions = {1, 4, -2, 8, 0, 5, 5, -7};
        CrossedBootstrap bootstrap = new CrossedBootstrap(3, 20000, 0.95, 1);
        double[] means = IntStream.range(0, bootstrap.resamples())
                .mapToDouble(resample -> mean(runs, questions, bootstrap.copies(24, resample)))
                .toArray();
        double expected = StatUtils.populationVariance(runs) / 3 + StatUtils.populationVariance(questions) / 8;
        assertEquals(expected, StatUtils.variance(means), 0.03 * expected);
        Estimate estimate = bootstrap.estimate(24, copies -> mean(runs, questions, copies));
        assertEquals(5.75, estimate.value(), 1e-12);
        assertEquals(4 * Math.sqrt(expected), estimate.high() - estimate.low(), 0.1 * 4 * Math.sqrt(expected));
    }

    private static double mean(double[] runs, double[] questions, int[] copies) {
        double sum = 0;
        for (int cell = 0; cell < copies.length; cell++) {
            sum += copies[cell] * (runs[cell / questions.length] + questions[cell % questions.length]);
        }
        return sum / Arrays.stream(copies).sum();
    }

    @Test
    void fewAndUnevenCellsHaveNoInterval() {
        assertTrue(Double.isNaN(
                CrossedBootstrap.of(3).estimate(3, copies -> copies[0]).low()));
        assertThrows(
                IllegalArgumentException.class, () -> CrossedBootstrap.of(3).copies(10, 0));
        assertThrows(IllegalArgumentException.class, () -> CrossedBootstrap.of(0));
    }
}
