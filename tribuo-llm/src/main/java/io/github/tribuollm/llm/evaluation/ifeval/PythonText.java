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

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** What Python's methods of strings make of a text. */
final class PythonText {
    private static final Pattern SPACES = PythonPattern.compile("\\s+");

    private PythonText() {}

    static boolean isSpace(int character) {
        return Character.isSpaceChar(character)
                || character >= '\t' && character <= '\r'
                || character >= 0x1C && character <= 0x1F
                || character == 0x85;
    }

    /** {@return the text without white space at both ends} */
    static String strip(String text) {
        return strip(text, PythonText::isSpace);
    }

    /** {@return the text without a character at both ends} */
    static String strip(String text, char character) {
        return strip(text, c -> c == character);
    }

    private static String strip(String text, IntPredicate stripped) {
        int from = 0;
        int to = text.length();
        while (from < to && stripped.test(text.charAt(from))) {
            from++;
        }
        while (to > from && stripped.test(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isBlank(String text) {
        return strip(text).isEmpty();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@return the pieces between white space, none of them empty} */
    static List<String> split(String text) {
        return Arrays.stream(SPACES.split(text))
                .filter(piece -> !piece.isEmpty())
                .toList();
    }

    /** {@return whether there is a letter with case, and all such letters are upper case} */
    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    /** {@return whether there is a letter with case, and all such letters are lower case} */
    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    static String withoutPrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    static String withoutSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }
}
