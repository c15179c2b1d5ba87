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
import java.util.stream.Stream;

/**
 * A micro-batch whose every part is an input of the graph.
 *
 * @param graph the graph
 * @param completionTokens N
 */
record FedBatch(Graph graph, Dim completionTokens) implements BatchTensors {
    private static final Dim ROWS = Dim.symbol("B");
    private static final Dim COLUMNS = Dim.symbol("T");

    /** The only micro-batch of a graph. */
    FedBatch(Graph graph) {
        this(graph, Dim.symbol("N"));
    }

    @Override
    public Tensor grid(String name) {
        return graph.sharedInput(name, ElementType.INT64, ROWS, COLUMNS);
    }

    @Override
    public Tensor places(String name, ElementType type, Dim width) {
        return graph.sharedInput(name, type, ROWS.times(COLUMNS), width);
    }

    @Override
    public Tensor ofCompletionTokens(String name, ElementType type, Dim... more) {
        return graph.sharedInput(
                name,
                type,
                Stream.concat(Stream.of(completionTokens), Stream.of(more)).toArray(Dim[]::new));
    }

    @Override
    public Tensor documents() {
        return ofCompletionTokens(Names.DOCUMENTS, ElementType.INT64);
    }

    @Override
    public Tensor documentIds() {
        return graph.sharedInput(Names.DOCUMENT_IDS, ElementType.INT64, Dim.symbol("D"));
    }
}
