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

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/**
 * A sequential scale of {@value #STEPS} steps between round numbers: step k holds values in [origin + k width,
 * origin + (k + 1) width). The first and the last step are open, so that a few extreme tokens do not pale all others.
 *
 * @param origin the lower edge of the first step, a multiple of the width
 * @param width the width of a step, 1, 2, 2.5 or 5 times a power of ten
 */
record ColourScale(BigDecimal origin, BigDecimal width) {

    static final int STEPS = 8;

    /**
     * One hue (50 degrees in OKLCH) from light to dark: lightness falls evenly from 0.975 to 0.655 while chroma grows
     * from 0.018 to 0.165, so the order survives colour blindness and a grey printer.
     */
    static final List<String> RAMP =
            List.of("#fff4ec", "#ffe0ce", "#fdcdb3", "#f9ba97", "#f3a77c", "#ec9460", "#e58042", "#dd6c18");

    private static final double TAIL = 0.1;

    /** How much of a step a value may fall short of the origin: rounding errors below 0 open no step. */
    private static final double SLACK = 0.01;

    private static final BigDecimal[] ROUND = {
        new BigDecimal("1"), new BigDecimal("2"), new BigDecimal("2.5"), new BigDecimal("5")
    };

    /**
     * The finest scale on which all but the outermost 10 % of the values lie between the open ends.
     *
     * @param values any values; those that are not finite are left out
     * @return the scale
     */
    static ColourScale of(double[] values) {
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return new ColourScale(BigDecimal.ZERO, BigDecimal.ONE);
        }
        double high = Math.max(0, sorted[(int) Math.ceil((sorted.length - 1) * (1 - TAIL))]);
        double low = Math.min(0, sorted[(int) Math.floor((sorted.length - 1) * TAIL)]);
        if (high - low < Float.MIN_NORMAL) {
            return new ColourScale(BigDecimal.ZERO, BigDecimal.ONE);
        }
        int exponent = (int) Math.floor(Math.log10((high - low) / STEPS));
        for (int power = exponent; ; power++) {
            for (BigDecimal mantissa : ROUND) {
                BigDecimal width = mantissa.scaleByPowerOfTen(power);
                BigDecimal origin = originBelow(low, width);
                if (edge(origin, width, STEPS - 1).doubleValue() >= high) {
                    return new ColourScale(origin, width);
                }
            }
        }
    }

    /**
     * The step of a value.
     *
     * @param value any value but NaN
     * @return a step in [0, STEPS), never falling with the value
     */
    int step(double value) {
        int step = 0;
        while (step < STEPS - 1 && value >= edge(step + 1).doubleValue()) {
            step++;
        }
        return step;
    }

    /**
     * {@return the lower edge of a step}
     *
     * @param step the step, in [0, STEPS]
     */
    BigDecimal edge(int step) {
        return edge(origin, width, step);
    }

    /**
     * {@return the name of a step in the legend, its lower edge; the last is open: {@code ≥ 7}}
     *
     * @param step the step, in [0, STEPS)
     */
    String label(int step) {
        String edge = edge(step).stripTrailingZeros().toPlainString().replace('-', '−');
        if (step == STEPS - 1) {
            return "≥ " + edge;
        }
        return step == 0 && origin.signum() < 0 ? "< " + label(1) : edge;
    }

    private static BigDecimal originBelow(double low, BigDecimal width) {
        double steps = Math.ceil(-low / width.doubleValue() - SLACK);
        return width.multiply(BigDecimal.valueOf((long) -steps));
    }

    private static BigDecimal edge(BigDecimal origin, BigDecimal width, int step) {
        return origin.add(width.multiply(BigDecimal.valueOf(step)));
    }
}
