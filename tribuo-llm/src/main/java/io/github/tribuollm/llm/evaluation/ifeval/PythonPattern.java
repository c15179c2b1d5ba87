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
package io.github.tribuollm.llm.evaluation.ifeval;

import io.github.tribuollm.llm.checkpoint.MeteredText;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Regular expressions as Python's {@code re} reads them over text. */
final class PythonPattern {
    /** Python's IGNORECASE. */
    static final int IGNORE_CASE = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    private static final long MOST_STEPS = 50_000_000;

    private static final String SPACES =
            "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
    private static final String WORD = "[\\p{L}\\p{N}_]";
    private static final Map<Character, String> CLASSES = Map.of(
            's',
            "[" + SPACES + "]",
            'S',
            "[^" + SPACES + "]",
            'w',
            WORD,
            'W',
            "[^\\p{L}\\p{N}_]",
            'd',
            "\\p{Nd}",
            'b',
            "(?:(?<=" + WORD + ")(?!" + WORD + ")|(?<!" + WORD + ")(?=" + WORD + "))");

    private PythonPattern() {}

    /**
     * Compiles an expression in which backslash s, S, w, W, d and b mean what they mean in Python, and only line feeds
     * end lines.
     *
     * @throws java.util.regex.PatternSyntaxException if it is none
     */
    static Pattern compile(String python, int flags) {
        StringBuilder java = new StringBuilder();
        for (int i = 0; i < python.length(); i++) {
            char c = python.charAt(i);
            if (c == '\\' && i + 1 < python.length()) {
                char escaped = python.charAt(++i);
                java.append(CLASSES.getOrDefault(escaped, "\\" + escaped));
            } else {
                java.append(c);
            }
        }
        return Pattern.compile(java.toString(), flags | Pattern.UNIX_LINES);
    }

    static Pattern compile(String python) {
        return compile(python, 0);
    }

    /** An expression of the data finds no end, or nests deeper than Java's stack reaches. */
    static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Endless(int characters) {
            super("an expression that finds no end on a response of " + characters
                    + " characters; write its repetitions so that they exclude each other");
        }
    }

    /**
     * {@return how often an expression matches, without overlaps}
     *
     * @throws Endless if finding out takes too long
     */
    static int count(Pattern pattern, String text) {
        return bounded(text, metered -> (int) pattern.matcher(metered).results().count());
    }

    /**
     * Whether an expression of a data file matches somewhere.
     *
     * @throws Endless if finding out takes too long
     */
    static boolean isFound(Pattern pattern, String text) {
        return bounded(text, metered -> pattern.matcher(metered).find());
    }

    private static <T> T bounded(String text, Function<MeteredText, T> match) {
        try {
            return match.apply(new MeteredText(text, MOST_STEPS));
        } catch (MeteredText.Exhausted | StackOverflowError e) {
            throw new Endless(text.length());
        }
    }
}
