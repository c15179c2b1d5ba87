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
package io.github.tribuollm.uncertainty.pages;

/** Text on its way into HTML. */
public final class Markup {

    private Markup() {}

    /**
     * {@return text that means itself in HTML, in element content and in quoted attributes; controls, halves of
     *     characters and what would turn the text after it around are shown by a sign}
     *
     * @param text any text
     */
    public static String escape(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> append(html, point));
        return html.toString();
    }

    /**
     * Escapes the text of a token. White space keeps its characters and gets a discreet sign from the style sheet:
     * every line break, every tab, and every space of a token that is nothing else.
     *
     * @param token the text of a token
     * @return its markup
     */
    static String token(String token) {
        if (token.isEmpty()) {
            return "<i class=\"e\"></i>";
        }
        StringBuilder html = new StringBuilder(token.length() + 16);
        boolean blank = token.isBlank();
        token.codePoints().forEach(point -> {
            switch (point) {
                case '\n' -> html.append("<i class=\"n\"></i>\n");
                case '\t' -> html.append("<i class=\"h\">\t</i>");
                case ' ' -> html.append(blank ? "<i class=\"s\"> </i>" : " ");
                default -> append(html, point);
            }
        });
        return html.toString();
    }

    /**
     * {@return the markup of a token that holds a part of a character: a sign from the style sheet and no text}
     *
     * @param part the part
     */
    static String part(SplitCharacter part) {
        return "<i class=\"p\" data-p=\"" + part.part() + "⁄" + part.parts() + "\"></i>";
    }

    private static void append(StringBuilder html, int point) {
        switch (point) {
            case '<' -> html.append("&lt;");
            case '>' -> html.append("&gt;");
            case '&' -> html.append("&amp;");
            case '"' -> html.append("&quot;");
            case '\'' -> html.append("&#39;");
            case '\n', '\t' -> html.append((char) point);
            default -> appendPlain(html, point);
        }
    }

    private static void appendPlain(StringBuilder html, int point) {
        if (point < 0x20) {
            html.appendCodePoint(0x2400 + point);
        } else if (Character.getType(point) == Character.SURROGATE) {
            html.append('\ufffd');
        } else if (point >= 0x7f && point < 0xa0 || turnsText(point)) {
            html.append(String.format("⟨U+%04X⟩", point));
        } else {
            html.appendCodePoint(point);
        }
    }

    /** Controls that would turn the text after them around, and so let a token hide another. */
    private static boolean turnsText(int point) {
        return point >= 0x202a && point <= 0x202e || point >= 0x2066 && point <= 0x2069;
    }
}
