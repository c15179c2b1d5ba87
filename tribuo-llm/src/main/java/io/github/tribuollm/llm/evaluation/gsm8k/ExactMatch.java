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
package io.github.tribuollm.llm.evaluation.gsm8k;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Equality of two numbers as they are written, but for commas, dollars, what goes before the mark, and a full stop. */
final class ExactMatch {
    private static final List<Pattern> IGNORED = List.of(
            Pattern.compile(","),
            Pattern.compile("\\$"),
            Pattern.compile("(?s).*#### "),
            Pattern.compile("\\.$", Pattern.UNIX_LINES));

    private ExactMatch() {}

    static boolean of(String read, String target) {
        return plain(read).equals(plain(target));
    }

    private static String plain(String text) {
        String plain = text;
        for (Pattern ignored : IGNORED) {
            plain = ignored.matcher(plain).replaceAll("");
        }
        return plain.toLowerCase(Locale.ROOT);
    }
}
