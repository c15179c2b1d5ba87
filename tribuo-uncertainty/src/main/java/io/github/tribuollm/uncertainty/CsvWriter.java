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

import java.io.IOException;
import java.io.Writer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Comma-separated values (RFC 4180), one row a token below one header row: {@code title,token,text,completion,selected}
 * and a column for each measure of the first document. {@code token} counts from 0 in each document; {@code completion}
 * and {@code selected} are 1 or 0; a value that was not measured is an empty field. Numbers are written as
 * {@link JsonLinesWriter} does, infinity as {@code inf}. Texts are quoted where they need it and never altered, line
 * breaks within them included.
 */
public final class CsvWriter implements MeasuresWriter {
    private final Writer out;
    private List<String> columns;

    /**
     * Writes to a stream of characters.
     *
     * @param out where to write; closed with this writer
     */
    public CsvWriter(Writer out) {
        this.out = Objects.requireNonNull(out, "out");
    }

    /**
     * Writes the rows of one document.
     *
     * @param document the tokens and what was measured about them
     * @throws IOException if they cannot be written
     * @throws IllegalArgumentException if the document has other measures than the first one
     */
    @Override
    public void write(TokenMeasures document) throws IOException {
        if (columns == null) {
            columns = document.measureNames();
            out.write("title,token,text,completion,selected");
            for (String column : columns) {
                out.write("," + Csv.field(column));
            }
            out.write("\r\n");
        } else if (!columns.equals(document.measureNames())) {
            throw new IllegalArgumentException("'" + document.title() + "' has the measures " + document.measureNames()
                    + ", but the columns are " + columns + "; write documents with the same measures to one file");
        }
        rows(document);
    }

    private void rows(TokenMeasures document) throws IOException {
        String title = Csv.field(document.title());
        BitSet completion = document.completion();
        BitSet selected = document.selected();
        Map<String, double[]> measures = document.measures();
        for (int token = 0; token < document.length(); token++) {
            out.write(title + "," + token + "," + Csv.field(document.tokens().get(token)));
            out.write(completion.get(token) ? ",1" : ",0");
            out.write(selected.get(token) ? ",1" : ",0");
            for (double[] values : measures.values()) {
                out.write("," + Csv.field(values[token]));
            }
            out.write("\r\n");
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
