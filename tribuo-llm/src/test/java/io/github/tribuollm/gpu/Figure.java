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
package io.github.tribuollm.gpu;

import java.util.Locale;

/**
 * A number that a row of the check gives.
 *
 * @param name what was measured
 * @param value its value; null if it is not finite, which holds no bound
 * @param bound the most it may be; null if it is only told
 */
public record Figure(String name, Double value, Double bound) {
    /**
     * Takes a number that is not finite as none.
     *
     * @param name what was measured
     * @param value its value
     * @param bound the most it may be; null if it is only told
     */
    public Figure {
        value = value != null && Double.isFinite(value) ? value : null;
    }

    /**
     * A figure that decides.
     *
     * @param name what was measured
     * @param value its value
     * @param bound the most it may be
     * @return the figure
     */
    public static Figure atMost(String name, double value, double bound) {
        return new Figure(name, value, bound);
    }

    /**
     * A figure that is only told.
     *
     * @param name what was measured
     * @param value its value
     * @return the figure
     */
    public static Figure told(String name, double value) {
        return new Figure(name, value, null);
    }

    /** {@return whether it is within its bound} */
    public boolean holds() {
        return bound == null || value != null && value <= bound;
    }

    @Override
    public String toString() {
        return name + " " + digits(value) + (bound == null ? "" : (holds() ? " <= " : " > ") + digits(bound));
    }

    private static String digits(Double number) {
        if (number == null) {
            return "not finite";
        }
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? Long.toString(number.longValue()) : String.format(Locale.ROOT, "%.3g", number);
    }
}
