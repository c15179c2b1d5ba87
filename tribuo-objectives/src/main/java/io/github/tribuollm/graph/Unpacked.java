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
 * A graph written again for sessions that leave matrices as they are attached: products with an {@link Int4Matrix} are
 * products of floats. ONNX Runtime would make floats of q too, but six times as slowly.
 */
final class Unpacked extends Rewriting {
    private Unpacked(Graph graph) {
        super(graph);
    }

    /** The same inputs, weights and outputs. */
    static Graph.Model of(Graph graph, Map<String, Tensor> outputs) {
        return new Unpacked(graph).model(graph, outputs);
    }

    @Override
    TensorType held(Tensor tensor) {
        return tensor.type();
    }

    @Override
    List<Tensor> results(Node node) {
        List<Tensor> arguments = arguments(node);
        return written()
                .scoped(
                        node.name(),
                        () -> node.operator() instanceof Quantised.BlockProduct product && product.bits() == 4
                                ? List.of(Int4Matrix.floatProduct(arguments.get(0), arguments.get(1), arguments.get(2)))
                                : written().applyAll(node.operator(), arguments));
    }
}
