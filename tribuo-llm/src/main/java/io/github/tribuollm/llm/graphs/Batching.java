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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.llm.data.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the documents of an optimiser step are laid out in micro-batches. Which documents a step has is not decided here,
 * so losses and gradients are the same to rounding under each constant; only selections whose scope is the micro-batch
 * depend on it, by definition.
 */
public enum Batching {
    // No constant has a body: OLCUT cannot read such a constant's provenance.
    /** So many documents a micro-batch, in the step's order, each padded to the longest of them. */
    PADDED,
    /**
     * Documents of like length together, so that little is padded: as many as occupy no more than so many documents of
     * the greatest length would. A step is cut further than memory demands where that saves more padding than it costs.
     */
    BUCKETED,
    /**
     * Several documents a row, so many rows a micro-batch. Within a row, no document sees another and each one's
     * positions start at 0.
     */
    PACKED;

    /**
     * Lays documents out.
     *
     * @param data the data set
     * @param documents the indices of the documents of a step, at least one
     * @param size documents (PADDED), rows (PACKED) or documents of the greatest length (BUCKETED) in a micro-batch
     * @param maxLength the greatest length of a document, and of a row, in tokens
     * @return the micro-batches, made as they are asked for
     */
    public Stream<MicroBatch> cut(List<TokenSequence> data, int[] documents, int size, int maxLength) {
        DocumentLengths lengths = new DocumentLengths(data);
        return switch (this) {
            case PADDED -> parts(rowsOf(documents), size).map(rows -> MicroBatch.of(data, rows));
            case BUCKETED ->
                lengths.buckets(documents, (long) size * maxLength).stream().map(bucket -> MicroBatch.of(data, bucket));
            case PACKED -> parts(lengths.rows(documents, maxLength), size).map(rows -> MicroBatch.of(data, rows));
        };
    }

    private static List<int[]> rowsOf(int[] documents) {
        return Arrays.stream(documents).mapToObj(d -> new int[] {d}).toList();
    }

    private static Stream<List<int[]>> parts(List<int[]> rows, int size) {
        List<List<int[]>> parts = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += size) {
            parts.add(rows.subList(from, Math.min(rows.size(), from + size)));
        }
        return parts.stream();
    }
}
