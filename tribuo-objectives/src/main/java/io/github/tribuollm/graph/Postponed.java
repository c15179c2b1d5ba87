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

/**
 * Weights under shapes that only running the graph can tell, so that ONNX Runtime computes nothing from them ahead. What
 * takes them must not be another change of shape, of which ONNX Runtime would make one with this one.
 *
 * @param any an int64, [1], whatever its value
 */
record Postponed(Tensor any) {
    /** Until an input of at least one element is there. */
    static Postponed untilInput(Tensor input) {
        return new Postponed(
                input.reshape(input.shape().elements()).slice(0, 0, 1).toInteger());
    }

    /** Until a matrix with a symbolic size is known. */
    static Postponed until(Tensor matrix) {
        return new Postponed(
                matrix.graph().apply(new Layout.Sizes(), List.of(matrix)).slice(0, 0, 1));
    }

    /** A matrix in its own shape: for sizes of 0, Reshape takes those that it has. */
    Tensor matrix(Tensor weight) {
        Graph graph = weight.graph();
        return reshaped(weight, weight.shape(), any.mul(graph.integers(0)).mul(graph.integers(1, 1)));
    }

    /** The elements of a weight in another shape. */
    Tensor weight(Tensor weight, Shape shape) {
        Graph graph = weight.graph();
        return reshaped(weight, shape, any.mul(graph.integers(0)).add(graph.sizes(shape)));
    }

    private static Tensor reshaped(Tensor weight, Shape shape, Tensor sizes) {
        return weight.graph().apply(new Layout.Reshape(shape), List.of(weight, sizes));
    }
}
