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
package io.github.tribuollm.uncertainty.charts;

import io.github.tribuollm.uncertainty.Figures;
import io.github.tribuollm.uncertainty.statistics.Distribution;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Draws how a measure is distributed over tokens or documents (the paper's Figure 9). */
public final class DistributionChart {
    private static final int BINS = 50;
    private static final double SHOWN = 0.995;

    private DistributionChart() {}

    /**
     * Draws histograms over each other, in the same bins with round edges. The axis ends where all but 0.5 % of the
     * widest distribution lie; shares are of the values within it.
     *
     * @param title what is distributed over what, such as {@code Loss of completion tokens}
     * @param axis the measure with its unit, such as {@code loss (nats)}
     * @param distributions the distributions by name, in their order; at least one that varies
     * @return the chart
     * @throws IllegalArgumentException if there is no distribution, none varies, or there are too many to tell apart
     */
    public static Chart of(String title, String axis, Map<String, Distribution> distributions) {
        double low = distributions.values().stream()
                .mapToDouble(d -> Math.min(0, d.quantile(1 - SHOWN)))
                .min()
                .orElseThrow(() -> new IllegalArgumentException("a chart of distributions needs at least one"));
        double high = distributions.values().stream()
                .mapToDouble(d -> d.quantile(SHOWN))
                .max()
                .orElseThrow();
        double width = roundWidth((high - low) / BINS);
        double origin = Math.floor(low / width) * width;
        int bins = (int) Math.ceil((high - origin) / width);
        Chart chart = new Chart(title, axis, "share of values in a bin");
        int series = 0;
        for (Map.Entry<String, Distribution> entry : distributions.entrySet()) {
            String name =
                    entry.getKey() + " (n = " + Figures.fixed(entry.getValue().size(), 0) + ")";
            chart.outline(name, Ink.of(series++), entry.getValue().histogram(origin, origin + bins * width, bins));
        }
        return chart;
    }

    /** {@return the least of 1, 2 and 5 times a power of ten that is not below a width} */
    private static double roundWidth(double width) {
        if (!(width > 0)) {
            throw new IllegalArgumentException("none of the distributions varies: there is nothing to draw");
        }
        double power = Math.pow(10, Math.floor(Math.log10(width)));
        return DoubleStream.of(1, 2, 5, 10)
                .map(mantissa -> mantissa * power)
                .filter(round -> round >= width)
                .findFirst()
                .orElseThrow();
    }
}
