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

import java.util.Locale;

/**
 * A statistic with its confidence interval.
 *
 * @param value the statistic of the data
 * @param low the lower end of the interval, NaN where it is undefined
 * @param high the upper end of the interval, NaN where it is undefined
 */
public record Estimate(double value, double low, double high) {

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
