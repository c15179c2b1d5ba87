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
package io.github.tribuollm.llm.data.jinja;

import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Strings as Python has them: of code points, with Python's idea of white space and lines. */
final class Texts {
    private static final Text[] ASCII = new Text[128];

    static {
        for (int i = 0; i < ASCII.length; i++) {
            ASCII[i] = new Text(String.valueOf((char) i));
        }
    }

    private Texts() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    static Text of(int codePoint) {
        return codePoint < ASCII.length ? ASCII[codePoint] : new Text(Character.toString(codePoint));
    }

    static List<Value> characters(String text) {
        List<Value> characters = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> characters.add(of(c)));
        return characters;
    }

    /** The character at an index, which may count from the end; null where there is none. */
    static Value character(String text, long index) {
        int place = Python.place(index, length(text));
        return place < 0 ? null : of(text.codePointAt(text.offsetByCodePoints(0, place)));
    }

    /** Order by code points, not by halves of surrogates. */
    static int compare(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean both = Character.isSurrogate(a) == Character.isSurrogate(b);
                return both ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return left.length() - right.length();
    }

    static boolean isSpace(int c) {
        return c >= 0x09 && c <= 0x0D
                || c >= 0x1C && c <= 0x20
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200A
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    static boolean isLineEnd(int c) {
        return c >= 0x0A && c <= 0x0D || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    static String strippedAtStart(String text, IntPredicate removed) {
        int start = 0;
        while (start < text.length() && removed.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String strippedAtEnd(String text, IntPredicate removed) {
        int end = text.length();
        while (end > 0 && removed.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    static String stripped(String text, IntPredicate removed) {
        return strippedAtEnd(strippedAtStart(text, removed), removed);
    }

    /** The lines of a text, with or without what ends them. */
    static List<String> lines(String text, boolean withEnds) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isLineEnd(text.charAt(i))) {
                int end = i;
                if (text.charAt(i) == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                lines.add(text.substring(start, withEnds ? i + 1 : end));
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    /** The first character in upper case, the others in lower case. */
    static String capitalised(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = Character.charCount(text.codePointAt(0));
        return titled(text.substring(0, first)) + lower(text.substring(first));
    }

    /** One character in title case, which is upper case but for a few ligatures. */
    static String titled(String character) {
        int c = character.codePointAt(0);
        int title = Character.toTitleCase(c);
        return title != c ? Character.toString(title) : character.toUpperCase(java.util.Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    static String upper(String text) {
        return text.toUpperCase(java.util.Locale.ROOT);
    }

    /** What markupsafe makes of a text. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }
}
