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

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A small table of numbers: for the top of a page of tokens, as text, as comma-separated values or as JSON.
 *
 * @param caption what the table shows, with units
 * @param header the heading of each column, the column of row titles first
 * @param rows the rows in reading order
 */
public record SummaryTable(String caption, List<String> header, List<Row> rows) {
    /** A column of this name holds probabilities that something is by chance. */
    private static final String PROBABILITY = "p( .*)?";

    /**
     * A row of a table.
     *
     * @param title what the row is about
     * @param values one value a number column; NaN is shown as a dash
     */
    public record Row(String title, List<Double> values) {

        /**
         * Copies the values.
         *
         * @param title what the row is about
         * @param values one value a number column
         */
        public Row {
            Objects.requireNonNull(title, "title");
            values = List.copyOf(values);
        }
    }

    /**
     * Checks that the rows fit the header.
     *
     * @param caption what the table shows, with units
     * @param header the heading of each column
     * @param rows the rows in reading order
     * @throws IllegalArgumentException if there is no column for the row titles, or a row has another number of values
     *     than there are number columns
     */
    public SummaryTable {
        Objects.requireNonNull(caption, "caption");
        header = List.copyOf(header);
        rows = List.copyOf(rows);
        if (header.isEmpty()) {
            throw new IllegalArgumentException("table '" + caption + "' has no columns; name the row titles' column");
        }
        for (Row row : rows) {
            if (row.values().size() != header.size() - 1) {
                throw new IllegalArgumentException("table '" + caption + "': row '" + row.title() + "' has "
                        + row.values().size() + " values for " + (header.size() - 1) + " number columns");
            }
        }
    }

    /**
     * Starts a table without rows.
     *
     * @param caption what the table shows, with units
     * @param header the heading of each column, the column of row titles first
     * @return the table
     */
    public static SummaryTable captioned(String caption, String... header) {
        return new SummaryTable(caption, List.of(header), List.of());
    }

    /**
     * Adds a row.
     *
     * @param title what the row is about
     * @param values one value a number column; NaN is shown as a dash
     * @return this table and the row
     * @throws IllegalArgumentException if the number of values is not the number of number columns
     */
    public SummaryTable row(String title, double... values) {
        List<Row> longer = new ArrayList<>(rows);
        longer.add(new Row(title, Arrays.stream(values).boxed().toList()));
        return new SummaryTable(caption, header, longer);
    }

    /**
     * {@return the table for a terminal: the caption, then columns of rounded numbers aligned at the right}
     */
    public String text() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(header);
        cells.addAll(cells());
        StringBuilder text = new StringBuilder(caption).append('\n');
        cells.forEach(line -> text.append(aligned(line, widths(cells))).append('\n'));
        return text.toString();
    }

    /**
     * {@return the table as comma-separated values (RFC 4180) with its header: exact numbers, an empty field for NaN}
     */
    public String csv() {
        StringBuilder csv = new StringBuilder(header.stream().map(Csv::field).collect(Collectors.joining(",")));
        for (Row row : rows) {
            csv.append("\r\n").append(Csv.field(row.title()));
            row.values().forEach(value -> csv.append(',').append(Csv.field(value)));
        }
        return csv.append("\r\n").toString();
    }

    /**
     * {@return the table as a JSON object of {@code caption}, {@code header} and {@code rows}, arrays of a title and
     *     exact numbers; a number that is not finite is null}
     */
    String json() {
        JsonObject table = new JsonObject();
        table.addProperty("caption", caption);
        JsonArray headings = new JsonArray();
        header.forEach(headings::add);
        table.add("header", headings);
        JsonArray lines = new JsonArray();
        for (Row row : rows) {
            JsonArray line = new JsonArray();
            line.add(row.title());
            row.values().forEach(value -> line.add(Double.isFinite(value) ? value : null));
            lines.add(line);
        }
        table.add("rows", lines);
        return table.toString();
    }

    /** {@return the rows as they are shown: the title, then the numbers of each column with the same decimals} */
    public List<List<String>> cells() {
        int[] decimals = decimals();
        return rows.stream()
                .map(row -> IntStream.range(0, header.size())
                        .mapToObj(i ->
                                i == 0 ? row.title() : number(i, row.values().get(i - 1), decimals[i - 1]))
                        .toList())
                .toList();
    }

    private String number(int column, double value, int decimals) {
        return header.get(column).matches(PROBABILITY)
                ? Figures.probability(value, decimals)
                : Figures.fixed(value, decimals);
    }

    /** {@return the decimals with which each number column is written} */
    private int[] decimals() {
        return IntStream.range(0, header.size() - 1)
                .map(column -> Figures.decimals(column(column)))
                .toArray();
    }

    private static int[] widths(List<List<String>> cells) {
        return IntStream.range(0, cells.get(0).size())
                .map(column -> cells.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElseThrow())
                .toArray();
    }

    private static String aligned(List<String> line, int[] widths) {
        StringBuilder text = new StringBuilder(line.get(0))
                .append(" ".repeat(widths[0] - line.get(0).length()));
        for (int i = 1; i < widths.length; i++) {
            text.append("  ")
                    .append(" ".repeat(widths[i] - line.get(i).length()))
                    .append(line.get(i));
        }
        return text.toString();
    }

    private double[] column(int index) {
        return rows.stream().mapToDouble(row -> row.values().get(index)).toArray();
    }
}
