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
package io.github.tribuollm.llm.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Numbers for tokens from a JSON-lines file of one row a sequence, in the order of the data: weights of token cleaning,
 * or the losses of another model. The command {@code score} writes such files.
 *
 * <p>A field holds one number for each token of the sequence, null where it has none, or one for each completion token.
 * A field {@code origin} must be the sequence's, if it is there.
 */
public final class TokenColumnFile extends RowSource<TokenColumns> {
    @Config(mandatory = true, description = "The field of each column, by the column's name.")
    private Map<String, String> columns = new HashMap<>();

    private TokenColumnFile() {}

    /**
     * Columns from all rows of a file.
     *
     * @param path the file
     * @param columns the field of each column, by the column's name
     * @throws PropertyException if the file is not there, or no column is named
     */
    public TokenColumnFile(Path path, Map<String, String> columns) {
        super(path, 0, ALL);
        this.columns = new TreeMap<>(columns);
        postConfig();
    }

    @Override
    public void postConfig() {
        super.postConfig();
        if (columns.isEmpty()) {
            throw new PropertyException("", "columns", "names no field to read from " + path());
        }
    }

    @Override
    protected TokenColumns item(JsonRow row) {
        Map<String, float[]> values = new TreeMap<>();
        columns.forEach((column, field) -> values.put(column, row.numbers(field)));
        return new TokenColumns(row.textOrEmpty("origin"), values, row.origin());
    }

    /**
     * Adds the columns to sequences.
     *
     * @param sequences as many as the file has rows
     * @return the same sequences with the columns
     * @throws DataException if the rows are of other sequences, or do not cover the tokens
     */
    public List<TokenSequence> addTo(List<TokenSequence> sequences) {
        List<TokenSequence> longer = new ArrayList<>(sequences.size());
        Iterator<TokenColumns> rows = iterator();
        for (TokenSequence sequence : sequences) {
            if (!rows.hasNext()) {
                throw new DataException(path() + " has " + longer.size() + " rows for " + sequences.size()
                        + " sequences; make one row for each sequence, in their order");
            }
            longer.add(joined(sequence, rows.next()));
        }
        if (rows.hasNext()) {
            throw new DataException(rows.next().row() + ": the row is one more than the " + sequences.size()
                    + " sequences; make one row for each sequence, in their order");
        }
        return longer;
    }

    private static TokenSequence joined(TokenSequence sequence, TokenColumns row) {
        if (!row.origin().isEmpty() && !row.origin().equals(sequence.origin())) {
            throw new DataException(row.row() + ": field \"origin\" is " + row.origin() + ", but the sequence is "
                    + sequence.origin() + "; the file was made for other data");
        }
        Map<String, float[]> columns = new TreeMap<>(sequence.columns());
        row.values().forEach((name, values) -> columns.put(name, aligned(sequence, row, name, values)));
        return new TokenSequence(
                sequence.tokens(), sequence.completion(), sequence.weight(), sequence.origin(), columns);
    }

    private static float[] aligned(TokenSequence sequence, TokenColumns row, String name, float[] values) {
        BitSet completion = sequence.completion();
        float[] column = values;
        if (values.length != sequence.length()) {
            if (values.length != sequence.completionTokens()) {
                throw new DataException(row.row() + ": column \"" + name + "\" has " + values.length
                        + " numbers, but the sequence " + sequence.origin() + " has " + sequence.length()
                        + " tokens, " + sequence.completionTokens() + " of them completion");
            }
            column = new float[sequence.length()];
            Arrays.fill(column, Float.NaN);
            int next = 0;
            for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
                column[t] = values[next++];
            }
        }
        for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
            if (Float.isNaN(column[t])) {
                throw new DataException(
                        row.row() + ": column \"" + name + "\" has no number for completion token " + t);
            }
        }
        return column;
    }
}
