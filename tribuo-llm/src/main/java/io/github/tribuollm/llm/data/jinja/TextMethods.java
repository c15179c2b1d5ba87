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

import io.github.tribuollm.llm.data.jinja.Arguments.Bound;
import io.github.tribuollm.llm.data.jinja.Value.Bool;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of Python's strings. */
final class TextMethods {
    static final Set<String> NAMES = Set.of(
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "partition",
            "rpartition",
            "startswith",
            "endswith",
            "upper",
            "lower",
            "title",
            "capitalize",
            "swapcase",
            "casefold",
            "replace",
            "find",
            "rfind",
            "index",
            "rindex",
            "count",
            "join",
            "format",
            "zfill",
            "ljust",
            "rjust",
            "center",
            "removeprefix",
            "removesuffix",
            "isdigit",
            "isdecimal",
            "isnumeric",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower",
            "istitle",
            "isascii",
            "isprintable");

    private TextMethods() {}

    static Value call(String method, Text of, Arguments arguments, Budget budget) {
        String text = of.value();
        budget.characters(text.length());
        return switch (method) {
            case "strip", "lstrip", "rstrip" -> new Text(stripped(method, text, arguments), of.markup());
            case "split", "rsplit" -> texts(split(method, text, arguments, budget), of.markup());
            case "splitlines" ->
                texts(Texts.lines(text, arguments.bind(method, "keepends").flag(0, false)), of.markup());
            case "partition", "rpartition" ->
                partition(method, text, arguments.bind(method, "sep").text(0), budget);
            case "startswith", "endswith" -> Bool.of(affixed(method, text, arguments));
            case "replace" -> replaced(of, arguments.bind(method, "old", "new", "count"), budget);
            case "find", "rfind", "index", "rindex" -> new Int(found(method, text, arguments, budget));
            case "count" -> new Int(count(text, arguments.bind(method, "sub"), budget));
            case "join" ->
                joined(text, Python.elements(arguments.bind(method, "iterable").get(0), budget), budget);
            case "format" -> Formats.braces(text, arguments, budget);
            case "zfill", "ljust", "rjust", "center" -> new Text(padded(method, text, arguments, budget), of.markup());
            case "removeprefix", "removesuffix" -> new Text(without(method, text, arguments), of.markup());
            default -> plain(method, of, arguments);
        };
    }

    private static Value plain(String method, Text of, Arguments arguments) {
        arguments.bind(method);
        String text = of.value();
        return switch (method) {
            case "upper" -> new Text(Texts.upper(text), of.markup());
            case "lower", "casefold" -> new Text(Texts.lower(text), of.markup());
            case "capitalize" -> new Text(Texts.capitalised(text), of.markup());
            case "title" -> new Text(title(text), of.markup());
            case "swapcase" -> new Text(swapped(text), of.markup());
            default -> Bool.of(TextTests.holds(method, text));
        };
    }

    private static Sequence texts(List<String> texts, boolean markup) {
        return Sequence.list(texts.stream().map(t -> new Text(t, markup)).toList());
    }

    private static String stripped(String method, String text, Arguments arguments) {
        Bound bound = arguments.bind(method, "chars");
        IntPredicate removed = bound.given(0) ? anyOf(bound.text(0)) : Texts::isSpace;
        return switch (method) {
            case "lstrip" -> Texts.strippedAtStart(text, removed);
            case "rstrip" -> Texts.strippedAtEnd(text, removed);
            default -> Texts.stripped(text, removed);
        };
    }

    static IntPredicate anyOf(String characters) {
        return c -> characters.indexOf(c) >= 0;
    }

