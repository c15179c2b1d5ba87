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
package io.github.tribuollm.llm.progress;

import java.util.Locale;

/** Numbers as people write them. */
public final class Numbers {
    private Numbers() {}

    /**
     * A whole number in groups of three digits: {@code 1 234 567}.
     *
     * @param number any number
     * @return its text, alike in every locale
     */
    public static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /**
     * A number of things: {@code 1 sequence}, {@code 1 234 sequences}.
     *
     * @param number how many
     * @param one the word for one of them, whose plural ends in s
     * @return both
     */
    public static String counted(long number, String one) {
        return grouped(number) + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * A number without needless decimals: {@code 64}, {@code 0.5}.
     *
     * @param number any number
     * @return its text, alike in every locale
     */
    public static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
