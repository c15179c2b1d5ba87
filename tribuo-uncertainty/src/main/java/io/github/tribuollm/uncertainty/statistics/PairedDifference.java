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

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * The mean of differences between paired measurements, with Student's 95 % interval and the two-sided p of the paired t
 * test that it is zero.
 *
 * @param mean the mean difference
 * @param halfWidth half of the interval's width
 * @param p in [0, 1]; 1 if all differences are zero
 */
public record PairedDifference(double mean, double halfWidth, double p) {
    /**
     * The mean of one sample, whose p is of no interest.
     *
     * @param values the measurements, at least two
     */
    public static PairedDifference ofMean(List<Double> values) {
        return of(values, values.stream().map(value -> 0.0).toList());
    }

    /**
     * Compares a treatment with a baseline.
     *
     * @param values the treatment's measurements, at least two
     * @param baseline the baseline's, in the same order
     */
    public static PairedDifference of(List<Double> values, List<Double> baseline) {
        DescriptiveStatistics differences = new DescriptiveStatistics();
        for (int i = 0; i < values.size(); i++) {
            differences.addValue(values.get(i) - baseline.get(i));
        }
        TDistribution t = new TDistribution(values.size() - 1);
        double error = differences.getStandardDeviation() / Math.sqrt(values.size());
        double mean = differences.getMean();
        double p = error == 0 ? (mean == 0 ? 1 : 0) : 2 * t.cumulativeProbability(-Math.abs(mean / error));
        return new PairedDifference(mean, t.inverseCumulativeProbability(0.975) * error, p);
    }
}
