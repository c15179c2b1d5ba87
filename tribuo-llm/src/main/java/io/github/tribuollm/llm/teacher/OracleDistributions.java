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
package io.github.tribuollm.llm.teacher;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.LabelDistributionFile;
import io.github.tribuollm.llm.data.LabelDistributions;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.objectives.target.SparseTeacher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Label distributions that are known beforehand, such as those of several annotators: the paper's weighting for label
 * noise (Appendix B), {@code w(x) = p_oracle(x)}. They are held in memory, 8 bytes an entry.
 */
public final class OracleDistributions implements SparseTeacher, DataBound {
    @Config(mandatory = true, description = "The file of the distributions.")
    private LabelDistributionFile file;

    private List<LabelDistributions> rows;
    private int width;
    private List<TokenSequence> data;

    private OracleDistributions() {}

    /**
     * The distributions of a file.
     *
     * @param file the file
     * @throws io.github.tribuollm.llm.data.DataException if a row cannot be used
     * @throws PropertyException if no token has a label
     */
    public OracleDistributions(LabelDistributionFile file) {
        this.file = file;
        postConfig();
    }

    @Override
    public void postConfig() {
        rows = new ArrayList<>();
        file.forEach(rows::add);
        width = rows.stream()
                .flatMapToInt(row -> Arrays.stream(row.counts()))
                .max()
                .orElse(0);
        if (width == 0) {
            throw new PropertyException("", "file", file.path() + " gives no completion token a label");
        }
    }

    /** {@return the most labels of a token} */
    @Override
    public int width() {
        return width;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public void requireMadeFor(List<TokenSequence> sequences, int vocabularySize) {
        if (rows.size() != sequences.size()) {
            throw new TrainingException(path() + " has " + rows.size() + " rows for " + sequences.size()
                    + " sequences; make one row for each sequence, in their order");
        }
        for (int i = 0; i < rows.size(); i++) {
            requireMadeFor(rows.get(i), sequences.get(i), vocabularySize);
        }
        data = sequences;
    }

    private static void requireMadeFor(LabelDistributions row, TokenSequence sequence, int vocabularySize) {
        if (!row.origin().isEmpty() && !row.origin().equals(sequence.origin())) {
            throw new TrainingException(row.row() + ": field \"origin\" is " + row.origin() + ", but the sequence is "
                    + sequence.origin() + "; the file was made for other data");
        }
        if (row.counts().length != sequence.completionTokens()) {
            throw new TrainingException(row.row() + ": field \"counts\" has " + row.counts().length
                    + " elements, but the sequence " + sequence.origin() + " has " + sequence.completionTokens()
                    + " completion tokens; use the template, tokenizer and maximal length of the training data");
        }
        int largest = Arrays.stream(row.ids()).max().orElse(0);
        if (largest >= vocabularySize) {
            throw new TrainingException(row.row() + ": field \"ids\" names token " + largest
                    + ", but the vocabulary has " + vocabularySize + "; use the trained model's tokenizer");
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException before {@link #requireMadeFor}
     */
    @Override
    public Rows rows(long[] sequences, int[] positions) {
        if (data == null) {
            throw new IllegalStateException("The distributions of " + path() + " have not been told their data");
        }
        long[] ids = new long[sequences.length * width];
        float[] probabilities = new float[ids.length];
        for (int n = 0; n < sequences.length; n++) {
            LabelDistributions row = rows.get((int) sequences[n]);
            BitSet completion = data.get((int) sequences[n]).completion();
            int token = completion.get(0, positions[n]).cardinality();
            int first = Arrays.stream(row.counts(), 0, token).sum();
            for (int i = 0; i < row.counts()[token]; i++) {
                ids[n * width + i] = row.ids()[first + i];
                probabilities[n * width + i] = row.probabilities()[first + i];
            }
        }
        return new Rows(ids, probabilities);
    }

    @Override
    public String toString() {
        return "oracle distributions";
    }
}
