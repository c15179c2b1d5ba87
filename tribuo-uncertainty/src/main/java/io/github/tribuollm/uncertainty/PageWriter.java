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
package io.github.tribuollm.uncertainty;

import static io.github.tribuollm.uncertainty.Markup.escape;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes one {@link TokenPage} as HTML. */
final class PageWriter {

    private final TokenPage page;
    private final Map<String, ColourScale> scales;
    private final StringBuilder html = new StringBuilder();

    PageWriter(TokenPage page) {
        this.page = page;
        this.scales = scalesOf(page);
    }

    String html() {
        head();
        page.notes().forEach(note -> line("<p class=\"note\">" + escape(note) + "</p>"));
        page.tables().forEach(this::table);
        if (!scales.isEmpty()) {
            legends();
        }
        page.sections().forEach(this::section);
        line("</main>");
        line("<script>" + resource("token-page.js") + "</script>");
        line("</body>");
        line("</html>");
        return html.toString();
    }

    private static Map<String, ColourScale> scalesOf(TokenPage page) {
        Map<String, List<double[]>> shown = new LinkedHashMap<>();
        for (TokenPage.Section section : page.sections()) {
            for (Panel panel : section.panels()) {
                shown.computeIfAbsent(panel.measure(), measure -> new ArrayList<>())
                        .add(completionValues(panel));
            }
        }
        Map<String, ColourScale> scales = new LinkedHashMap<>();
        shown.forEach((measure, values) -> scales.put(
                measure,
                ColourScale.of(values.stream().flatMapToDouble(Arrays::stream).toArray())));
        return scales;
    }

    private static double[] completionValues(Panel panel) {
        double[] values = panel.document().measure(panel.measure());
        return panel.document().completion().stream()
                .mapToDouble(token -> values[token])
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }

