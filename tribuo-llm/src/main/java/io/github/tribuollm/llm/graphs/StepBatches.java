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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.Feeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The M micro-batches of an optimiser step in one run of a graph: P places of their grids and S completion tokens,
 * those of one micro-batch after those of the other, without padding between them; and a table of where each one's
 * begin.
 *
 * @param graph the graph
 * @param table [M, 8]: first and last place (exclusive), B, T, first and last completion token (exclusive), N, D
 */
record StepBatches(Graph graph, Tensor table) {
    private static final int FIELDS = 8;
    private static final Dim PLACES = Dim.symbol("P");
    private static final Dim COMPLETION_TOKENS = Dim.symbol("S");

    /** The micro-batches as inputs of a graph. */
    StepBatches(Graph graph) {
        this(graph, graph.sharedInput(Names.MICRO_BATCHES, ElementType.INT64, Dim.symbol("M"), Dim.of(FIELDS)));
        graph.sharedInput(Names.TOKENS, ElementType.INT64, PLACES);
        graph.sharedInput(Names.LABELS, ElementType.INT64, COMPLETION_TOKENS);
    }

    /** What is fed of all completion tokens together. */
    BatchTensors whole() {
        return new FedBatch(graph, COMPLETION_TOKENS);
    }

    /** The micro-batch of a row of the table, inside a loop over it. */
    Part part(List<Tensor> row) {
        return new Part(row);
    }

    /** One of the micro-batches. */
    final class Part implements BatchTensors {
        private final List<Tensor> row;
        private final Dim height;
        private final Dim width;
        private final Dim completionTokens;
        private final Dim documents;
        private final Map<String, Tensor> slices = new HashMap<>();

        Part(List<Tensor> row) {
            this.row = row;
            this.height = graph.dim("B", row.get(2));
            this.width = graph.dim("T", row.get(3));
            this.completionTokens = graph.dim("N", row.get(6));
            this.documents = graph.dim("D", row.get(7));
        }

        /** Its part of a value of all completion tokens, [N] of [S]. */
        Tensor of(Tensor whole) {
            return whole.slice(0, row.get(4), row.get(5), completionTokens);
        }

        @Override
        public Graph graph() {
            return graph;
        }

        @Override
        public Dim completionTokens() {
            return completionTokens;
        }

        /** Rows of an input, from where a field of the table says. */
        private Tensor slice(String name, ElementType type, Dim whole, int field, Dim size, Dim... more) {
            return slices.computeIfAbsent(name, n -> {
                Dim[] dims = Stream.concat(Stream.of(whole), Stream.of(more)).toArray(Dim[]::new);
                return graph.sharedInput(n, type, dims).slice(0, row.get(field), row.get(field + 1), size);
            });
        }

        @Override
        public Tensor grid(String name) {
            return slice(name, ElementType.INT64, PLACES, 0, height.times(width))
                    .reshape(height, width);
        }

        @Override
        public Tensor places(String name, ElementType type, Dim columns) {
            return slice(name, type, PLACES, 0, height.times(width), columns);
        }

        @Override
        public Tensor ofCompletionTokens(String name, ElementType type, Dim... more) {
            return slice(name, type, COMPLETION_TOKENS, 4, completionTokens, more);
        }

        @Override
        public Tensor documents() {
            return ofCompletionTokens(Names.OWN_DOCUMENTS, ElementType.INT64);
        }

        @Override
        public Tensor documentIds() {
            return graph.range(documents);
        }
    }

    /** What every pass over some micro-batches reads. */
    static Feeds feeds(MicroBatches batches) {
        int completionTokens = batches.completionTokens();
        return new Feeds()
                .integers(
                        Names.MICRO_BATCHES,
                        table(batches.parts()),
                        batches.parts().size(),
                        FIELDS)
                .integers(Names.TOKENS, batches.integers(MicroBatch::tokens), batches.places())
                .integers(Names.POSITIONS, batches.integers(MicroBatch::positions), batches.places())
                .integers(Names.OWNERS, batches.integers(MicroBatch::owners), batches.places())
                .integers(Names.ROWS, batches.integers(MicroBatch::rows), completionTokens)
                .integers(Names.LABELS, batches.integers(MicroBatch::labels), completionTokens)
                .integers(Names.OWN_DOCUMENTS, batches.integers(MicroBatch::documents), completionTokens);
    }

    private static long[] table(List<MicroBatch> batches) {
        long[] table = new long[batches.size() * FIELDS];
        long place = 0;
        long completionToken = 0;
        int at = 0;
        for (MicroBatch batch : batches) {
            long[] row = {
                place,
                place += batch.tokens().length,
                batch.tokens().length / batch.length(),
                batch.length(),
                completionToken,
                completionToken += batch.completionTokens(),
                batch.completionTokens(),
                batch.sequences()
            };
            System.arraycopy(row, 0, table, at, FIELDS);
            at += FIELDS;
        }
        return table;
    }
}
