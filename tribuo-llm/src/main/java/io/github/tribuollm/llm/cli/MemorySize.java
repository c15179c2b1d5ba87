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
package io.github.tribuollm.llm.cli;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as people write them. */
final class MemorySize {
    private static final Map<String, BigDecimal> UNITS =
            Map.of("MB", BigDecimal.valueOf(1_000_000), "GB", BigDecimal.valueOf(1_000_000_000));
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?) ?(MB|GB)");

    private MemorySize() {}

    /**
     * Reads an amount.
     *
     * @param option whose value it is
     * @param written such as {@code 20GB} or {@code 500MB}, decimal units; or {@code 0}
     * @return bytes
     * @throws UsageError if it is written otherwise
     */
    static long bytes(String option, String written) {
        if (written.equals("0")) {
            return 0;
        }
        Matcher matcher = WRITTEN.matcher(written);
        if (!matcher.matches()) {
            throw new UsageError(option + ": '" + written + "' is no amount of memory; write it as 20GB or 500MB");
        }
        return new BigDecimal(matcher.group(1))
                .multiply(UNITS.get(matcher.group(2)))
                .longValue();
    }
}
