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

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** What work is counted in. */
public enum Unit {
    /** Bytes, shown in megabytes of 10^6. */
    BYTES("MB", 1e6),
    /** Rows of a file. */
    ROWS("rows", 1),
    /** Prompts, all answers to one together. */
    PROMPTS("prompts", 1),
    /** Tokens, each as often as a model reads it. */
    TOKENS("tokens", 1);

    private final String plural;
    private final double size;

    Unit(String plural, double size) {
        this.plural = plural;
        this.size = size;
    }

    String amount(double count) {
        return size == 1 ? Numbers.grouped(Math.round(count)) : String.format(Locale.ROOT, "%.1f", count / size);
    }

    /** A number of a second; of few things with two digits that count. */
    String rate(double perSecond) {
        return size == 1 && perSecond < 10
                ? new BigDecimal(perSecond)
                        .round(new MathContext(2))
                        .stripTrailingZeros()
                        .toPlainString()
                : amount(perSecond);
    }

    String plural() {
        return plural;
    }
}
