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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A small table of numbers for the top of a {@link TokenPage}.
 *
 * @param caption what the table shows, with units
 * @param header the heading of each column, the column of row titles first
 * @param rows the rows in reading order
 */
public record SummaryTable(String caption, List<String> header, List<Row> rows) {

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

    double[] column(int index) {
        return rows.stream().mapToDouble(row -> row.values().get(index)).toArray();
    }
}
