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

import io.github.tribuollm.llm.progress.TextTable;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of texts, in HTML.
 *
 * @param caption what it shows; empty for none
 * @param rows the cells, the header first
 */
record HtmlTable(String caption, List<List<String>> rows) {
    private static final Pattern NUMBER = Pattern.compile("[-−–]?[0-9 .]*");
    private static final String LEFT = "text-align:left";
    private static final String BREAK = ";overflow-wrap:anywhere";

    static HtmlTable of(String caption, String... header) {
        return new HtmlTable(caption, List.of(List.of(header)));
    }

    HtmlTable row(String... cells) {
        return new HtmlTable(
                caption,
                Stream.concat(rows.stream(), Stream.of(Arrays.asList(cells))).toList());
    }

    String html() {
        String head = caption.isEmpty() ? "" : "<caption>" + escape(caption) + "</caption>";
        String body = rows.stream().skip(1).map(row -> line(row, "td")).collect(Collectors.joining());
        return "<div style=\"overflow-x:auto\"><table>" + head + "<thead>" + line(rows.get(0), "th") + "</thead><tbody>"
                + body + "</tbody></table></div>";
    }

    Display.Content content() {
        return new Display.Content(html(), text());
    }

    private String text() {
        TextTable table = new TextTable(rows.get(0).toArray(String[]::new));
        rows.stream().skip(1).forEach(row -> table.row(row.toArray(String[]::new)));
        return caption.isEmpty() ? table.toString() : caption + "\n" + table;
    }

    private static String line(List<String> cells, String tag) {
        return cells.stream().map(cell -> cell(cell, tag)).collect(Collectors.joining("", "<tr>", "</tr>"));
    }

    private static String cell(String text, String tag) {
        String words = tag.equals("th") ? LEFT : LEFT + BREAK;
        String style = NUMBER.matcher(text).matches() ? "" : " style=\"" + words + "\"";
        return "<" + tag + style + ">" + escape(text) + "</" + tag + ">";
    }

    /** A text that means itself, in content and in quoted attributes. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
