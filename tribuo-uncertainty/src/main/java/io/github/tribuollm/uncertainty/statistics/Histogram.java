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

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * How many values fall into each of some equal bins: bin k holds [origin + k width, origin + (k + 1) width), the last
 * bin its upper edge as well.
 *
 * @param origin the lower edge of the first bin
 * @param width the width of a bin, positive
 * @param counts the number of values in each bin, shape [bins]
 */
public record Histogram(double origin, double width, long[] counts) {

    /**
     * Copies the counts.
     *
     * @param origin the lower edge of the first bin
     * @param width the width of a bin, positive
     * @param counts the number of values in each bin, shape [bins]
     */
    public Histogram {
        counts = counts.clone();
    }

    /**
     * Counts values that lie within a range; what lies outside is in no bin.
     *
     * @param values any values
     * @param low the lower edge of the first bin
     * @param high the upper edge of the last bin, above low
     * @param bins the number of bins, at least 1
     * @return the histogram
     * @throws IllegalArgumentException if the range is empty or there is no bin
     */
    public static Histogram of(double[] values, double low, double high, int bins) {
        if (!(high > low) || bins < 1) {
            throw new IllegalArgumentException(
                    bins + " bins in [" + low + ", " + high + "]; give at least one bin and a range that is not empty");
        }
        long[] counts = new long[bins];
        double width = (high - low) / bins;
        for (double value : values) {
            if (value >= low && value <= high) {
                counts[Math.min(bins - 1, (int) ((value - low) / width))]++;
            }
        }
        return new Histogram(low, width, counts);
    }

    /**
     * {@return the number of values in each bin, a copy, shape [bins]}
     */
    @Override
    public long[] counts() {
        return counts.clone();
    }

    /**
     * {@return the edges of the bins, shape [bins + 1]}
     */
    public double[] edges() {
        double[] edges = new double[counts.length + 1];
        Arrays.setAll(edges, k -> origin + k * width);
        return edges;
    }

    /**
     * {@return the share of all counted values in each bin, shape [bins]}
     */
    public double[] shares() {
        long all = Math.max(1, LongStream.of(counts).sum());
        return Arrays.stream(counts).mapToDouble(count -> (double) count / all).toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that
                && origin == that.origin
                && width == that.width
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts) + 31 * Double.hashCode(origin + width);
    }
}
