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

import io.github.tribuollm.graph.CachedAttention;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import java.util.function.UnaryOperator;

/**
 * Attention of new tokens to the first L places of what is kept, by operators that have the attention weights as a
 * result, which dropout needs. It costs what the longest row does for every row.
 *
 * @param memory keys and values with those of the new tokens, [B, KV, L, size]
 * @param places 0 to L-1, int64; inside a loop it is one from outside, so that a device need not count
 * @param positions of the new tokens, int64 [B, T]
 */
public record SeenTokens(CachedAttention.Memory memory, Tensor places, Tensor positions) {
    /**
     * Attends.
     *
     * @param queries rotated, float32 [B, T, H*size]
     * @param form the attention
     * @param dropout what is left of the attention weights, [B, KV, H/KV*T, L]
     * @return float32 [B, T, H*size]
     */
    public Tensor attend(Tensor queries, CachedAttention form, UnaryOperator<Tensor> dropout) {
        Dim rows = queries.shape().dim(0);
        Dim time = queries.shape().dim(1);
        Dim size = memory.keys().shape().dim(3);
        Tensor q = queries.reshape(rows, time, Dim.of(form.heads()), size).transpose(0, 2, 1, 3);
        return Attention.of(
                        q, memory.keys(), memory.values().toCompute(), mask(form), form.scale(), form.cap(), dropout)
                .toFloat()
                .transpose(0, 2, 1, 3)
                .reshape(rows, time, size.times(form.heads()));
    }

    /** What a query at a position sees of the places, [B, 1, T, L]. */
    private Tensor mask(CachedAttention form) {
        Graph graph = positions.graph();
        Tensor key = places.reshape(Dim.ONE, Dim.ONE, Dim.ONE, places.shape().dim(0));
        Tensor query = positions.reshape(
                positions.shape().dim(0), Dim.ONE, positions.shape().dim(1), Dim.ONE);
        Tensor visible = key.greater(query).not();
        if (form.window().isPresent()) {
            visible = visible.and(graph.integer(form.window().getAsInt()).greater(query.sub(key)));
        }
        return graph.constant(0).where(visible, AttentionMask.HIDDEN);
    }
}
