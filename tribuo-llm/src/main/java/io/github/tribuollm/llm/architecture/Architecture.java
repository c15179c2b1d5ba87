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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A decoder-only language model: what its forward pass computes, and which parameters it has. */
public interface Architecture {
    /**
     * The hidden states that enter the output layer.
     *
     * @param grid the tokens, [B, T]
     * @param recompute whether each layer's inner activations are computed again in the backward pass
     * @param parameters where the parameters come from
     * @return [B*T, D]
     */
    default Tensor hidden(TokenGrid grid, boolean recompute, Parameters parameters) {
        return normalised(through(layers(), embedded(grid, parameters), grid, recompute, parameters), parameters);
    }

    /**
     * The hidden states that some layers make of others.
     *
     * @param layers consecutive layers
     * @param h the hidden states that enter the first of them, [B*T, D]
     * @param grid the tokens, [B, T]
     * @param recompute whether each layer's inner activations are computed again in the backward pass
     * @param parameters where the parameters come from
     * @return [B*T, D]
     */
    default Tensor through(
            List<DecoderLayer> layers, Tensor h, TokenGrid grid, boolean recompute, Parameters parameters) {
        Graph graph = grid.graph();
        Map<LayerKind, AttentionContext> contexts = new LinkedHashMap<>();
        layers.forEach(layer -> contexts.computeIfAbsent(layer.kind(), kind -> kind.context(grid)));
        for (DecoderLayer layer : layers) {
            Tensor input = h;
            UnaryOperator<Tensor> block = x -> layer.apply(x, contexts.get(layer.kind()), parameters);
            h = graph.scoped(layer.path(), () -> recompute ? graph.checkpoint(input, block) : block.apply(input));
        }
        return h;
    }

    /**
     * The hidden states that enter the first layer.
     *
     * @param grid the tokens, [B, T]
     * @param parameters where the parameters come from
     * @return [B*T, D]
     */
    Tensor embedded(TokenGrid grid, Parameters parameters);

    /** {@return the layers, first to last} */
    List<DecoderLayer> layers();

    /**
     * The norm that follows the last layer.
     *
     * @param h the last layer's output, [B*T, D]
     * @param parameters where the parameters come from
     * @return [B*T, D]
     */
    Tensor normalised(Tensor h, Parameters parameters);

    /**
     * The output layer.
     *
     * @param parameters where the parameters come from
     * @return [V, D]
     */
    Matrix head(Parameters parameters);

    /**
     * What becomes of the output layer's products before the softmax: nothing, unless an architecture caps its logits.
     *
     * @param products of any shape
     * @return the logits, of the same shape
     */
    default Tensor logits(Tensor products) {
        return products;
    }

    /** {@return the rates of dropout that the configuration was trained with} */
    DropoutRates dropoutRates();

    /** {@return the weight of a norm that leaves the scale as it is, where training from nothing starts} */
    float initialNormWeight();

    /** {@return whether the output layer and the token embedding are one tensor} */
    boolean tiedHead();

    /** {@return V, the number of tokens in the vocabulary} */
    int vocabularySize();

    /** {@return D, the width of the hidden states} */
    int hiddenSize();

    /** {@return the longest document that the model was made for, in tokens} */
    int maxPositions();

    /** {@return every linear layer but the output layer, in forward order: what PEFT calls all-linear} */
    List<LinearLayer> linearLayers();

    /** {@return the output layer, from hidden states to tokens} */
    LinearLayer outputLayer();

    /** {@return the embedding as a layer from tokens to hidden states, the transpose of its matrix} */
    LinearLayer embedding();

    /** {@return the shape of every parameter by its name in the checkpoint, layer by layer} */
    Map<String, long[]> shapes();
}
