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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColourScaleTest {

    private static double luminance(String colour) {
        double[] rgb = IntStream.of(1, 3, 5)
                .mapToDouble(at -> Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0)
                .map(v -> v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    }

    private static double contrast(String light, String dark) {
        return (luminance(light) + 0.05) / (luminance(dark) + 0.05);
    }

    private static List<String> labels(ColourScale scale) {
        return IntStream.range(0, ColourScale.STEPS).mapToObj(scale::label).toList();
    }

    @Test
    void everyStepIsDarkerAndCarriesText() {
        assertEquals(ColourScale.STEPS, ColourScale.RAMP.size());
        for (int step = 0; step < ColourScale.STEPS; step++) {
            String colour = ColourScale.RAMP.get(step);
            assertTrue(contrast(colour, "#111111") >= 4.5, colour);
            if (step > 0) {
                assertTrue(contrast(ColourScale.RAMP.get(step - 1), colour) > 1.1, colour);
            }
        }
    }

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
                int used = (int) IntStream.of(steps).distinct().count();
                assertTrue(used >= 4, "only " + used + " steps of " + scale);
            }
        }
    }

    @Test
    void edgesAreRoundAndOneExtremeTokenDoesNotMoveThem() {
        double[] losses = IntStream.range(0, 200).mapToDouble(i -> i / 30.0).toArray();
        List<String> whole = List.of("0", "1", "2", "3", "4", "5", "6", "≥ 7");
        assertEquals(whole, labels(ColourScale.of(losses)));
        losses[0] = 900;
        losses[1] = Double.POSITIVE_INFINITY;
        ColourScale scale = ColourScale.of(losses);
        assertEquals(whole, labels(scale));
        assertEquals(7, scale.step(900));
        assertEquals(7, scale.step(Double.POSITIVE_INFINITY));
        assertEquals(0, scale.step(Double.NEGATIVE_INFINITY));
        assertEquals(2, scale.step(2));
    }

    @Test
    void tenthsAreWrittenAsTenths() {
        assertEquals(
                List.of("0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "≥ 0.7"),
                labels(ColourScale.of(new double[] {0.3, 0.68})));
    }

    @Test
    void negativeValuesOpenTheLowerEnd() {
        ColourScale scale = ColourScale.of(new double[] {-1.4, -0.2, 0.3, 1.9});
        assertEquals(List.of("< −1", "−1", "−0.5", "0", "0.5", "1", "1.5", "≥ 2"), labels(scale));
        assertEquals(0, scale.step(-8));
    }

    @Test
    void nothingMeasuredStillHasAScale() {
        assertEquals("≥ 7", ColourScale.of(new double[] {Double.NaN}).label(7));
        assertEquals("≥ 7", ColourScale.of(new double[] {0, 0}).label(7));
    }
}
