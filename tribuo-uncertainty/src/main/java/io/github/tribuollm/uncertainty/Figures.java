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
package io.github.tribuollm.uncertainty;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** How numbers are written on a page: rounded, never locale dependent, with a real minus sign. */
public final class Figures {

    static final String MISSING = "–";
    private static final int SIGNIFICANT = 4;
    private static final int MOST_DECIMALS = 6;

    private Figures() {}

    /**
     * {@return a value with four significant digits, at most six decimals: {@code 2.314}}
     *
     * @param value any value
     */
    public static String exact(double value) {
        return fixed(value, decimals(value));
    }

    /**
     * {@return a value for machines, with the digits that identify it in the least precision that holds it: 0.1f and
     *     0.1 both as {@code 0.1}}
     *
     * @param value a finite value
     */
    static String plain(double value) {
        float single = (float) value;
        return single == value ? Float.toString(single) : Double.toString(value);
    }

    /**
     * {@return the decimals that show the largest of some values with four significant digits; 0 if all are whole}
     *
     * @param values the values of one column
     */
    public static int decimals(double... values) {
        double largest = 0;
        boolean whole = true;
        for (double value : values) {
            if (Double.isFinite(value)) {
                largest = Math.max(largest, Math.abs(value));
                whole &= value == Math.rint(value);
            }
        }
        if (whole) {
            return 0;
        }
        int integerDigits = (int) Math.floor(Math.log10(largest)) + 1;
        int leading = largest < 0.1 ? integerDigits : Math.max(1, integerDigits);
        return Math.min(MOST_DECIMALS, Math.max(0, SIGNIFICANT - leading));
    }

    /**
     * {@return a probability with so many decimals; {@code < 0.001} for one that would be rounded to nothing}
     *
     * @param value at least 0, or NaN
     * @param decimals the number of decimals, at least 0
     */
    public static String probability(double value, int decimals) {
        double least = Math.pow(10, -decimals);
        return value > 0 && value < least / 2 ? "< " + fixed(least, decimals) : fixed(value, decimals);
    }

    /**
     * {@return a value with so many decimals, thousands apart: {@code 12 345.6}; a dash for NaN}
     *
     * @param value any value
     * @param decimals the number of decimals, at least 0
     */
    public static String fixed(double value, int decimals) {
        if (Double.isNaN(value)) {
            return MISSING;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "−∞";
        }
        BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
        return String.format(Locale.ROOT, "%,." + decimals + "f", rounded)
                .replace(',', '\u202f')
                .replace('-', '−');
    }
}
