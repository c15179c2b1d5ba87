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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import java.util.OptionalInt;

/** Which keys (columns) a query (row) sees: what is added to the scores, 0 or a large negative number. */
final class AttentionMask {
    static final float HIDDEN = -1e30f;

    private AttentionMask() {}

    /**
     * The mask of a causal decoder: a token sees itself and what precedes it in its document.
     *
     * @param grid the tokens
     * @param window how many tokens a token sees, itself included; empty for all
     * @return [T, T], or [B, 1, T, T] if rows hold several documents
     */
    static Tensor causal(TokenGrid grid, OptionalInt window) {
        Graph graph = grid.graph();
        Dim time = grid.time();
        Tensor index = graph.range(time);
        Tensor query = index.reshape(time, Dim.ONE);
        Tensor key = index.reshape(Dim.ONE, time);
        Tensor visible = key.greater(query).not();
        if (window.isPresent() && window.getAsInt() < grid.maxLength()) {
            Tensor distance = query.sub(key);
            visible = visible.and(graph.integer(window.getAsInt()).greater(distance));
        }
        if (grid.documents().isPresent()) {
            Tensor documents = grid.documents().get();
            Tensor own = documents.reshape(grid.batch(), Dim.ONE, time, Dim.ONE);
            Tensor other = documents.reshape(grid.batch(), Dim.ONE, Dim.ONE, time);
            visible = visible.and(own.equalTo(other));
        }
        return graph.constant(0).where(visible, HIDDEN);
    }
}
