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

/**
 * What a graph reads of a {@link MicroBatch}: D documents in a grid of B rows and T columns, N of whose tokens are
 * completion tokens. Asked twice for the same, it gives the same tensor.
 */
interface BatchTensors {
    /** The graph. */
    Graph graph();

    /** N. */
    Dim completionTokens();

    /** Integers of the grid, [B, T]. */
    Tensor grid(String name);

    /** What is fed of each place of the grid, [B*T, width]. */
    Tensor places(String name, ElementType type, Dim width);

    /** What is fed of each completion token, [N, more...]. */
    Tensor ofCompletionTokens(String name, ElementType type, Dim... more);

    /** The document of each completion token, int64 [N]. */
    Tensor documents();

    /** 0 to D-1, int64. */
    Tensor documentIds();
}
