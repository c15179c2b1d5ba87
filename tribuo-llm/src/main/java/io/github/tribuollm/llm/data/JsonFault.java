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
package io.github.tribuollm.llm.data;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Says in the words of those who write files why a text is no JSON object, and what to do. */
final class JsonFault {
    private static final int SHOWN = 40;
    private static final int DEEPEST = 255;
    private static final Set<String> WORDS = Set.of("true", "false", "null");
    private static final Map<String, String> PYTHON = Map.of("None", "null", "True", "true", "False", "false");
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "nan", "inf", "INF", "NAN");

    private final String text;
    private final Path file;

    private JsonFault(String text, Path file) {
        this.text = text;
        this.file = file;
    }

    /**
     * Looks for the cause.
     *
     * @param text what is no JSON object
     * @param file the file that it is in
     * @return what is wrong and the remedy, after the place
     */
    static String of(String text, Path file) {
        return new JsonFault(text, file).cause();
    }

    private String cause() {
        String bare = text.strip();
        if (bare.indexOf('\0') >= 0) {
            return "the row holds NUL characters, as a file does that was not written to its end; take them out with:"
                    + " tr -d '\\000' < " + file + " > rows.jsonl";
        }
        if (bare.isEmpty()) {
            return "the row is empty; a comma too many?";
        }
        if (!bare.startsWith("{")) {
            return noObject(bare);
        }
        return insideObject(bare);
    }

    private String noObject(String bare) {
        if (bare.startsWith("[")) {
            return "the row is an array, not a JSON object; write an object with a name for each field";
        }
        String begins = "the row is not a JSON object; it begins with " + head(bare);
        boolean table = bare.indexOf(',') > 0 || bare.indexOf('\t') > 0;
        return table && !bare.startsWith("\"{")
                ? begins + ". If the file is a table (CSV), convert it with: python3 -c \"import pandas;"
                        + " pandas.read_csv('" + file + "').to_json('rows.jsonl', orient='records', lines=True)\""
                : begins + "; write one JSON object a line, or one array of objects";
    }

    /** Follows the text as JSON would be read, to the first thing that has no place there. */
    private String insideObject(String bare) {
        int depth = 0;
        char before = 0;
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            if (c == '"') {
                int end = endOfString(bare, i);
                if (end < 0) {
                    return cutOff();
                }
                String control = control(bare, i, end);
                if (control != null) {
                    return control;
                }
                i = end;
            } else if (c == '\'') {
                return "the row is written with single quotes, as Python prints a dict; JSON has double quotes, which"
                        + " Python's json.dumps writes";
            } else if (c >= '0' && c <= '9') {
                i = endOfNumber(bare, i) - 1;
            } else if (Character.isLetter(c)) {
                int end = endOfWord(bare, i);
                String word = bare.substring(i, end);
                if (!WORDS.contains(word)) {
                    return word(bare, i, word);
                }
                i = end - 1;
            } else if ((c == '}' || c == ']') && before == ',') {
                return "the row has a comma before a closing bracket, at " + tail(bare.substring(0, i + 1))
                        + "; JSON has none there";
            } else if (c == '{' || c == '[') {
                if (++depth > DEEPEST) {
                    return "the row is nested deeper than " + DEEPEST + " levels; is it the right file?";
                }
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth == 0 && !bare.substring(i + 1).isBlank()) {
                    return "something follows the object, "
                            + head(bare.substring(i + 1).strip()) + "; write each object on a line of its own";
                }
            }
            before = Character.isWhitespace(c) ? before : bare.charAt(i);
        }
        return depth > 0
                ? cutOff()
                : "the row is not valid JSON; write it with a JSON library, such as Python's json.dumps";
    }

    private String cutOff() {
        return "the row ends in the middle of its object. If the object goes on in the next line, write it on one:"
                + " jq -c . " + file + " > rows.jsonl. If it is the last one, the file was cut off: get it again";
    }

    private static String word(String bare, int at, String word) {
        if (NOT_FINITE.contains(word)) {
            return "the row holds " + word + " at " + tail(bare.substring(0, at + word.length()))
                    + ", a number that JSON does not have; write null or leave the field out, as pandas does after"
                    + " fillna";
        }
        return PYTHON.containsKey(word)
                ? "the row holds Python's " + word + "; JSON has " + PYTHON.get(word)
                        + ", which Python's json.dumps writes"
                : "the row holds " + head(bare.substring(at)) + " without quotes, which is not JSON; texts and names"
                        + " stand in double quotes";
    }

    private static int endOfString(String text, int start) {
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i;
            }
        }
        return -1;
    }

    private static String control(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                return String.format(
                        "a string holds a bare control character, U+%04X after %s; JSON writes it as \\u%04x, and"
                                + " Python's json.dumps does so",
                        (int) c, tail(text.substring(0, i)), (int) c);
            }
        }
        return null;
    }

    private static int endOfNumber(String text, int start) {
        int end = start;
        while (end < text.length() && "0123456789.eE+-".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private static int endOfWord(String text, int start) {
        int end = start;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The beginning of a text, for people. */
    private static String head(String text) {
        return "`" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "\u2026" : text) + "`";
    }

    /** The end of a text, for people. */
    static String tail(String text) {
        return "`" + (text.length() > SHOWN ? "\u2026" + text.substring(text.length() - SHOWN) : text) + "`";
    }
}
