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

/** The escapes in a template's strings, as Python reads them. */
final class Escapes {
    private Escapes() {}

    static String resolved(String text) {
        StringBuilder resolved = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                resolved.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            int digits = digits(escape);
            if (digits > 0) {
                resolved.appendCodePoint(code(text, i + 1, digits));
                i += digits;
            } else if (escape >= '0' && escape <= '7') {
                int end = octalEnd(text, i);
                resolved.append((char) Integer.parseInt(text.substring(i, end), 8));
                i = end - 1;
            } else {
                resolved.append(simple(escape));
            }
        }
        return resolved.toString();
    }

    private static int digits(char escape) {
        return switch (escape) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            case 'N' -> throw new Failure("characters by name, \\N{...}, are not supported; write \\u and four digits");
            default -> 0;
        };
    }

    private static int code(String text, int from, int digits) {
        try {
            int code = Integer.parseInt(text.substring(from, from + digits), 16);
            if (text.charAt(from) != '+' && text.charAt(from) != '-' && Character.isValidCodePoint(code)) {
                return code;
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            // said below
        }
        throw new Failure("a string has an escape that is no character");
    }

    private static int octalEnd(String text, int from) {
        int end = from;
        while (end < text.length() && end < from + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
            end++;
        }
        return end;
    }

    private static String simple(char escape) {
        return switch (escape) {
            case '\n' -> "";
            case '\\', '\'', '"' -> String.valueOf(escape);
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'a' -> "\u0007";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'v' -> "\u000B";
            default -> "\\" + escape;
        };
    }
}
