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

import io.github.tribuollm.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One layer of a decoder, a function of the hidden states: h + after(attention(before(h))), then the same with the
 * feed-forward network. The norms after a block are those of Gemma 2 and 3. The hidden states h and the norms are
 * float32; what is between norm and sum is computed in the graph's compute type.
 */
public final class DecoderLayer {
    private final String path;
    private final LayerKind kind;
    private final Norm beforeAttention;
    private final SelfAttention attention;
    private final Optional<Norm> afterAttention;
    private final Norm beforeFeedForward;
    private final FeedForward feedForward;
    private final Optional<Norm> afterFeedForward;
    private final boolean residualDropout;

    DecoderLayer(
            String path,
            LayerKind kind,
            Norm beforeAttention,
            SelfAttention attention,
            Optional<Norm> afterAttention,
            Norm beforeFeedForward,
            FeedForward feedForward,
            Optional<Norm> afterFeedForward) {
        this(
                path,
                kind,
                beforeAttention,
                attention,
                afterAttention,
                beforeFeedForward,
                feedForward,
                afterFeedForward,
                false);
    }

    private DecoderLayer(
            String path,
            LayerKind kind,
            Norm beforeAttention,
            SelfAttention attention,
            Optional<Norm> afterAttention,
            Norm beforeFeedForward,
            FeedForward feedForward,
            Optional<Norm> afterFeedForward,
            boolean residualDropout) {
        this.residualDropout = residualDropout;
        this.path = path;
        this.kind = kind;
        this.beforeAttention = beforeAttention;
        this.attention = attention;
        this.afterAttention = afterAttention;
        this.beforeFeedForward = beforeFeedForward;
        this.feedForward = feedForward;
        this.afterFeedForward = afterFeedForward;
    }

    /** {@return the path that its parameters' names begin with, such as {@code model.layers.0}} */
    String path() {
        return path;
    }

    /** {@return its kind; two layers of one kind have the same graph but for the names of their parameters} */
    public LayerKind kind() {
        return kind;
    }

    /**
     * The layer's output.
     *
     * @param h the hidden states, float32 [B*T, D]
     * @param context what its kind shares in this forward pass
     * @param parameters where the parameters come from
     * @return float32 [B*T, D]
     */
    Tensor apply(Tensor h, AttentionContext context, Parameters parameters) {
        Tensor x = entering(beforeAttention, h, parameters);
        return completed(h, attention.apply(x, context, parameters, p -> attentionDropout(p, parameters)), parameters);
    }

    /**
     * The part of the layer that comes before any dropout; without gradients.
     *
     * @param h the hidden states, [B*T, D]
     * @param context what its kind shares in this forward pass
     * @param parameters where the parameters come from
     * @return the attention weights and values
     */
    public AttentionWeights weights(Tensor h, AttentionContext context, Parameters parameters) {
        return attention.weights(entering(beforeAttention, h, parameters), context, parameters);
    }

    /**
     * The layer's output from what comes before any dropout.
     *
     * @param h the hidden states, [B*T, D]
     * @param weights the attention weights and values that follow from them
     * @param parameters where the other parameters come from, and the dropout
     * @return [B*T, D]
     */
    public Tensor resumed(Tensor h, AttentionWeights weights, Parameters parameters) {
        Tensor kept = attentionDropout(weights.probabilities(), parameters);
        return completed(h, attention.attended(new AttentionWeights(kept, weights.values()), parameters), parameters);
    }

    private Tensor completed(Tensor h, Tensor attended, Parameters parameters) {
        Tensor middle =
                h.add(added("resid_attn_dropout", normalised(attended, afterAttention, parameters), parameters));
        Tensor fed = feedForward.apply(entering(beforeFeedForward, middle, parameters), parameters);
        return middle.add(added("resid_mlp_dropout", normalised(fed, afterFeedForward, parameters), parameters));
    }

    /** What a block computes with: the hidden states, normalised in float32. */
    private static Tensor entering(Norm norm, Tensor h, Parameters parameters) {
        return norm.apply(h, parameters).toCompute();
    }

    private Tensor attentionDropout(Tensor probabilities, Parameters parameters) {
        return parameters
                .dropout(path + ".self_attn.attention_dropout", probabilities.toFloat())
                .toCompute();
    }

    private Tensor added(String place, Tensor x, Parameters parameters) {
        return residualDropout ? parameters.dropout(path + "." + place, x) : x;
    }

    /** The same layer with dropout of what attention and the feed-forward network add to the hidden states. */
    DecoderLayer droppingResiduals() {
        return new DecoderLayer(
                path,
                kind,
                beforeAttention,
                attention,
                afterAttention,
                beforeFeedForward,
                feedForward,
                afterFeedForward,
                true);
    }

    private static Tensor normalised(Tensor x, Optional<Norm> norm, Parameters parameters) {
        return norm.map(n -> n.apply(x, parameters)).orElseGet(x::toFloat);
    }

    /** {@return its linear layers, in forward order} */
    List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>(attention.linearLayers());
        linear.addAll(feedForward.linearLayers());
        return linear;
    }

    /** {@return the shape of every parameter by its name in the checkpoint, the norms first} */
    Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        beforeAttention.addShapes(shapes);
        afterAttention.ifPresent(norm -> norm.addShapes(shapes));
        beforeFeedForward.addShapes(shapes);
        afterFeedForward.ifPresent(norm -> norm.addShapes(shapes));
        attention.addShapes(shapes);
        feedForward.linearLayers().forEach(layer -> layer.addShapes(shapes));
        return shapes;
    }
}
