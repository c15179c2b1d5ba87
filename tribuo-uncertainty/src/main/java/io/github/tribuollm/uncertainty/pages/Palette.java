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

import java.util.List;

/**
 * The colours of a scale, from low to high. Black text on each has a contrast of at least 4.5, and each differs in
 * lightness from its neighbours, so the order survives colour blindness and a grey printer.
 */
enum Palette {
    /** One hue (50 degrees in OKLCH) from light to dark: lightness falls evenly from 0.975 to 0.655. */
    SEQUENTIAL("", List.of("#fff4ec", "#ffe0ce", "#fdcdb3", "#f9ba97", "#f3a77c", "#ec9460", "#e58042", "#dd6c18")),

    /**
     * Blue below zero, grey about it, red above (255 and 22 degrees in OKLCH): the darker, the farther from zero. The
     * commonest kinds of colour blindness tell blue from red.
     */
    DIVERGING(
            "d",
            List.of("#5796e5", "#7eb1f3", "#aacdfb", "#d7e8fe", "#f5f5f5", "#fddedc", "#fbb6b3", "#f38c8a", "#e76364"));

    private final String prefix;
    private final List<String> colours;

    Palette(String prefix, List<String> colours) {
        this.prefix = prefix;
        this.colours = colours;
    }

    /** {@return the colours, from low to high} */
    List<String> colours() {
        return colours;
    }

    /** {@return the step of zero: the first, or the middle one} */
    int zero() {
        return this == SEQUENTIAL ? 0 : colours.size() / 2;
    }

    /** {@return how the style sheet names a step} */
    String code(int step) {
        return prefix + step;
    }
}
