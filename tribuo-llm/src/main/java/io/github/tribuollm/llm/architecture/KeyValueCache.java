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
import io.github.tribuollm.graph.Tensor;
import java.util.function.UnaryOperator;

/**
 * The keys and values of earlier tokens, which a pass over the tokens that follow them sees, and to which it adds its
 * own. Each row of the pass holds tokens of one document.
 */
public interface KeyValueCache {
    /**
     * The new tokens of an attention module, their heads side by side.
     *
     * @param q queries, rotated, float32 [B, T, H*size]
     * @param k keys, rotated, float32 [B, T, KV*size]
     * @param v values, float32 [B, T, KV*size]
     */
    record Tokens(Tensor q, Tensor k, Tensor v) {}

    /** {@return the position of the last token of each row's document, as far as it is known, float32 [B, 1]} */
    Tensor lastPositions();

    /**
     * Keeps the keys and values of new tokens, and attends to all that are kept.
     *
     * @param module the attention's path, such as {@code model.layers.0.self_attn}
     * @param tokens the new tokens
     * @param form the attention
     * @param dropout what is left of the attention weights
     * @return float32 [B, T, H*size]
     */
    Tensor attend(String module, Tokens tokens, CachedAttention form, UnaryOperator<Tensor> dropout);
}
