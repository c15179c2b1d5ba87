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
import io.github.tribuollm.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Causal self-attention with rotary positions.
 *
 * @param inputs the layers of queries, keys and values
 * @param output the layer that follows the heads
 * @param heads the number of query heads
 * @param keyHeads the number of key and value heads, a divisor
 * @param headSize the width of a head
 * @param scale the factor of the scores
 * @param cap the bound of the scores; empty for none
 * @param norms of queries and of keys, before the rotation, each over a head or over all heads; empty for none
 */
record SelfAttention(
        Projections inputs,
        LinearLayer output,
        int heads,
        int keyHeads,
        int headSize,
        float scale,
        OptionalDouble cap,
        Optional<Norms> norms) {
    /** The norms of queries and keys. */
    record Norms(Norm query, Norm key) {}

    /** The same attention with the scores scaled and capped otherwise. */
    SelfAttention scored(float factor, OptionalDouble bound) {
        return new SelfAttention(inputs, output, heads, keyHeads, headSize, factor, bound, norms);
    }

    /** The same attention with norms of queries and keys. */
    SelfAttention normalised(Norm query, Norm key) {
        Optional<Norms> both = Optional.of(new Norms(query, key));
        return new SelfAttention(inputs, output, heads, keyHeads, headSize, scale, cap, both);
    }

    /** Queries [B, H, T, size] and keys [B, KV, T, size], rotated, in float32; values [B, KV, T, size]. */
    private record Heads(Tensor q, Tensor k, Tensor v) {}

    /** Attends: [B*T, D] for x [B*T, D]; {@code dropout} acts on the attention weights. */
    Tensor apply(Tensor x, AttentionContext context, Parameters parameters, UnaryOperator<Tensor> dropout) {
        if (context.grid().earlier().isPresent()) {
            return after(context.grid().earlier().get(), x, context, parameters, dropout);
        }
        Heads heads = heads(x, context, parameters);
        return joined(Attention.of(heads.q, heads.k, heads.v, context.mask(), scale, cap, dropout), parameters);
    }

    /** What comes before dropout of the attention weights. */
    AttentionWeights weights(Tensor x, AttentionContext context, Parameters parameters) {
        Heads heads = heads(x, context, parameters);
        return new AttentionWeights(Attention.probabilities(heads.q, heads.k, context.mask(), scale, cap), heads.v);
    }

    /** What follows dropout of the attention weights: [B*T, D]. */
    Tensor attended(AttentionWeights weights, Parameters parameters) {
        Tensor grouped = weights.probabilities().matmul(weights.values());
        Dim time = weights.values().shape().dim(2);
        return joined(grouped.reshape(grouped.shape().dim(0), Dim.of(heads), time, Dim.of(headSize)), parameters);
    }

    /** Attends to earlier tokens too, the heads of a token side by side all the way. */
    private Tensor after(
            KeyValueCache earlier,
            Tensor x,
            AttentionContext context,
            Parameters parameters,
            UnaryOperator<Tensor> dropout) {
        List<Tensor> projected = inputs.apply(x, parameters);
        TokenGrid grid = context.grid();
        Tensor q = beside(projected.get(0), heads, norm(Norms::query, parameters), grid);
        Tensor k = beside(projected.get(1), keyHeads, norm(Norms::key, parameters), grid);
        Tensor v = beside(projected.get(2), keyHeads, Optional.empty(), grid);
        Tensor o = earlier.attend(
                path(),
                new KeyValueCache.Tokens(
                        context.rotary().rotate(q, heads), context.rotary().rotate(k, keyHeads), v.toFloat()),
                new CachedAttention(heads, keyHeads, scale, cap, context.window()),
                dropout);
        return output.apply(
                o.reshape(grid.batch().times(grid.time()), Dim.of((long) heads * headSize))
                        .toCompute(),
                parameters);
    }

    /** The path of the module, such as {@code model.layers.0.self_attn}. */
    private String path() {
        return output.module().substring(0, output.module().lastIndexOf('.'));
    }

    /** [B*T, count*size] to [B, T, count*size], each head normalised. */
    private Tensor beside(Tensor x, int count, Optional<UnaryOperator<Tensor>> norm, TokenGrid grid) {
        Tensor normed = norm.map(of -> of.apply(perHead(x, count, grid))).orElse(x);
        return normed.reshape(grid.batch(), grid.time(), Dim.of((long) count * headSize));
    }

    private Heads heads(Tensor x, AttentionContext context, Parameters parameters) {
        List<Tensor> projected = inputs.apply(x, parameters);
        Optional<UnaryOperator<Tensor>> queryNorm = norm(Norms::query, parameters);
        Optional<UnaryOperator<Tensor>> keyNorm = norm(Norms::key, parameters);
        Tensor q = context.rotary().rotate(split(projected.get(0), heads, queryNorm, context.grid()));
        Tensor k = context.rotary().rotate(split(projected.get(1), keyHeads, keyNorm, context.grid()));
        Tensor v = split(projected.get(2), keyHeads, Optional.empty(), context.grid());
        return new Heads(q, k, v);
    }

    /** The output layer on the heads of a token side by side, [B*T, D] for o [B, H, T, size]. */
    private Tensor joined(Tensor o, Parameters parameters) {
        Dim tokens = o.shape().dim(0).times(o.shape().dim(2));
        return output.apply(o.transpose(0, 2, 1, 3).reshape(tokens, Dim.of((long) heads * headSize)), parameters);
    }

    private Optional<UnaryOperator<Tensor>> norm(Function<Norms, Norm> which, Parameters parameters) {
        return norms.map(both -> heads -> which.apply(both).ofHeads(heads, parameters));
    }

    /** [B*T, count*size] to [B, T, count, size]. */
    private Tensor perHead(Tensor x, int count, TokenGrid grid) {
        return x.reshape(grid.batch(), grid.time(), Dim.of(count), Dim.of(headSize));
    }

    /** [B*T, count*size] to [B, count, T, size]. */
    private Tensor split(Tensor x, int count, Optional<UnaryOperator<Tensor>> norm, TokenGrid grid) {
        Tensor heads = perHead(x, count, grid);
        return norm.map(of -> of.apply(heads)).orElse(heads).transpose(0, 2, 1, 3);
    }

    void addShapes(Map<String, long[]> shapes) {
        norms.ifPresent(both -> {
            both.query().addShapes(shapes);
            both.key().addShapes(shapes);
        });
        linearLayers().forEach(layer -> layer.addShapes(shapes));
    }

    List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>(inputs.layers());
        linear.add(output);
        return linear;
    }
}
