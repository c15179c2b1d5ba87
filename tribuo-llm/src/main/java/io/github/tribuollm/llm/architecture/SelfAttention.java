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
import io.github.tribuollm.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Causal self-attention with rotary positions.
 *
 * @param inputs the layers of queries, keys and values
 * @param output the layer that follows the heads
 * @param heads the number of query heads
 * @param keyHeads the number of key and value heads, a divisor
 * @param headSize the width of a head
 * @param scale the factor of the scores
 */
record SelfAttention(Projections inputs, LinearLayer output, int heads, int keyHeads, int headSize, float scale) {
    /** Attends: [B*T, D] for x [B*T, D]. */
    Tensor apply(Tensor x, AttentionContext context, Parameters parameters) {
        List<Tensor> projected = inputs.apply(x, parameters);
        Tensor q = context.rotary().rotate(split(projected.get(0), heads, context.grid()));
        Tensor k = context.rotary().rotate(split(projected.get(1), keyHeads, context.grid()));
        Tensor v = split(projected.get(2), keyHeads, context.grid());
        Tensor o = Attention.of(q, k, v, context.mask(), scale);
        Tensor joined = o.transpose(0, 2, 1, 3).reshape(x.shape().dim(0), Dim.of((long) heads * headSize));
        return output.apply(joined, parameters);
    }

    /** [B*T, count*size] to [B, count, T, size]. */
    private Tensor split(Tensor x, int count, TokenGrid grid) {
        return x.reshape(grid.batch(), grid.time(), Dim.of(count), Dim.of(headSize))
                .transpose(0, 2, 1, 3);
    }

    List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>(inputs.layers());
        linear.add(output);
        return linear;
    }
}
