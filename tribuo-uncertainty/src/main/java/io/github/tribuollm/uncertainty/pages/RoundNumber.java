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

/** Numbers that are easy to read on a scale: one or two digits that matter. */
final class RoundNumber {

    private static final List<BigDecimal> MANTISSAS = Arrays.stream(
                    new String[] {"1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "7", "8", "9", "10"})
            .map(BigDecimal::new)
            .toList();

    private RoundNumber() {}

    /**
     * {@return the round number nearest to a value among those above a bound}
     *
     * @param value a value above 0
     * @param bound at least 0, and below the value or only by rounding above it
     */
    static BigDecimal near(double value, BigDecimal bound) {
        int power = (int) Math.floor(Math.log10(value));
        BigDecimal nearest = null;
        for (int p = power; nearest == null || p == power; p++) {
            for (BigDecimal mantissa : MANTISSAS) {
                BigDecimal candidate = mantissa.scaleByPowerOfTen(p);
                if (candidate.compareTo(bound) > 0
                        && (nearest == null || distance(candidate, value) < distance(nearest, value))) {
                    nearest = candidate;
                }
            }
        }
        return nearest;
    }

    private static double distance(BigDecimal candidate, double value) {
        return Math.abs(candidate.doubleValue() - value);
    }
}
