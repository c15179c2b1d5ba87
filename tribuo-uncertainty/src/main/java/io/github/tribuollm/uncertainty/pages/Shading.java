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

import io.github.tribuollm.uncertainty.MeasureChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The colours of a page: for each measure one scale, which all its panels share. The reader's choice among measures is
 * a group of radio buttons {@code #m0, #m1, ...} before {@code main}: a style sheet does the rest, without a script.
 */
final class Shading {
    /** The identifier of the box that shows every row of the summary. */
    static final String EVERY = "every";

    private static final String HATCHED =
            "background-image:repeating-linear-gradient(135deg,#c4c4c4 0 1px,transparent 1px 5px)";

    private final Map<String, ColourScale> scales;
    private final List<String> choices;

    private Shading(Map<String, ColourScale> scales, List<String> choices) {
        this.scales = scales;
        this.choices = choices;
    }

    static Shading of(List<Panel> panels) {
        Map<String, List<double[]>> values = new LinkedHashMap<>();
        Set<String> choices = new LinkedHashSet<>();
        for (Panel panel : panels) {
            for (String measure : panel.measures()) {
                values.computeIfAbsent(measure, name -> new ArrayList<>())
                        .add(panel.document().completionValues(measure).toArray());
            }
            if (panel.isChosen()) {
                choices.addAll(panel.measures());
            }
        }
        Map<String, ColourScale> scales = new LinkedHashMap<>();
        values.forEach((measure, parts) -> scales.put(
                measure,
                scale(measure, parts.stream().flatMapToDouble(Arrays::stream).toArray())));
        return new Shading(scales, List.copyOf(choices));
    }

    private static ColourScale scale(String measure, double[] values) {
        return MeasureChange.named(measure).isPresent() ? ColourScale.ofChange(values) : ColourScale.of(values);
    }

    /** {@return the scale of each measure} */
    Map<String, ColourScale> scales() {
        return scales;
    }

    /** {@return the measures among which the reader chooses, the first one chosen at first; empty if all is fixed} */
    List<String> choices() {
        return choices;
    }

    /** {@return the identifier of a choice's radio button} */
    static String button(int choice) {
        return "m" + choice;
    }

    /**
     * {@return the classes that colour an element of a panel by a value, for each measure of the panel}
     *
     * @param panel the panel
     * @param values the value of each of its measures, NaN where it was not measured
     */
    String classes(Panel panel, Map<String, Double> values) {
        return panel.measures().stream()
                .map(measure -> prefix(panel, measure) + scales.get(measure).code(values.get(measure)))
                .collect(Collectors.joining(" "));
    }

    /** {@return the class that colours by one measure, whichever is chosen} */
    String fixedClass(String measure, double value) {
        return "c" + scales.get(measure).code(value);
    }

    /** {@return the class of what is shown only while a measure of a panel is, with a space before; or nothing} */
    String shownWith(Panel panel, String measure) {
        return panel.isChosen() ? shownWith(measure) : "";
    }

    /** {@return the class of a legend that is shown only while its measure is, with a space before; or nothing} */
    String legendShownWith(String measure, List<Panel> panels) {
        boolean always = panels.stream()
                .anyMatch(panel -> !panel.isChosen() && panel.measures().contains(measure));
        return always ? "" : shownWith(measure);
    }

    /**
     * {@return the class of what is shown only while a measure is chosen, with a space before; nothing if it never
     * is}
     */
    String shownWith(String measure) {
        return choices.contains(measure) ? " s" + choices.indexOf(measure) : "";
    }

    private String prefix(Panel panel, String measure) {
        return panel.isChosen() ? button(choices.indexOf(measure)) + "-" : "c";
    }

    /** {@return the rules that colour elements and show what belongs to the choice} */
    String css() {
        StringBuilder css = new StringBuilder();
        colours(css, ".c");
        for (int choice = 0; choice < choices.size(); choice++) {
            String button = "#" + button(choice);
            colours(css, button + ":checked~main ." + button(choice) + "-");
            rule(css, button + ":not(:checked)~main .s" + choice, "display:none");
            String label = "~main label[for=" + button(choice) + "]";
            rule(css, button + ":checked" + label, "background:#1a1a1a;border-color:#1a1a1a;color:#fff");
            rule(css, button + ":focus-visible" + label, "outline:3px solid #1a56a8;outline-offset:2px");
        }
        return css.toString();
    }

    private static void colours(StringBuilder css, String selector) {
        for (Palette palette : Palette.values()) {
            List<String> colours = palette.colours();
            for (int step = 0; step < colours.size(); step++) {
                rule(css, selector + palette.code(step), "background-color:" + colours.get(step));
            }
        }
        rule(css, selector + ColourScale.UNMEASURED, HATCHED);
    }

    private static void rule(StringBuilder css, String selector, String declarations) {
        css.append(selector).append('{').append(declarations).append("}\n");
    }
}
