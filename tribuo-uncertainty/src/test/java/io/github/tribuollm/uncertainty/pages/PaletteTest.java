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

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaletteTest {

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

    @ParameterizedTest
    @EnumSource
    void everyStepIsDarkerAwayFromZeroAndCarriesText(Palette palette) {
        List<String> colours = palette.colours();
        for (int step = 0; step < colours.size(); step++) {
            assertTrue(contrast(colours.get(step), "#111111") >= 4.5, colours.get(step));
            if (step > palette.zero()) {
                assertTrue(contrast(colours.get(step - 1), colours.get(step)) > 1.1, colours.get(step));
            } else if (step > 0) {
                assertTrue(contrast(colours.get(step), colours.get(step - 1)) > 1.1, colours.get(step));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void zeroIsThePalest(Palette palette) {
        String zero = palette.colours().get(palette.zero());
        assertEquals(
                zero,
                palette.colours().stream()
                        .max(Comparator.comparingDouble(PaletteTest::luminance))
                        .orElseThrow());
    }
}
