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

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.MeasureChange;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Tells what the colours and the signs of a page mean: those that occur. */
final class Legend {

    private final List<Panel> panels;
    private final Shading shading;
    private final UnaryOperator<String> named;

    /**
     * Prepares to tell.
     *
     * @param named from the name of a measure to that with its unit
     */
    Legend(List<Panel> panels, Shading shading, UnaryOperator<String> named) {
        this.panels = panels;
        this.shading = shading;
        this.named = named;
    }

    /** A sign, its meaning and the panels in which it occurs. */
    private enum Sign {
        SELECTED(
                "<span class=\"sign x\">underlined</span> selected for training",
                panel -> !panel.document().selected().isEmpty()),
        UNMEASURED("<span class=\"sign cu\">hatched</span> not measured", Legend::anyUnmeasured),
        SPLIT(
                "<span class=\"sign g\">1⁄2</span> part of a character that tokens share",
                panel -> !SplitCharacter.in(panel.document().tokens()).isEmpty()),
        LINE_BREAK("<span class=\"sign\">↵</span> line break", panel -> anyToken(panel, text -> text.contains("\n"))),
        TAB("<span class=\"sign\">→</span> tab", panel -> anyToken(panel, text -> text.contains("\t"))),
        SPACE(
                "<span class=\"sign\">·</span> token of spaces",
                panel -> anyToken(panel, text -> text.isBlank() && text.contains(" "))),
        PROMPT(
                "<span class=\"q\">grey</span> prompt",
                panel -> panel.document().completion().cardinality()
                        < panel.document().length());

        private final String html;
        private final Predicate<Panel> occurs;

        Sign(String html, Predicate<Panel> occurs) {
            this.html = html;
            this.occurs = occurs;
        }
    }

    private static boolean anyToken(Panel panel, Predicate<String> test) {
        List<String> tokens = panel.document().tokens();
        return panel.document().completion().stream().mapToObj(tokens::get).anyMatch(test);
    }

    private static boolean anyUnmeasured(Panel panel) {
        BitSet completion = panel.document().completion();
        return panel.measures().stream()
                .map(panel.document()::measure)
                .anyMatch(values -> completion.stream().anyMatch(token -> Double.isNaN(values[token])));
    }

    String html() {
        long fixed = shading.scales().keySet().stream()
                .filter(measure -> shading.legendShownWith(measure, panels).isEmpty())
                .count();
        return "<div class=\"legend" + (fixed > 1 ? " tall" : "") + "\" role=\"group\" aria-label=\"Legend\">\n"
                + picker()
                + shading.scales().keySet().stream().map(this::scale).collect(Collectors.joining()) + "</div>\n"
                + signs();
    }

    private String picker() {
        List<String> choices = shading.choices();
        if (choices.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<div class=\"picker\"><span>Colour by</span>");
        for (int choice = 0; choice < choices.size(); choice++) {
            html.append("<label for=\"")
                    .append(Shading.button(choice))
                    .append("\">")
                    .append(escape(choices.get(choice)))
                    .append("</label>");
        }
        return html.append("</div>\n").toString();
    }

    private String scale(String measure) {
        ColourScale scale = shading.scales().get(measure);
        List<String> ticks = scale.ticks();
        String origin = scale.palette() == Palette.SEQUENTIAL ? "<b>0</b>" : "";
        return scale.steps()
                .mapToObj(step -> "<span class=\"step c" + scale.palette().code(step) + "\">"
                        + (step == 0 ? origin : "<b>" + escape(ticks.get(step - 1)) + "</b>") + "</span>")
                .collect(Collectors.joining(
                        "",
                        "<div class=\"scale" + shading.legendShownWith(measure, panels)
                                + "\"><span class=\"name\"><span class=\"measure\">"
                                + escape(named.apply(measure)) + "</span>" + meaning(measure)
                                + "</span><span class=\"steps\">",
                        "</span></div>\n"));
    }

    private static String meaning(String measure) {
        return Measure.named(measure)
                .map(Measure::meaning)
                .or(() -> MeasureChange.named(measure).map(change -> "blue fell, red rose"))
                .map(meaning -> " <span class=\"meaning\">" + escape(meaning) + "</span>")
                .orElse("");
    }

    private String signs() {
        return Arrays.stream(Sign.values())
                .filter(sign -> panels.stream().anyMatch(sign.occurs))
                .map(sign -> "<span>" + sign.html + "</span>")
                .collect(Collectors.joining("", "<div class=\"signs\">", "</div>\n"));
    }
}