    private void head() {
        String script = resource("token-page.js");
        line("<!DOCTYPE html>");
        line("<html lang=\"en\">");
        line("<head>");
        line("<meta charset=\"utf-8\">");
        line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
                + "script-src 'sha256-" + sha256(script) + "'\">");
        line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        line("<title>" + escape(page.title()) + "</title>");
        line("<style>");
        html.append(resource("token-page.css"));
        for (int step = 0; step < ColourScale.STEPS; step++) {
            line(".c" + step + "{background-color:" + ColourScale.RAMP.get(step) + "}");
        }
        line("</style>");
        line("</head>");
        line("<body>");
        line("<main>");
        line("<h1>" + escape(page.title()) + "</h1>");
    }

    private void table(SummaryTable table) {
        line("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escape(table.caption()) + "\">");
        line("<table>");
        line("<caption>" + escape(table.caption()) + "</caption>");
        line(table.header().stream()
                .map(heading -> "<th scope=\"col\">" + escape(heading) + "</th>")
                .collect(Collectors.joining("", "<thead><tr>", "</tr></thead>")));
        int[] decimals = table.decimals();
        line("<tbody>");
        for (SummaryTable.Row row : table.rows()) {
            line(IntStream.range(0, decimals.length)
                    .mapToObj(column -> "<td>" + Figures.fixed(row.values().get(column), decimals[column]) + "</td>")
                    .collect(
                            Collectors.joining("", "<tr><th scope=\"row\">" + escape(row.title()) + "</th>", "</tr>")));
        }
        line("</tbody>");
        line("</table>");
        line("</div>");
    }

    private void legends() {
        line("<div class=\"legend\" role=\"group\" aria-label=\"Legend\">");
        scales.forEach((measure, scale) -> {
            line("<div class=\"scale\"><span class=\"measure\">" + escape(named(measure)) + "</span><span>");
            for (int step = 0; step < ColourScale.STEPS; step++) {
                html.append("<span class=\"step c").append(step).append("\">");
                html.append(escape(scale.label(step))).append("</span>");
            }
            line("</span></div>");
        });
        line("</div>");
        line("<div class=\"signs\">"
                + "<span><span class=\"sign x\">underlined</span> selected for training</span>"
                + "<span><span class=\"sign u\">hatched</span> not measured</span>"
                + "<span><span class=\"q\">grey</span> prompt</span></div>");
    }

    private void section(TokenPage.Section section) {
        line("<section>");
        line("<h2>" + escape(section.heading()) + "</h2>");
        line("<div class=\"panels\">");
        section.panels().forEach(this::panel);
        line("</div>");
        line("</section>");
    }

    private void panel(Panel panel) {
        line("<article>");
        line("<h3>" + escape(panel.heading()) + "</h3>");
        line("<p class=\"sum\">" + escape(summary(panel)) + "</p>");
        line("<div class=\"text\" dir=\"auto\">");
        BitSet completion = panel.document().completion();
        int length = panel.document().length();
        for (int token = 0; token < length; ) {
            boolean completed = completion.get(token);
            int end = Math.min(length, completed ? completion.nextClearBit(token) : next(completion, token));
            if (completed) {
                completion(panel, token, end);
            } else {
                prompt(panel, token, end);
            }
            token = end;
        }
        line("</div>");
        line("</article>");
    }

    private void prompt(Panel panel, int from, int to) {
        html.append("<div class=\"q\">");
        panel.document().tokens().subList(from, to).forEach(token -> html.append(Markup.token(token)));
        line("</div>");
    }

    private void completion(Panel panel, int from, int to) {
        TokenMeasures document = panel.document();
        Map<String, double[]> measures = document.measures();
        double[] values = measures.get(panel.measure());
        BitSet selected = document.selected();
        ColourScale scale = scales.get(panel.measure());
        html.append("<div class=\"a\">");
        for (int i = from; i < to; i++) {
            String colour = Double.isNaN(values[i]) ? "u" : "c" + scale.step(values[i]);
            html.append("<span class=\"t ").append(colour).append(selected.get(i) ? " x" : "");
            html.append("\" tabindex=\"0\" data-i=\"").append(i).append("\" title=\"");
            html.append(escape(reading(measures, panel.measure(), i, selected.get(i))));
            html.append("\">").append(Markup.token(document.tokens().get(i))).append("</span>");
        }
        line("</div>");
    }

    /** What a token's tooltip says: the shown measure first, then the others. */
    private String reading(Map<String, double[]> measures, String shown, int token, boolean selected) {
        List<String> parts = new ArrayList<>();
        parts.add(reading(shown, measures.get(shown)[token]));
        measures.forEach((measure, values) -> {
            if (!measure.equals(shown)) {
                parts.add(reading(measure, values[token]));
            }
        });
        if (selected) {
            parts.add("selected");
        }
        return String.join(" · ", parts);
    }

    private String reading(String measure, double value) {
        return Double.isNaN(value)
                ? measure + " not measured"
                : (measure + " " + Figures.exact(value) + " " + page.unitOf(measure)).strip();
    }

    private String summary(Panel panel) {
        double[] values = completionValues(panel);
        if (values.length == 0) {
            return "no token measured";
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        int selected = panel.document().selected().cardinality();
        String unit = page.unitOf(panel.measure());
        return "mean " + panel.measure() + " " + Figures.exact(mean) + (unit.isEmpty() ? "" : " " + unit) + " over "
                + Figures.fixed(values.length, 0) + (values.length == 1 ? " token" : " tokens")
                + (selected > 0 ? ", " + Figures.fixed(selected, 0) + " selected" : "");
    }

    private String named(String measure) {
        String unit = page.unitOf(measure);
        return unit.isEmpty() ? measure : measure + " (" + unit + ")";
    }

    private static int next(BitSet bits, int from) {
        int next = bits.nextSetBit(from);
        return next < 0 ? Integer.MAX_VALUE : next;
    }

    private void line(String text) {
        html.append(text).append('\n');
    }

    private static String resource(String name) {
        try (InputStream in = PageWriter.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar of tribuo-uncertainty");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
