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

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
    @Test
    void binsHoldTheirUpperEnds() {
        Calibration.Builder builder = new Calibration.Builder(4);
        for (double confidence : new double[] {0, 0.25, 0.26, 0.75, 1}) {
            builder.add(confidence, 1, 1);
        }
        assertArrayEquals(new double[] {2, 1, 1, 1}, builder.build().counts());
    }

    @Test
    void theErrorIsTheWeightedDistance() {
        Calibration.Builder builder = new Calibration.Builder(2);
        builder.add(0.4, 1, 1);
        builder.add(0.2, 0, 1);
        builder.add(0.9, 1, 2);
        Calibration calibration = builder.build();
        assertArrayEquals(new double[] {0.3, 0.9}, calibration.confidence(), 1e-12);
        assertArrayEquals(new double[] {0.5, 1}, calibration.accuracy(), 1e-12);
        assertEquals((2 * 0.2 + 2 * 0.1) / 4, calibration.expectedError(), 1e-12);
    }

    @Test
    void whoIsRightAsOftenAsItSaysHasNoError() {
        SplittableRandom random = new SplittableRandom(3);
        Calibration.Builder builder = new Calibration.Builder(Calibration.BINS);
        Calibration.Builder boastful = new Calibration.Builder(Calibration.BINS);
        for (int i = 0; i < 100_000; i++) {
            double confidence = random.nextDouble();
            double hit = random.nextDouble() < confidence ? 1 : 0;
            builder.add(confidence, hit, 1);
            boastful.add(Math.min(1, confidence + 0.2), hit, 1);
        }
        assertTrue(builder.build().expectedError() < 0.01, builder.build().toString());
        assertEquals(0.18, boastful.build().expectedError(), 0.01);
    }

    @Test
    void whatIsNoProbabilityIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Calibration.Builder(0));
        assertThrows(IllegalArgumentException.class, () -> new Calibration.Builder(3).add(1.1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Calibration.Builder(3).add(Double.NaN, 1, 1));
    }
}
