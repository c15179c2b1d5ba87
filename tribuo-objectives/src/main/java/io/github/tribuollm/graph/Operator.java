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
package io.github.tribuollm.graph;

import java.util.List;
import java.util.Map;

/**
 * An ONNX operator with its attributes: how its output types follow from its inputs, and how a gradient passes
 * through it backwards.
 */
interface Operator {
    /**
     * The ONNX operator type, such as {@code MatMul}.
     *
     * @return the name
     */
    String type();

    /**
     * The operator's domain; empty for the standard one.
     *
     * @return the domain
     */
    default String domain() {
        return "";
    }

    /**
     * The ONNX attributes: {@link Long}, {@link Float}, {@link String} or {@code long[]} values by name.
     *
     * @return the attributes
     */
    default Map<String, Object> attributes() {
        return Map.of();
    }

    /**
     * Checks the inputs and derives the types of the outputs.
     *
     * @param inputs the inputs; an absent optional input is null
     * @return the types of the outputs
     * @throws IllegalArgumentException if the inputs do not fit this operator; the message need not name it
     */
    List<TensorType> infer(List<Tensor> inputs);

    /**
     * The vector-Jacobian product.
     *
     * @param inputs the inputs of the node
     * @param outputs the outputs of the node
     * @param gradient the gradient with respect to the first output; the others carry none
     * @return one gradient for each input, null where there is none
     */
    default List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
        throw new GraphException(type() + " has no gradient rule; use stopGradient() on its output");
    }
}
