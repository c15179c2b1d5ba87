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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A scale of steps between round numbers that go out from zero: step k away from zero holds magnitudes in [edge k, edge
 * k + 1), and the outermost is open.
 *
 * <p>Most tokens of a language model are easy and a few are hard, and the hard ones are of interest. So steps widen
 * with the distance from zero (evenly, or by squares where the median of the values is small), and the last step opens
 * near the largest value instead of near a quantile. A value far out among the extreme tenth does not pale all others.
 *
 * @param edges the magnitudes between the steps, rising, all above 0
 * @param palette a colour for each step
 */
record ColourScale(List<BigDecimal> edges, Palette palette) {

    /** What the style sheet calls a token that was not measured. */
    static final String UNMEASURED = "u";

    private static final double TAIL = 0.9;

    /** How many times as far above the tail's quantile as that is above the median the scale reaches. */
    private static final double REACH = 3;

    /** Values below 0 by less than this share of the largest are rounding errors and open no lower half. */
    private static final double SLACK = 0.01;

    /** Medians below this share of the top make steps grow by squares. */
    private static final double SMALL = 0.25;

    /**
     * A scale for values: from zero upwards, or to both sides of zero if they are of either sign.
     *
     * @param values any values; those that are not finite are left out
     */
    static ColourScale of(double[] values) {
        double highest = finite(values).max().orElse(0);
        double lowest = finite(values).min().orElse(0);
        boolean eitherSign = lowest < -SLACK * Math.max(highest, 0);
        return eitherSign ? ofChange(values) : about(values, Palette.SEQUENTIAL);
    }

    /**
     * A scale for differences, to both sides of zero alike.
     *
     * @param values any values; those that are not finite are left out
     */
    static ColourScale ofChange(double[] values) {
        return about(values, Palette.DIVERGING);
    }

    private static ColourScale about(double[] values, Palette palette) {
        double[] sorted = finite(values).map(Math::abs).sorted().toArray();
        int steps = palette.colours().size() - palette.zero();
        double top = top(sorted);
        return new ColourScale(edges(top, power(sorted, top), steps), palette);
    }

    private static DoubleStream finite(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite);
    }

    private static double top(double[] sorted) {
        if (sorted.length == 0 || sorted[sorted.length - 1] < Float.MIN_NORMAL) {
            return 1;
        }
        double tail = sorted[(int) Math.ceil((sorted.length - 1) * TAIL)];
        double reach = tail + REACH * (tail - median(sorted));
        double largest = sorted[sorted.length - 1];
        return reach < Float.MIN_NORMAL ? largest : Math.min(largest, reach);
    }

    private static int power(double[] sorted, double top) {
        return sorted.length > 0 && median(sorted) < SMALL * top ? 2 : 1;
    }

    private static double median(double[] sorted) {
        return sorted[(sorted.length - 1) / 2];
    }

    private static List<BigDecimal> edges(double top, int power, int steps) {
        List<BigDecimal> edges = new ArrayList<>();
        BigDecimal last = BigDecimal.ZERO;
        for (int step = 1; step < steps; step++) {
            last = RoundNumber.near(top * Math.pow((double) step / steps, power), last);
            edges.add(last);
        }
        return List.copyOf(edges);
    }

    /**
     * The step of a value.
     *
     * @param value any value but NaN
     * @return an index into the palette's colours, never falling with the value
     */
    int step(double value) {
        int away = (int) edges.stream()
                .filter(edge -> Math.abs(value) >= edge.doubleValue())
                .count();
        return value < 0 ? Math.max(0, palette.zero() - away) : palette.zero() + away;
    }

    /**
     * How the style sheet names the step of a value.
     *
     * @param value any value; NaN was not measured
     */
    String code(double value) {
        return Double.isNaN(value) ? UNMEASURED : palette.code(step(value));
    }

    /** {@return the names of the ticks before each step but the first: the edges, below zero and above it} */
    List<String> ticks() {
        List<BigDecimal> ticks = new ArrayList<>();
        if (palette.zero() > 0) {
            edges.forEach(edge -> ticks.add(edge.negate()));
            Collections.reverse(ticks);
        }
        ticks.addAll(edges);
        return ticks.stream()
                .map(tick -> tick.stripTrailingZeros().toPlainString().replace('-', '−'))
                .toList();
    }

    /**
     * Counts values by their step.
     *
     * @param values any values; NaN is left out
     * @return the number of values in each step
     */
    int[] counts(double[] values) {
        int[] counts = new int[palette.colours().size()];
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).forEach(value -> counts[step(value)]++);
        return counts;
    }

    /** {@return the steps, from low to high} */
    IntStream steps() {
        return IntStream.range(0, palette.colours().size());
    }
}
