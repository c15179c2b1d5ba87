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

import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What all architectures share: token embedding, layers, a norm and an output layer, under transformers' names. A
 * subclass lays out one layer of parts made here.
 */
abstract class Decoder implements Architecture {
    /** The checked configuration. */
    final DecoderConfig config;

    Decoder(DecoderConfig config) {
        this.config = config;
    }

    /** One layer. */
    abstract DecoderLayer layer(String path, int index);

    @Override
    public final List<DecoderLayer> layers() {
        return IntStream.range(0, config.layers())
                .mapToObj(i -> layer("model.layers." + i, i))
                .toList();
    }

    @Override
    public Tensor embedded(TokenGrid grid, Parameters parameters) {
        return embedding(parameters)
                .gather(grid.tokens().reshape(grid.tokens().shape().elements()))
                .toFloat();
    }

    private Tensor embedding(Parameters parameters) {
        return parameters.weight(Weights.EMBEDDING, config.vocabulary(), config.hidden());
    }

    @Override
    public final Tensor normalised(Tensor h, Parameters parameters) {
        return norm("model.norm").apply(h, parameters).toCompute();
    }

    @Override
    public final Matrix head(Parameters parameters) {
        return parameters.head(
                outputLayer().module(),
                config.tied() ? Weights.EMBEDDING : Weights.HEAD,
                config.vocabulary(),
                config.hidden());
    }

    @Override
    public final LinearLayer outputLayer() {
        return new LinearLayer(module(Weights.HEAD), config.hidden(), config.vocabulary(), false);
    }

    @Override
    public final LinearLayer embedding() {
        return new LinearLayer(module(Weights.EMBEDDING), config.vocabulary(), config.hidden(), false);
    }

    private static String module(String tensor) {
        return tensor.substring(0, tensor.lastIndexOf('.'));
    }

    /** What is added to the weights of norms. */
    float normOffset() {
        return 0;
    }

    /** A norm of the hidden states. */
    final Norm norm(String module) {
        return new Norm(module, config.hidden(), config.epsilon(), normOffset());
    }

    /** A layer with a norm before attention and before the feed-forward network. */
    final DecoderLayer preNormalised(String path, LayerKind kind, SelfAttention attention, FeedForward feedForward) {
        return new DecoderLayer(
                path,
                kind,
                attention,
                BlockNorms.before(norm(path + ".input_layernorm")),
                feedForward,
                BlockNorms.before(norm(path + ".post_attention_layernorm")));
    }

    /** Attention with a layer each for queries, keys and values. */
    final SelfAttention attention(String path, boolean inputBias, boolean outputBias) {
        Projections inputs = Projections.separate(
                path + ".self_attn",
                List.of("q_proj", "k_proj", "v_proj"),
                config.hidden(),
                inputBias,
                config.width(),
                config.keyWidth(),
                config.keyWidth());
        return attention(path, inputs, outputBias);
    }

    /** Attention with scores divided by the root of the head size. */
    final SelfAttention attention(String path, Projections inputs, boolean outputBias) {
        return new SelfAttention(
                inputs,
                new LinearLayer(path + ".self_attn.o_proj", config.width(), config.hidden(), outputBias),
                config.heads(),
                config.keyHeads(),
                config.headSize(),
                (float) (1 / Math.sqrt(config.headSize())),
                OptionalDouble.empty(),
                Optional.empty());
    }

    /** The same attention with the norms q_norm and k_norm of each head. */
    final SelfAttention headsNormalised(String path, SelfAttention attention) {
        return queriesAndKeysNormalised(path, attention, config.headSize(), config.headSize());
    }

    /** The same attention with the norms q_norm and k_norm, each over that many components. */
    final SelfAttention queriesAndKeysNormalised(String path, SelfAttention attention, int ofQueries, int ofKeys) {
        return attention.normalised(
                new Norm(path + ".self_attn.q_norm", ofQueries, config.epsilon(), normOffset()),
                new Norm(path + ".self_attn.k_norm", ofKeys, config.epsilon(), normOffset()));
    }

    /** A feed-forward network with a layer each for gate and up. */
    final FeedForward feedForward(String path, Gate gate, boolean bias) {
        int inner = config.intermediate();
        Projections inputs = Projections.separate(
                path + ".mlp", List.of("gate_proj", "up_proj"), config.hidden(), bias, inner, inner);
        return feedForward(path, inputs, gate, bias);
    }

    /** A feed-forward network. */
    final FeedForward feedForward(String path, Projections inputs, Gate gate, boolean bias) {
        LinearLayer down = new LinearLayer(path + ".mlp.down_proj", config.intermediate(), config.hidden(), bias);
        return new FeedForward(inputs, gate, down);
    }

    @Override
    public final DropoutRates dropoutRates() {
        return config.dropout();
    }

    @Override
    public final float initialNormWeight() {
        return 1 - normOffset();
    }

    @Override
    public final boolean tiedHead() {
        return config.tied();
    }

    @Override
    public final int vocabularySize() {
        return config.vocabulary();
    }

    @Override
    public final int hiddenSize() {
        return config.hidden();
    }

    @Override
    public int maxPositions() {
        return RopeParameters.reach(config);
    }

    @Override
    public final List<LinearLayer> linearLayers() {
        return layers().stream().flatMap(layer -> layer.linearLayers().stream()).toList();
    }

    @Override
    public final Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(Weights.EMBEDDING, new long[] {config.vocabulary(), config.hidden()});
        layers().forEach(layer -> shapes.putAll(layer.shapes()));
        norm("model.norm").addShapes(shapes);
        if (!config.tied()) {
            shapes.put(Weights.HEAD, new long[] {config.vocabulary(), config.hidden()});
        }
        return shapes;
    }
}
