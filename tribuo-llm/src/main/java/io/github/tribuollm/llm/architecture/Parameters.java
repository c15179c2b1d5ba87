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

/**
 * Where a forward graph gets its parameters from: frozen base weights, trained ones, or base weights with an adapter.
 * Names are those of the checkpoint.
 */
public interface Parameters {
    /**
     * A parameter tensor. A frozen one may be of 16-bit floats: rows gathered from it are widened by
     * {@link Tensor#toFloat}.
     *
     * @param name its name, such as {@code model.norm.weight}
     * @param sizes its shape
     * @return the tensor
     */
    Tensor weight(String name, long... sizes);

    /**
     * The matrix of a linear layer, in the form in which it is held.
     *
     * @param name its name, such as {@code model.layers.0.mlp.up_proj.weight}
     * @param out the number of outputs
     * @param in the number of inputs
     * @return [out, in]
     */
    default Matrix matrix(String name, long out, long in) {
        return Matrix.of(weight(name, out, in));
    }

    /**
     * The output layer's matrix.
     *
     * @param module the layer's path, such as {@code lm_head}
     * @param name the tensor's name: its own, or that of the embedding that it is tied to
     * @param out the number of tokens
     * @param in the width of the hidden states
     * @return [out, in]
     */
    default Matrix head(String module, String name, long out, long in) {
        return matrix(name, out, in);
    }

    /**
     * A linear layer: x W^T + b from its own parameters.
     *
     * @param module its path, such as {@code model.layers.0.self_attn.q_proj}
     * @param x [N, in]
     * @param out the number of outputs
     * @param bias whether the layer has a bias
     * @return [N, out]
     */
    default Tensor linear(String module, Tensor x, long out, boolean bias) {
        Matrix matrix = matrix(module + ".weight", out, x.shape().dim(1).factor());
        return bias ? matrix.productPlus(x, weight(module + ".bias", out)) : matrix.product(x);
    }

    /**
     * Dropout at a place where transformers has it: a linear function of x whose matrix is symmetric. Nothing is
     * dropped unless these parameters are a random sample.
     *
     * @param place names the place, such as {@code model.layers.0.self_attn.attention_dropout}
     * @param x attention weights, [B, KV, H/KV*T, T], or what a block adds to the hidden states, [B*T, D]
     * @return of the same shape
     */
    default Tensor dropout(String place, Tensor x) {
        return x;
    }
}
