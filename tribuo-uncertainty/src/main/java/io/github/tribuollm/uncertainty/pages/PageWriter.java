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
import io.github.tribuollm.uncertainty.SummaryTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes one {@link TokenPage} as HTML. */
final class PageWriter {

    private final TokenPage page;
    private final List<Panel> panels;
    private final Shading shading;
    private final MeasureSummary summary;
    private final StringBuilder html = new StringBuilder();

    PageWriter(TokenPage page) {
        this.page = page;
        this.panels = page.sections().stream()
                .flatMap(section -> section.panels().stream())
                .toList();
        this.shading = Shading.of(panels);
        this.summary = new MeasureSummary(panels, shading, this::named);
    }

    String html() {
        head();
        choices();
        line("<main>");
        line("<h1>" + escape(page.title()) + "</h1>");
        page.notes().forEach(note -> line("<p class=\"note\">" + escape(note) + "</p>"));
        page.tables().forEach(this::table);
        if (!panels.isEmpty()) {
            html.append(summary.html());
            html.append(new Legend(panels, shading, this::named).html());
        }
        sections();
        line("</main>");
        line("<script>" + resource("token-page.js") + "</script>");
        line("</body>");
        line("</html>");
        return html.toString();
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
        html.append(resource("token-page.css")).append(shading.css());
        line("</style>");
        line("</head>");
        line("<body>");
    }

    private void choices() {
        for (int choice = 0; choice < shading.choices().size(); choice++) {
            line("<input type=\"radio\" name=\"measure\" class=\"pick\" id=\"" + Shading.button(choice)
                    + "\" aria-label=\"Colour by " + escape(shading.choices().get(choice)) + "\""
                    + (choice == 0 ? " checked>" : ">"));
        }
        if (summary.isChosen()) {
            line("<input type=\"checkbox\" class=\"pick\" id=\"" + Shading.EVERY
                    + "\" aria-label=\"Sum up every measure\">");
        }
    }

    private void table(SummaryTable table) {
        line("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escape(table.caption()) + "\">");
        line("<table>");
        line("<caption>" + escape(table.caption()) + "</caption>");
        line(table.header().stream()
                .map(heading -> "<th scope=\"col\">" + escape(heading) + "</th>")
                .collect(Collectors.joining("", "<thead><tr>", "</tr></thead>")));
        line("<tbody>");
        for (List<String> row : table.cells()) {
            line(IntStream.range(1, row.size())
                    .mapToObj(column -> "<td data-label=\""
                            + escape(table.header().get(column)) + "\">" + escape(row.get(column)) + "</td>")
                    .collect(Collectors.joining("", "<tr><th scope=\"row\">" + escape(row.get(0)) + "</th>", "</tr>")));
        }
        line("</tbody>");
        line("</table>");
        line("</div>");
    }

    private void sections() {
        ChatWrapper wrapper = ChatWrapper.around(
                page.sections().stream().map(TokenPage.Section::prompt).toList());
        int room = page.tokens();
        int written = 0;
        for (TokenPage.Section section : page.sections()) {
            if (room > 0) {
                written++;
                section(section, written, wrapper, room);
            }
            room -= section.size();
        }
        int left = page.sections().size() - written;
        if (left > 0) {
            line("<p class=\"cut\">" + Figures.fixed(left, 0)
                    + (left == 1 ? " more document is" : " more documents are")
                    + " not shown: the page holds " + Figures.fixed(page.tokens(), 0)
                    + " coloured tokens. The summary counts all.</p>");
        }
    }

    private void section(TokenPage.Section section, int number, ChatWrapper wrapper, int room) {
        line("<section id=\"document-" + number + "\">");
        line("<h2>" + escape(section.heading()) + "</h2>");
        List<String> prompt = section.prompt();
        html.append(wrapper.first(prompt).html());
        line("<div class=\"panels\">");
        int each = Math.max(1, room / section.panels().size());
        section.panels()
                .forEach(panel -> html.append(new PanelWriter(panel, shading, page::unitOf).html(prompt.size(), each)));
        line("</div>");
        line("</section>");
    }

    private String named(String measure) {
        String unit = page.unitOf(measure);
        return unit.isEmpty() ? measure : measure + " (" + unit + ")";
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
