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

import static io.github.tribuollm.uncertainty.pages.Markup.escape;

import io.github.tribuollm.uncertainty.Figures;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prompt tokens of a document. Where a chat wrapper or length would hide the words asked, they stand before a fold that
 * holds the whole prompt.
 *
 * @param tokens the text of each token
 * @param words what is left of them without the wrapper
 */
record Prompt(List<String> tokens, String words) {

    /** How many characters may stay out of sight without being worth a fold. */
    private static final int SMALL = 40;

    private static final int GIST = 280;

    /** How many characters of a prompt a page holds. */
    private static final int MOST = 20_000;

    String html() {
        String text = String.join("", tokens);
        if (text.isEmpty()) {
            return "";
        }
        String gist = clipped(words, GIST);
        String whole = "<div class=\"q\">" + markup() + "</div>\n";
        if (text.length() - gist.length() <= SMALL) {
            return whole;
        }
        return "<details class=\"fold\"><summary><span class=\"what\">Prompt, " + Figures.fixed(tokens.size(), 0)
                + " tokens</span> <span class=\"gist\">" + escape(gist) + "</span></summary>\n" + whole
                + "</details>\n";
    }

    private String markup() {
        String text = String.join("", tokens);
        if (text.length() > MOST) {
            return Markup.token(clipped(text, MOST)) + "<i class=\"cut\"> " + Figures.fixed(text.length() - MOST, 0)
                    + " more characters are not shown.</i>";
        }
        return tokens.stream()
                .filter(token -> !token.isEmpty())
                .map(Markup::token)
                .collect(Collectors.joining());
    }

    private static String clipped(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "…";
    }
}
