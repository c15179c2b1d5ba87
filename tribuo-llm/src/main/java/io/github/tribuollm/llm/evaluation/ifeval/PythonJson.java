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

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether Python's {@code json.loads} reads a text: any value, with NaN and Infinity, without control characters. */
final class PythonJson {
    private static final int DEEPEST = 990;
    private static final int MOST_DIGITS = 4300;
    private static final Pattern BLANK = Pattern.compile("[ \\t\\n\\r]*+");
    private static final Pattern STRING =
            Pattern.compile("\"(?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4})*+\"");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][-+]?[0-9]++)?");
    private static final Pattern WORD = Pattern.compile("null|true|false|NaN|-?Infinity");
    private static final Map<Character, Character> CLOSING = Map.of('{', '}', '[', ']');

    private final String text;
    private int at;

    private PythonJson(String text) {
        this.text = text;
    }

    static boolean isValid(String text) {
        PythonJson json = new PythonJson(text);
        json.skipBlanks();
        if (!json.value(0)) {
            return false;
        }
        json.skipBlanks();
        return json.at == text.length();
    }

    private boolean value(int depth) {
        if (at == text.length() || depth > DEEPEST) {
            return false;
        }
        return switch (text.charAt(at)) {
            case '{' -> list(depth, true);
            case '[' -> list(depth, false);
            case '"' -> take(STRING);
            default -> take(WORD) || number();
        };
    }

    private boolean number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            return false;
        }
        at = number.end();
        boolean whole = number.group(2) == null && number.group(3) == null;
        return !whole || number.group(1).length() <= MOST_DIGITS;
    }

    private boolean list(int depth, boolean named) {
        char end = CLOSING.get(text.charAt(at));
        at++;
        skipBlanks();
        if (take(end)) {
            return true;
        }
        do {
            skipBlanks();
            if (named && !name() || !value(depth + 1)) {
                return false;
            }
            skipBlanks();
        } while (take(','));
        return take(end);
    }

    private boolean name() {
        if (!take(STRING)) {
            return false;
        }
        skipBlanks();
        if (!take(':')) {
            return false;
        }
        skipBlanks();
        return true;
    }

    private void skipBlanks() {
        take(BLANK);
    }

    private boolean take(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean take(Pattern wanted) {
        Matcher found = wanted.matcher(text).region(at, text.length());
        if (found.lookingAt()) {
            at = found.end();
            return true;
        }
        return false;
    }
}
