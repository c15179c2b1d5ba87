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
package io.github.tribuollm.uncertainty.pages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColourScaleTest {

    @Test
    void stepsNeverFallWithTheValue() {
        SplittableRandom random = new SplittableRandom(3);
        for (double size : new double[] {1e-9, 1e-3, 0.7, 1, 12, 4e6}) {
            for (double shift : new double[] {0, -0.4}) {
                double[] values = random.doubles(200)
                        .map(v -> size * (v + shift))
                        .sorted()
                        .toArray();
                ColourScale scale = ColourScale.of(values);
                int[] steps = DoubleStream.of(values).mapToInt(scale::step).toArray();
                for (int i = 1; i < steps.length; i++) {
                    assertTrue(steps[i] >= steps[i - 1]);
                }
                long used = IntStream.of(steps).distinct().count();
                assertTrue(used >= 7, "only " + used + " steps of " + scale);
            }
        }
    }

    @Test
    void theHardestTokensDiffer() {
        SplittableRandom random = new SplittableRandom(5);
        for (double power : new double[] {1, 2, 4, 8}) {
            double[] losses = random.doubles(1000)
                    .map(u -> 10 * Math.pow(u, power))
                    .sorted()
                    .toArray();
            ColourScale scale = ColourScale.of(losses);
            int[] counts = scale.counts(losses);
            assertTrue(counts[7] <= 130, power + ": " + counts[7] + " of 1000 tokens in the last step of " + scale);
            long top = Arrays.stream(losses, 800, 1000)
                    .mapToInt(scale::step)
                    .distinct()
                    .count();
            assertTrue(top >= 2, power + ": the top fifth has one colour on " + scale);
            assertTrue(scale.step(losses[999]) == 7);
        }
    }

    @Test
    void stepsWidenWithTheDistanceFromZeroWhereMostValuesAreSmall() {
        double[] even = IntStream.range(0, 200).mapToDouble(i -> i / 25.0).toArray();
        assertEquals(
                List.of("1", "2", "3", "4", "5", "6", "7"), ColourScale.of(even).ticks());
        double[] squares = DoubleStream.of(even).map(v -> v * v / 8).toArray();
        assertEquals(
                List.of("0.12", "0.5", "1.2", "2", "3", "4", "6"),
                ColourScale.of(squares).ticks());
    }

    @Test
    void oneExtremeTokenDoesNotPaleTheOthers() {
        double[] losses = IntStream.range(0, 200).mapToDouble(i -> i / 25.0).toArray();
        losses[0] = 900;
        losses[1] = Double.POSITIVE_INFINITY;
        ColourScale scale = ColourScale.of(losses);
        assertTrue(scale.step(7.9) >= 4, scale.toString());
        assertEquals(7, scale.step(900));
        assertEquals(7, scale.step(Double.POSITIVE_INFINITY));
        assertEquals(0, scale.step(Double.NEGATIVE_INFINITY));
    }

    @Test
    void valuesOfEitherSignGoBothWaysFromZero() {
        ColourScale scale = ColourScale.of(new double[] {-2, -1, -0.2, 0.3, 1, 1.9});
        assertEquals(Palette.DIVERGING, scale.palette());
        assertEquals(List.of("−1.5", "−1.2", "−0.8", "−0.4", "0.4", "0.8", "1.2", "1.5"), scale.ticks());
        assertEquals(0, scale.step(-8));
        assertEquals(4, scale.step(-0.0));
        assertEquals(4, scale.step(0.3));
        assertEquals(8, scale.step(8));
        for (double value : new double[] {0.1, 0.4, 0.9, 1.2, 7}) {
            assertEquals(8 - scale.step(value), scale.step(-value), "alike on both sides: " + value);
        }
        assertArrayEquals(
                new int[] {1, 0, 1, 0, 2, 0, 1, 0, 1},
                scale.counts(new double[] {-2, -1, -0.2, 0.3, 1, 1.9, Double.NaN}));
        assertEquals("d8", scale.code(3));
        assertEquals("u", scale.code(Double.NaN));
    }

    @Test
    void roundingBelowZeroOpensNoLowerHalf() {
        assertEquals(
                Palette.SEQUENTIAL, ColourScale.of(new double[] {-1e-9, 0.4, 1}).palette());
        assertEquals(0, ColourScale.of(new double[] {-1e-9, 0.4, 1}).step(-1e-9));
    }

    @Test
    void aChangeInOneDirectionStaysAboutZero() {
        ColourScale scale = ColourScale.ofChange(new double[] {1, 2, 3});
        assertEquals(Palette.DIVERGING, scale.palette());
        assertTrue(scale.step(1) > 4);
    }

    @Test
    void nothingMeasuredStillHasAScale() {
        for (double[] values : new double[][] {{}, {Double.NaN}, {0, 0}}) {
            assertEquals(7, ColourScale.of(values).ticks().size());
            assertEquals(0, ColourScale.of(values).step(0));
        }
        assertEquals(
                7,
                ColourScale.of(new double[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5})
                        .step(0.5));
    }
}
