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
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Writes one {@link Panel} as HTML. */
final class PanelWriter {
    private final Panel panel;
    private final Shading shading;
    private final UnaryOperator<String> unit;
    private final List<String> tokens;
    private final BitSet completion;
    private final BitSet selected;
    private final Map<String, double[]> measures;
    private final Map<Integer, SplitCharacter> split;
    private final StringBuilder html = new StringBuilder();

    /**
     * Prepares to write.
     *
     * @param panel what to write
     * @param shading the colours of the page
     * @param unit from the name of a measure to its unit
     */
    PanelWriter(Panel panel, Shading shading, UnaryOperator<String> unit) {
        this.panel = panel;
        this.shading = shading;
        this.unit = unit;
        TokenMeasures document = panel.document();
        this.tokens = document.tokens();
        this.completion = document.completion();
        this.selected = document.selected();
        this.measures = shownFirst(document.measures(), panel.measures());
        this.split = SplitCharacter.in(tokens);
    }

    private static Map<String, double[]> shownFirst(Map<String, double[]> measures, List<String> shown) {
        Set<String> order = new LinkedHashSet<>(shown);
        order.addAll(measures.keySet());
        Map<String, double[]> ordered = new LinkedHashMap<>();
        order.forEach(measure -> ordered.put(measure, measures.get(measure)));
        return ordered;
    }

    /**
     * Writes.
     *
     * @param start the first token to write; those before it stand elsewhere
     * @param room how many completion tokens to write at most
     */
    String html(int start, int room) {
        html.append("<article>\n<h3>").append(escape(panel.heading())).append("</h3>\n");
        panel.measures().forEach(this::summary);
        if (panel.isChosen()) {
            shading.choices().stream()
                    .filter(choice -> !panel.measures().contains(choice))
                    .forEach(this::absent);
        }
        html.append("<div class=\"text\" dir=\"auto\">\n");
        int left = room;
        for (int from = start; from < tokens.size() && left > 0; ) {
            int to = endOfRun(from);
            if (completion.get(from)) {
                to = Math.min(to, from + left);
                completion(from, to);
                left -= to - from;
            } else {
                html.append(ChatWrapper.later(tokens.subList(from, to)).html());
            }
            from = to;
        }
        html.append("</div>\n");
        int unwritten = completion.cardinality() - (room - left);
        if (unwritten > 0) {
            html.append("<p class=\"cut\">")
                    .append(Figures.fixed(unwritten, 0))
                    .append(" more tokens are not shown.</p>\n");
        }
        return html.append("</article>\n").toString();
    }

    /** {@return the end of the run of prompt or completion tokens that starts at a token} */
    private int endOfRun(int token) {
        int next = completion.get(token) ? completion.nextClearBit(token) : completion.nextSetBit(token);
        return next < 0 ? tokens.size() : Math.min(next, tokens.size());
    }

    private void summary(String measure) {
        long count = panel.document().completionValues(measure).count();
        html.append("<p class=\"sum").append(shading.shownWith(panel, measure)).append("\">");
        if (count == 0) {
            html.append("no token measured");
        } else {
            double mean = panel.document().mean(measure);
            html.append("mean ").append(escape(measure)).append(" <span class=\"mean ");
            html.append(shading.fixedClass(measure, mean))
                    .append("\">")
                    .append(Figures.exact(mean))
                    .append("</span>");
            html.append(escape(" " + unit.apply(measure)).stripTrailing());
            html.append(" over ").append(Figures.fixed(count, 0)).append(count == 1 ? " token" : " tokens");
            if (!selected.isEmpty()) {
                html.append(", ")
                        .append(Figures.fixed(selected.cardinality(), 0))
                        .append(" selected");
            }
        }
        html.append("</p>\n");
    }

    private void absent(String measure) {
        html.append("<p class=\"sum").append(shading.shownWith(panel, measure)).append("\">no ");
        html.append(escape(measure)).append(" here</p>\n");
    }

    /** Writes a run of completion tokens; those that share a character stand in a group. */
    private void completion(int from, int to) {
        html.append("<div class=\"a\">");
        for (int token = from; token < to; token++) {
            SplitCharacter part = split.get(token);
            if (part != null && (part.part() == 1 || token == from)) {
                html.append("<span class=\"g\">");
            }
            completionToken(token, part);
            if (part != null && (!part.isIncomplete() || token == to - 1)) {
                html.append("</span>");
            }
        }
        html.append("</div>\n");
    }

    private void completionToken(int token, SplitCharacter part) {
        html.append("<span class=\"t ").append(shading.classes(panel, valuesAt(token)));
        html.append(selected.get(token) ? " x" : "")
                .append("\" tabindex=\"0\" data-i=\"")
                .append(token);
        html.append("\" title=\"").append(escape(reading(token, part))).append("\">");
        html.append(part != null && part.isIncomplete() ? Markup.part(part) : Markup.token(tokens.get(token)));
        html.append("</span>");
    }

    private Map<String, Double> valuesAt(int token) {
        Map<String, Double> values = new LinkedHashMap<>();
        measures.forEach((measure, all) -> values.put(measure, all[token]));
        return values;
    }

    /** {@return what a token's tooltip says: the panel's measures first, then the others} */
    private String reading(int token, SplitCharacter part) {
        List<String> parts = new ArrayList<>();
        if (part != null) {
            parts.add("part " + part.part() + " of " + part.parts() + " of “" + part.character() + "”");
        }
        valuesAt(token)
                .forEach((measure, value) -> parts.add(
                        Double.isNaN(value)
                                ? measure + " not measured"
                                : (measure + " " + Figures.exact(value) + " " + unit.apply(measure)).strip()));
        if (selected.get(token)) {
            parts.add("selected");
        }
        return String.join(" · ", parts);
    }
}
