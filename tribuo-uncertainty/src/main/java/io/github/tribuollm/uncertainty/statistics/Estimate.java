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
import java.util.Locale;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * A statistic with its confidence interval.
 *
 * @param value the statistic of the data
 * @param low the lower end of the interval, NaN where it is undefined
 * @param high the upper end of the interval, NaN where it is undefined
 */
public record Estimate(double value, double low, double high) {
    /**
     * A statistic with the percentiles of its resamples.
     *
     * @param value the statistic of the data
     * @param resampled the statistic of each resample
     * @param confidence the share of resamples within the interval, in (0, 1)
     * @return the estimate; its interval is undefined if the statistic is undefined for any resample
     */
    public static Estimate ofPercentiles(double value, double[] resampled, double confidence) {
        if (Arrays.stream(resampled).anyMatch(Double::isNaN)) {
            return new Estimate(value, Double.NaN, Double.NaN);
        }
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        percentile.setData(resampled);
        return new Estimate(
                value, percentile.evaluate(50 * (1 - confidence)), percentile.evaluate(50 * (1 + confidence)));
    }

    /**
     * A share of verdicts with Wilson's interval, which stays within [0, 1] and has a width also where all are alike.
     *
     * @param favourable the number of favourable verdicts, from 0 to {@code all}
     * @param all the number of verdicts; for none the share is undefined
     * @param confidence the nominal coverage, in (0, 1)
     */
    public static Estimate ofShare(long favourable, long all, double confidence) {
        double z = new NormalDistribution(0, 1).inverseCumulativeProbability((1 + confidence) / 2);
        double share = (double) favourable / all;
        double centre = (share + z * z / (2 * all)) / (1 + z * z / all);
        double half = z / (1 + z * z / all) * Math.sqrt(share * (1 - share) / all + z * z / (4.0 * all * all));
        return new Estimate(share, Math.max(0, centre - half), Math.min(1, centre + half));
    }

    /** {@return the estimate of the statistic's negative} */
    public Estimate negated() {
        return new Estimate(-value, -high, -low);
    }

    /**
     * {@return whether the whole interval is above a bound}
     *
     * @param bound any number
     */
    public boolean isAbove(double bound) {
        return low > bound;
    }

    /**
     * {@return whether the whole interval is below a bound}
     *
     * @param bound any number
     */
    public boolean isBelow(double bound) {
        return high < bound;
    }

    /**
     * {@return the statistic and its interval, such as {@code 0.612 [0.580, 0.643]}}
     */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
}