    private static List<String> split(String method, String text, Arguments arguments, Budget budget) {
        Bound bound = arguments.bind(method, "sep", "maxsplit");
        long most = bound.whole(1, -1);
        boolean fromEnd = method.equals("rsplit");
        if (!bound.given(0)) {
            List<String> words = fromEnd ? wordsFromEnd(text, most) : words(text, most);
            budget.elements(words.size());
            return words;
        }
        String separator = bound.text(0);
        if (separator.isEmpty()) {
            throw new Failure("empty separator");
        }
        budget.search(text.length(), separator.length());
        List<String> parts = fromEnd ? partsFromEnd(text, separator, most) : parts(text, separator, most);
        budget.elements(parts.size());
        return parts;
    }

    private static List<String> parts(String text, String separator, long most) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf(separator);
                end >= 0 && parts.size() != most;
                end = text.indexOf(separator, start)) {
            parts.add(text.substring(start, end));
            start = end + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<String> partsFromEnd(String text, String separator, long most) {
        List<String> parts = new ArrayList<>();
        int end = text.length();
        while (parts.size() != most) {
            int start = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
            if (start < 0) {
                break;
            }
            parts.add(text.substring(start + separator.length(), end));
            end = start;
        }
        parts.add(text.substring(0, end));
        Collections.reverse(parts);
        return parts;
    }

    private static List<String> words(String text, long most) {
        List<String> words = new ArrayList<>();
        String rest = Texts.strippedAtStart(text, Texts::isSpace);
        int at = text.length() - rest.length();
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && !Texts.isSpace(text.charAt(end))) {
                end++;
            }
            if (words.size() == most) {
                words.add(text.substring(at));
                return words;
            }
            words.add(text.substring(at, end));
            at = end;
            while (at < text.length() && Texts.isSpace(text.charAt(at))) {
                at++;
            }
        }
        return words;
    }

    private static List<String> wordsFromEnd(String text, long most) {
        List<String> words = new ArrayList<>();
        int end = Texts.strippedAtEnd(text, Texts::isSpace).length();
        while (end > 0) {
            int start = end;
            while (start > 0 && !Texts.isSpace(text.charAt(start - 1))) {
                start--;
            }
            if (words.size() == most) {
                words.add(text.substring(0, end));
                break;
            }
            words.add(text.substring(start, end));
            end = start;
            while (end > 0 && Texts.isSpace(text.charAt(end - 1))) {
                end--;
            }
        }
        Collections.reverse(words);
        return words;
    }

    private static Value partition(String method, String text, String separator, Budget budget) {
        if (separator.isEmpty()) {
            throw new Failure("empty separator");
        }
        budget.search(text.length(), separator.length());
        boolean last = method.equals("rpartition");
        int at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return last
                    ? Sequence.tuple(Text.EMPTY, Text.EMPTY, new Text(text))
                    : Sequence.tuple(new Text(text), Text.EMPTY, Text.EMPTY);
        }
        return Sequence.tuple(
                new Text(text.substring(0, at)),
                new Text(separator),
                new Text(text.substring(at + separator.length())));
    }

    private static boolean affixed(String method, String text, Arguments arguments) {
        Bound bound = arguments.bind(method, "affix", "start", "end");
        String part = text;
        if (bound.given(1) || bound.given(2)) {
            int[] points = text.codePoints().toArray();
            int from = clamp(bound.given(1) ? bound.whole(1) : 0, points.length);
            int to = clamp(bound.given(2) ? bound.whole(2) : points.length, points.length);
            if (from > to) {
                return false;
            }
            part = new String(points, from, to - from);
        }
        List<Value> affixes = bound.get(0) instanceof Sequence several && several.tuple()
                ? several.items()
                : List.of(new Text(bound.text(0)));
        for (Value affix : affixes) {
            if (!(affix instanceof Text wanted)) {
                throw new Failure(method + "() takes a string or a tuple of strings");
            }
            if (method.equals("startswith") ? part.startsWith(wanted.value()) : part.endsWith(wanted.value())) {
                return true;
            }
        }
        return false;
    }

    private static int clamp(long index, int size) {
        return (int) Math.max(0, Math.min(index < 0 ? index + size : index, size));
    }

    static Text replaced(Text of, Bound bound, Budget budget) {
        String old = bound.text(0);
        String replacement = bound.text(1);
        long most = bound.given(2) ? bound.whole(2) : -1;
        String text = of.value();
        budget.search(text.length(), old.length());
        Output replaced = new Output(budget);
        int start = 0;
        int at = text.indexOf(old);
        for (long done = 0; at >= 0 && done != most; done++) {
            replaced.add(text.substring(start, at));
            replaced.add(replacement);
            start = at + old.length();
            if (old.isEmpty()) {
                if (at == text.length()) {
                    break;
                }
                int next = at + Character.charCount(text.codePointAt(at));
                replaced.add(text.substring(at, next));
                start = next;
            }
            at = text.indexOf(old, start);
        }
        replaced.add(text.substring(start));
        return new Text(replaced.toString(), of.markup());
    }

    private static long found(String method, String text, Arguments arguments, Budget budget) {
        Bound bound = arguments.bind(method, "sub", "start");
        String sought = bound.text(0);
        budget.search(text.length(), sought.length());
        int from = text.offsetByCodePoints(0, clamp(bound.whole(1, 0), Texts.length(text)));
        boolean last = method.startsWith("r");
        int at = last ? text.lastIndexOf(sought) : text.indexOf(sought, from);
        if (at < from) {
            if (method.endsWith("index")) {
                throw new Failure("substring not found");
            }
            return -1;
        }
        return text.codePointCount(0, at);
    }

    private static long count(String text, Bound bound, Budget budget) {
        String sought = bound.text(0);
        budget.search(text.length(), sought.length());
        return sought.isEmpty()
                ? Texts.length(text) + 1
                : parts(text, sought, -1).size() - 1;
    }

    static Text joined(String separator, List<Value> items, Budget budget) {
        Output text = new Output(budget);
        boolean first = true;
        for (Value item : items) {
            if (!(item instanceof Text part)) {
                throw new Failure("join() takes strings, not " + Python.type(item));
            }
            text.add(first ? "" : separator);
            text.add(part.value());
            first = false;
        }
        return new Text(text.toString());
    }

    private static String padded(String method, String text, Arguments arguments, Budget budget) {
        Bound bound = arguments.bind(method, "width", "fillchar");
        String fill = method.equals("zfill") ? "0" : bound.text(1, " ");
        long missing = bound.whole(0) - Texts.length(text);
        if (missing <= 0) {
            return text;
        }
        budget.characters(missing);
        int count = (int) missing;
        return switch (method) {
            case "ljust" -> text + fill.repeat(count);
            case "center" -> centred(text, fill, count, bound.whole(0));
            case "zfill" -> zeros(text, count);
            default -> fill.repeat(count) + text;
        };
    }

    /** Python puts the odd one to the left where the width is odd, too. */
    private static String centred(String text, String fill, int missing, long width) {
        int left = missing / 2 + (int) (missing & width & 1);
        return fill.repeat(left) + text + fill.repeat(missing - left);
    }

    private static String zeros(String text, int count) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        return signed ? text.charAt(0) + "0".repeat(count) + text.substring(1) : "0".repeat(count) + text;
    }

    private static String without(String method, String text, Arguments arguments) {
        String affix = arguments.bind(method, "affix").text(0);
        if (method.equals("removeprefix")) {
            return text.startsWith(affix) ? text.substring(affix.length()) : text;
        }
        return !affix.isEmpty() && text.endsWith(affix) ? text.substring(0, text.length() - affix.length()) : text;
    }

    private static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean[] inWord = {false};
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            title.append(inWord[0] ? Texts.lower(character) : Texts.titled(character));
            inWord[0] = TextTests.isCased(c);
        });
        return title.toString();
    }

    private static String swapped(String text) {
        StringBuilder swapped = new StringBuilder();
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            swapped.append(
                    Character.isUpperCase(c)
                            ? Texts.lower(character)
                            : Character.isLowerCase(c) ? Texts.upper(character) : character);
        });
        return swapped.toString();
    }
}
