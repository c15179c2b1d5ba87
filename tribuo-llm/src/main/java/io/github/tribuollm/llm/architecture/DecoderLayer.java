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

/**
 * One layer of a decoder, a function of the hidden states: h + factor after(attention(before(h))), then the same with
 * the feed-forward network. The hidden states h and the norms are float32; what is between norm and sum is computed in
 * the graph's compute type.
 */
public final class DecoderLayer {
    private final String path;
    private final LayerKind kind;
    private final SelfAttention attention;
    private final BlockNorms attentionNorms;
    private final FeedForward feedForward;
    private final BlockNorms feedForwardNorms;
    private final Residual residual;

    /** How a block is added to the hidden states: times a factor, and whether transformers has dropout there. */
    private record Residual(float factor, boolean dropout) {}

    DecoderLayer(
            String path,
            LayerKind kind,
            SelfAttention attention,
            BlockNorms attentionNorms,
            FeedForward feedForward,
            BlockNorms feedForwardNorms) {
        this(path, kind, attention, attentionNorms, feedForward, feedForwardNorms, new Residual(1, false));
    }

    private DecoderLayer(
            String path,
            LayerKind kind,
            SelfAttention attention,
            BlockNorms attentionNorms,
            FeedForward feedForward,
            BlockNorms feedForwardNorms,
            Residual residual) {
        this.path = path;
        this.kind = kind;
        this.attention = attention;
        this.attentionNorms = attentionNorms;
        this.feedForward = feedForward;
        this.feedForwardNorms = feedForwardNorms;
        this.residual = residual;
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
        Tensor x = attentionNorms.entering(h, parameters);
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
        return attention.weights(attentionNorms.entering(h, parameters), context, parameters);
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
        Tensor middle = h.add(added("resid_attn_dropout", attentionNorms.leaving(attended, parameters), parameters));
        Tensor fed = feedForward.apply(feedForwardNorms.entering(middle, parameters), parameters);
        return middle.add(added("resid_mlp_dropout", feedForwardNorms.leaving(fed, parameters), parameters));
    }

    private Tensor attentionDropout(Tensor probabilities, Parameters parameters) {
        return parameters
                .dropout(path + ".self_attn.attention_dropout", probabilities.toFloat())
                .toCompute();
    }

    private Tensor added(String place, Tensor x, Parameters parameters) {
        Tensor scaled = residual.factor == 1 ? x : x.mul(residual.factor);
        return residual.dropout ? parameters.dropout(path + "." + place, scaled) : scaled;
    }

    /** The same layer with dropout of what attention and the feed-forward network add to the hidden states. */
    DecoderLayer droppingResiduals() {
        return with(new Residual(residual.factor, true));
    }

    /** The same layer with a factor of what attention and the feed-forward network add to the hidden states. */
    DecoderLayer scalingResiduals(float factor) {
        return with(new Residual(factor, residual.dropout));
    }

    private DecoderLayer with(Residual other) {
        return new DecoderLayer(path, kind, attention, attentionNorms, feedForward, feedForwardNorms, other);
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
        attentionNorms.addShapes(shapes);
        feedForwardNorms.addShapes(shapes);
        attention.addShapes(shapes);
        feedForward.linearLayers().forEach(layer -> layer.addShapes(shapes));
        return shapes;
    }
}
