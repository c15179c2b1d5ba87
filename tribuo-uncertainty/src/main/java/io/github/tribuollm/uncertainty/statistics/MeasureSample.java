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
package io.github.tribuollm.uncertainty.statistics;

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.ResizableDoubleArray;

/**
 * The numbers that statistics need: a column for each measure, a row for each completion token at which all of them
 * were measured, rows of a document together. Texts are not kept. Immutable.
 */
public final class MeasureSample {
    private final Map<String, double[]> columns;
    private final int[] starts;
    private final long omitted;

    private MeasureSample(Map<String, double[]> columns, int[] starts, long omitted) {
        this.columns = columns;
        this.starts = starts;
        this.omitted = omitted;
    }

    /**
     * Starts an empty sample.
     *
     * @param measures the names of the measures to keep, at least one
     * @return a builder
     * @throws IllegalArgumentException if none is named
     */
    public static Builder of(String... measures) {
        return new Builder(List.of(measures));
    }

    /**
     * Starts an empty sample.
     *
     * @param measures the measures to keep, at least one
     * @return a builder
     * @throws IllegalArgumentException if none is given
     */
    public static Builder of(Measure... measures) {
        return new Builder(Arrays.stream(measures).map(Measure::label).toList());
    }

    /** Collects documents, one at a time. */
    public static final class Builder implements Consumer<TokenMeasures> {
        private final Map<String, ResizableDoubleArray> columns = new LinkedHashMap<>();
        private final List<Integer> starts = new ArrayList<>(List.of(0));
        private int rows;
        private long omitted;

        private Builder(List<String> measures) {
            if (measures.isEmpty()) {
                throw new IllegalArgumentException("a sample needs at least one measure");
            }
            measures.forEach(measure -> columns.put(measure, new ResizableDoubleArray()));
        }

        /**
         * Adds the rows of a document. A document without any adds nothing, but counts its tokens as omitted.
         *
         * @param document a document that has all measures of the sample
         * @throws IllegalArgumentException if it lacks a measure, or if one is infinite
         */
        @Override
        public void accept(TokenMeasures document) {
            double[][] values = columns.keySet().stream().map(document::measure).toArray(double[][]::new);
            int before = rows;
            document.completion().stream().forEach(token -> accept(document, values, token));
            if (rows > before) {
                starts.add(rows);
            }
        }

        private void accept(TokenMeasures document, double[][] values, int token) {
            double[] row = Arrays.stream(values).mapToDouble(v -> v[token]).toArray();
            if (Arrays.stream(row).anyMatch(Double::isInfinite)) {
                throw new IllegalArgumentException("'" + document.title() + "', token " + token + ": "
                        + List.copyOf(columns.keySet()) + " are " + Arrays.toString(row)
                        + "; leave infinite values out of statistics, as NaN");
            }
            if (Arrays.stream(row).anyMatch(Double::isNaN)) {
                omitted++;
                return;
            }
            int column = 0;
            for (ResizableDoubleArray kept : columns.values()) {
                kept.addElement(row[column++]);
            }
            rows++;
        }

        /**
         * {@return the sample of the documents so far}
         */
        public MeasureSample build() {
            Map<String, double[]> numbers = new LinkedHashMap<>();
            columns.forEach((measure, values) -> numbers.put(measure, values.getElements()));
            return new MeasureSample(
                    numbers, starts.stream().mapToInt(Integer::intValue).toArray(), omitted);
        }
    }

    /**
     * {@return the number of documents with at least one row}
     */
    public int documents() {
        return starts.length - 1;
    }

    /**
     * {@return the number of rows}
     */
    public int size() {
        return starts[starts.length - 1];
    }

    /**
     * {@return the number of completion tokens that were left out because a measure is missing there}
     */
    public long omitted() {
        return omitted;
    }

    /**
     * One column.
     *
     * @param measure the name of a measure
     * @return its values, a copy, shape [size]
     * @throws IllegalArgumentException if the sample has no such measure
     */
    public double[] values(String measure) {
        return column(measure).clone();
    }

    /**
     * {@return each document as one row, the means of its rows}
     */
    public MeasureSample documentMeans() {
        Map<String, double[]> means = new LinkedHashMap<>();
        columns.forEach((measure, values) -> means.put(
                measure,
                IntStream.range(0, documents())
                        .mapToDouble(d -> Arrays.stream(values, starts[d], starts[d + 1])
                                .average()
                                .orElseThrow())
                        .toArray()));
        return new MeasureSample(means, IntStream.rangeClosed(0, documents()).toArray(), omitted);
    }

    /** {@return whether row i of one is about the same document and token as row i of the other, as far as it shows} */
    boolean isAlignedWith(MeasureSample other) {
        return Arrays.equals(starts, other.starts);
    }

    double[] column(String measure) {
        double[] values = columns.get(measure);
        if (values == null) {
            throw new IllegalArgumentException(
                    "the sample has no measure '" + measure + "'; it has " + columns.keySet());
        }
        return values;
    }

    /** {@return the number of rows when each document is taken so many times} */
    long rows(int[] copies) {
        long rows = 0;
        for (int d = 0; d < documents(); d++) {
            rows += (long) copies[d] * (starts[d + 1] - starts[d]);
        }
        return rows;
    }

    /** {@return the document of each row, shape [size]} */
    int[] documentOfRow() {
        int[] documents = new int[size()];
        for (int d = 0; d < documents(); d++) {
            Arrays.fill(documents, starts[d], starts[d + 1], d);
        }
        return documents;
    }
}
