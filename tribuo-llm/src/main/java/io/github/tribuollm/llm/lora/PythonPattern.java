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
package io.github.tribuollm.llm.lora;

import io.github.tribuollm.llm.checkpoint.MeteredText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Python's {@code re} for names of layers, such as PEFT's configurations hold. What Java reads
 * otherwise than Python is refused. A match that would take too long is refused too: the expression comes with a file.
 */
final class PythonPattern {
    private static final int LONGEST = 8192;
    private static final int DEEPEST = 64;
    private static final int MOST_STEPS = 200_000;

    /** References to groups, conditions, comments; classes of one language only, and set operations in classes. */
    private static final Pattern OTHERWISE =
            Pattern.compile("\\(\\?P=|\\(\\?\\(|\\(\\?#|\\(\\?[a-zA-Z]*-?[a-zA-Z]*[xLu]|\\\\[QEGRXhHpPkKNzZCUu1-9]"
                    + "|&&|\\[\\^?[^\\]\\\\]*\\[");

    private final String source;
    private final Pattern pattern;

    private PythonPattern(String source, String java) {
        this.source = source;
        this.pattern = Pattern.compile(java);
    }

    /**
     * An expression of which a whole name must be an instance.
     *
     * @throws IllegalArgumentException if it is none, or is too large, or means something else in Java
     */
    static PythonPattern of(String expression) {
        return checked(expression, expression);
    }

    /** An expression of which a name must be an instance from its start or from after a dot to its end. */
    static PythonPattern ofEnd(String expression) {
        return checked(expression, "(?:.*\\.)?(?:" + expression + ")");
    }

    /** An expression of which a whole part of a name, between its start, dots and its end, must be an instance. */
    static PythonPattern ofPart(String expression) {
        return checked(expression, "(?:.*\\.)?(?:" + expression + ")(?:\\..*)?");
    }

    private static PythonPattern checked(String source, String whole) {
        if (source.length() > LONGEST || depth(source) > DEEPEST) {
            throw new IllegalArgumentException("the expression \"" + excerpt(source) + "\" is too large");
        }
        Matcher otherwise = OTHERWISE.matcher(source);
        if (otherwise.find()) {
            throw new IllegalArgumentException("the expression \"" + excerpt(source) + "\" has \"" + otherwise.group()
                    + "\", which is not supported; list the names instead");
        }
        try {
            return new PythonPattern(source, whole.replaceAll("\\(\\?P<\\w+>", "("));
        } catch (PatternSyntaxException | StackOverflowError e) {
            throw new IllegalArgumentException("the expression \"" + excerpt(source) + "\" cannot be read", e);
        }
    }

    private static int depth(String source) {
        int depth = 0;
        int deepest = 0;
        for (char c : source.toCharArray()) {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }

    /**
     * Whether a name is an instance.
     *
     * @throws IllegalArgumentException if that takes too long to tell
     */
    boolean matches(String name) {
        try {
            return pattern.matcher(new MeteredText(name, MOST_STEPS)).matches();
        } catch (MeteredText.Exhausted | StackOverflowError e) {
            throw new IllegalArgumentException("the expression \"" + excerpt(source)
                    + "\" takes too long to compare with \"" + excerpt(name) + "\"; list the names instead");
        }
    }

    private static String excerpt(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
