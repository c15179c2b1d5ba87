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

import io.github.tribuollm.uncertainty.SummaryTable;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/** The distribution of one measure over tokens or documents (the paper's Figure 9). Immutable. */
public final class Distribution {
    private static final double[] QUANTILES = {0.05, 0.25, 0.5, 0.75, 0.95};
    private static final String[] HEADER = {
        "data", "n", "mean", "sd", "min", "5 %", "25 %", "median", "75 %", "95 %", "max"
    };

    private final double[] sorted;

    private Distribution(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * The distribution of some values.
     *
     * @param values finite values, at least one
     * @return their distribution
     * @throws IllegalArgumentException if there is no value or one is not finite
     */
    public static Distribution of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a distribution needs at least one value");
        }
        DoubleStream.of(values)
                .filter(value -> !Double.isFinite(value))
                .findFirst()
                .ifPresent(value -> {
                    throw new IllegalArgumentException("a distribution cannot hold " + value + "; leave it out");
                });
        return new Distribution(DoubleStream.of(values).sorted().toArray());
    }

    /**
     * {@return the number of values}
     */
    public int size() {
        return sorted.length;
    }

    /**
     * {@return the mean}
     */
    public double mean() {
        return StatUtils.mean(sorted);
    }

    /**
     * {@return the sample standard deviation, 0 for one value}
     */
    public double standardDeviation() {
        return Math.sqrt(StatUtils.variance(sorted));
    }

    /**
     * The value below which a share of all values lies, linear between neighbours (R's type 7).
     *
     * @param share in [0, 1]
     * @return the quantile
     * @throws IllegalArgumentException if the share is out of its range
     */
    public double quantile(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a quantile is of a share in [0, 1], not " + share);
        }
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        return share == 0 ? sorted[0] : percentile.evaluate(sorted, 100 * share);
    }

    /**
     * Counts the values in equal bins.
     *
     * @param low the lower edge of the first bin
     * @param high the upper edge of the last bin, above low
     * @param bins the number of bins, at least 1
     * @return the histogram
     * @throws IllegalArgumentException if the range is empty or there is no bin
     */
    public Histogram histogram(double low, double high, int bins) {
        return Histogram.of(sorted, low, high, bins);
    }

    /**
     * A kernel density estimate: normal kernels of Scott's width, n^(-1/5) standard deviations.
     *
     * @param points where to estimate
     * @return the density at each point, the shape of {@code points}
     * @throws IllegalStateException if the values do not vary, which leaves the width undefined
     */
    public double[] density(double... points) {
        double width = standardDeviation() * Math.pow(size(), -0.2);
        if (!(width > 0)) {
            throw new IllegalStateException("all " + size() + " values are " + sorted[0] + ": they have no density");
        }
        double scale = 1 / (size() * width * Math.sqrt(2 * Math.PI));
        return Arrays.stream(points)
                .parallel()
                .map(point -> scale
                        * Arrays.stream(sorted)
                                .map(value -> (point - value) / width)
                                .map(z -> Math.exp(-z * z / 2))
                                .sum())
                .toArray();
    }

    /**
     * Some distributions side by side.
     *
     * @param caption what is distributed, with its unit
     * @param distributions the distributions by name, in the order of the rows
     * @return their size, mean, standard deviation, extremes and quantiles
     */
    public static SummaryTable table(String caption, Map<String, Distribution> distributions) {
        SummaryTable table = SummaryTable.captioned(caption, HEADER);
        for (Map.Entry<String, Distribution> entry : distributions.entrySet()) {
            table = table.row(entry.getKey(), entry.getValue().row());
        }
        return table;
    }

    private double[] row() {
        DoubleStream first = DoubleStream.of(size(), mean(), standardDeviation(), sorted[0]);
        DoubleStream quantiles = Arrays.stream(QUANTILES).map(this::quantile);
        return DoubleStream.concat(DoubleStream.concat(first, quantiles), DoubleStream.of(sorted[sorted.length - 1]))
                .toArray();
    }
}
