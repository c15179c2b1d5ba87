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
package io.github.tribuollm.llm.notebook;

import static io.github.tribuollm.uncertainty.pages.Markup.escape;

import io.github.tribuollm.llm.progress.Numbers;
import io.github.tribuollm.llm.progress.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A table of texts, in HTML. Columns of numbers stand to the right with their headings, others to the left. */
final class HtmlTable {
    /** So many rows are shown; a browser that has to lay out many more stands still. */
    static final int MOST_ROWS = 1000;

    /** A number, a missing one, or one with its interval. */
    private static final Pattern NUMBER =
            Pattern.compile("(< )?[-−]?[0-9][0-9.\\u202f ]*( \\[[-−0-9., ]+\\])?|[-−]?∞|[-–]?");

    private static final String LEFT = " style=\"text-align:left";
    private static final String BREAK = ";overflow-wrap:anywhere";

    private final String caption;
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * A table without rows.
     *
     * @param caption what it shows; empty for none
     * @param header the name of each column
     */
    HtmlTable(String caption, List<String> header) {
        this.caption = caption;
        this.header = List.copyOf(header);
    }

    static HtmlTable of(String caption, String... header) {
        return new HtmlTable(caption, List.of(header));
    }

    /**
     * Adds a row.
     *
     * @param cells a text for each column
     * @return this
     */
    HtmlTable row(String... cells) {
        return row(List.of(cells));
    }

    HtmlTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    String html() {
        List<String> words = IntStream.range(0, header.size())
                .mapToObj(column -> isOfNumbers(column) ? "" : LEFT)
                .toList();
        String head = caption.isEmpty() ? "" : "<caption>" + escape(caption) + "</caption>";
        String body = shown().map(row -> line(row, "td", words, BREAK)).collect(Collectors.joining());
        return "<div style=\"overflow-x:auto\"><table>" + head + "<thead>" + line(header, "th", words, "")
                + "</thead><tbody>" + body + "</tbody></table>" + escape(left()) + "</div>";
    }

    Display.Content content() {
        return new Display.Content(html(), text());
    }

    private String text() {
        TextTable table = new TextTable(header.toArray(String[]::new));
        shown().forEach(row -> table.row(row.toArray(String[]::new)));
        return (caption.isEmpty() ? "" : caption + "\n") + table + left();
    }

    private Stream<List<String>> shown() {
        return rows.stream().limit(MOST_ROWS);
    }

    private String left() {
        int more = rows.size() - MOST_ROWS;
        return more > 0 ? "and " + Numbers.counted(more, "more row") : "";
    }

    private boolean isOfNumbers(int column) {
        return !rows.isEmpty()
                && shown().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    }

    private static String line(List<String> cells, String tag, List<String> words, String more) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> cell(cells.get(column), tag, words.get(column), more))
                .collect(Collectors.joining("", "<tr>", "</tr>"));
    }

    private static String cell(String text, String tag, String words, String more) {
        String style = words.isEmpty() ? "" : words + more + "\"";
        return "<" + tag + style + ">" + escape(text) + "</" + tag + ">";
    }
}
