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
import io.github.tribuollm.uncertainty.statistics.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Sums up a page: for each measure, under each heading of panels, how many completion tokens were measured, their mean
 * and quantiles, and how many lie in each step of the colour scale.
 */
final class MeasureSummary {

    private static final List<String> HEADER = List.of("tokens", "mean", "5 %", "median", "95 %", "max");

    /** Of more headings than this, each measure is summed up over all. */
    private static final int MOST_HEADINGS = 8;

    /** Of more rows than this, those of the measure chosen are shown. */
    private static final int MOST_LINES = 8;

    private static final int BAR = 11;
    private static final int HEIGHT = 28;

    private final List<Panel> panels;
    private final Shading shading;
    private final UnaryOperator<String> named;

    /** The values of a measure under a heading of panels; no heading stands for all. */
    private record Line(String measure, String heading, double[] values) {

        double[] figures() {
            double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
            double[] figures = new double[HEADER.size()];
            Arrays.fill(figures, Double.NaN);
            figures[0] = values.length;
            if (finite.length > 0) {
                Distribution distribution = Distribution.of(finite);
                DoubleStream rest = DoubleStream.of(
                        distribution.mean(),
                        distribution.quantile(0.05),
                        distribution.quantile(0.5),
                        distribution.quantile(0.95),
                        distribution.quantile(1));
                System.arraycopy(rest.toArray(), 0, figures, 1, HEADER.size() - 1);
            }
            return figures;
        }
    }

    /**
     * Prepares to sum up.
     *
     * @param named from the name of a measure to that with its unit
     */
    MeasureSummary(List<Panel> panels, Shading shading, UnaryOperator<String> named) {
        this.panels = panels;
        this.shading = shading;
        this.named = named;
    }

    String html() {
        List<Line> lines = shading.scales().keySet().stream()
                .flatMap(measure -> lines(measure).stream())
                .toList();
        boolean chosen = isChosen(lines.size());
        return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Summary\">\n<table class=\"summary\">\n"
                + "<caption>Completion tokens of this page"
                + (chosen ? " <label for=\"" + Shading.EVERY + "\">every measure</label>" : "") + "</caption>\n"
                + HEADER.stream()
                        .map(heading -> "<th scope=\"col\">" + heading + "</th>")
                        .collect(Collectors.joining(
                                "",
                                "<thead><tr><th scope=\"col\">measure</th>",
                                "<th scope=\"col\" class=\"bars\">tokens by colour</th></tr></thead>\n"))
                + lines.stream()
                        .map(line -> row(line, chosen))
                        .collect(Collectors.joining("", "<tbody>\n", "</tbody>\n"))
                + "</table>\n</div>\n";
    }

    /** {@return whether only the rows of the measure that the reader chooses are shown, until more are asked for} */
    boolean isChosen() {
        return isChosen(shading.scales().keySet().stream()
                .mapToInt(measure -> lines(measure).size())
                .sum());
    }

    private boolean isChosen(int lines) {
        return lines > MOST_LINES && !shading.choices().isEmpty();
    }

    private List<Line> lines(String measure) {
        return byHeading(measure).entrySet().stream()
                .map(group -> new Line(measure, group.getKey(), group.getValue()))
                .toList();
    }

    private int decimals(String measure) {
        return Figures.decimals(lines(measure).stream()
                .flatMapToDouble(line -> Arrays.stream(line.figures()).skip(1))
                .toArray());
    }

    private String title(String measure, String heading) {
        return "<span class=\"measure\">" + escape(named.apply(measure)) + "</span>"
                + (heading.isEmpty() ? "" : " <span class=\"meaning\">" + escape(heading) + "</span>");
    }

    private Map<String, double[]> byHeading(String measure) {
        boolean apart = headings() > 1 && headings() <= MOST_HEADINGS;
        Map<String, List<double[]>> parts = new LinkedHashMap<>();
        panels.stream()
                .filter(panel -> panel.measures().contains(measure))
                .forEach(panel -> parts.computeIfAbsent(apart ? panel.heading() : "", h -> new ArrayList<>())
                        .add(panel.document().completionValues(measure).toArray()));
        Map<String, double[]> joined = new LinkedHashMap<>();
        parts.forEach((heading, values) -> joined.put(
                heading, values.stream().flatMapToDouble(Arrays::stream).toArray()));
        return joined;
    }

    private long headings() {
        return panels.stream().map(Panel::heading).distinct().count();
    }

    private String row(Line line, boolean chosen) {
        int decimals = decimals(line.measure());
        double[] figures = line.figures();
        String shown = chosen ? shading.shownWith(line.measure()) : "";
        return IntStream.range(0, figures.length)
                .mapToObj(column -> "<td data-label=\"" + HEADER.get(column) + "\">"
                        + Figures.fixed(figures[column], column == 0 ? 0 : decimals) + "</td>")
                .collect(Collectors.joining(
                        "",
                        "<tr class=\"row" + shown + "\"><th scope=\"row\">" + title(line.measure(), line.heading())
                                + "</th>",
                        "<td class=\"bars\">" + bars(line.measure(), line.values()) + "</td></tr>\n"));
    }

    /** {@return a bar for each step of a measure's scale, as high as the share of the values in it} */
    private String bars(String measure, double[] values) {
        ColourScale scale = shading.scales().get(measure);
        int[] counts = scale.counts(values);
        int most = Math.max(1, Arrays.stream(counts).max().orElse(1));
        String label = Arrays.stream(counts).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        int width = BAR * counts.length;
        return scale.steps()
                .mapToObj(step -> bar(step, scale.palette().colours().get(step), counts[step], most))
                .collect(Collectors.joining(
                        "",
                        "<svg role=\"img\" width=\"" + width + "\" height=\"" + HEIGHT + "\" viewBox=\"0 0 " + width
                                + " " + HEIGHT + "\" aria-label=\"tokens in each step, from low to high: " + label
                                + "\">",
                        "<path d=\"M0 " + (HEIGHT - 0.5) + "H" + width + "\" stroke=\"#666\"/></svg>"));
    }

    private static String bar(int step, String colour, int count, int most) {
        if (count == 0) {
            return "";
        }
        long height = Math.max(2, Math.round((HEIGHT - 2.0) * count / most));
        return "<rect x=\"" + (step * BAR + 1) + "\" y=\"" + (HEIGHT - 1 - height) + "\" width=\"" + (BAR - 2)
                + "\" height=\"" + height + "\" fill=\"" + colour + "\" stroke=\"#666\" stroke-width=\".75\"/>";
    }
}
