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
 * A graph written again for runs of few rows: x W^T is computed as (W x^T)^T. ONNX Runtime's product packs its right
 * factor anew in every run: the whole weight in the one form, the few rows in the other. Sums of more than {@value
 * #LONGEST_SUM} terms stay as they are: in the other form they are taken in longer runs, and lose twice as much.
 */
final class FewRows extends Rewriting {
    private static final int LONGEST_SUM = 1024;
    private static final LinearAlgebra.Gemm PRODUCT = new LinearAlgebra.Gemm(false, true, 1);

    private FewRows(Graph graph) {
        super(graph);
    }

    /** The same inputs, weights and outputs. */
    static Graph.Model of(Graph graph, Map<String, Tensor> outputs) {
        return new FewRows(graph).model(graph, outputs);
    }

    @Override
    TensorType held(Tensor tensor) {
        return tensor.type();
    }

    @Override
    List<Tensor> results(Node node) {
        return written()
                .scoped(
                        node.name(),
                        () -> isProduct(node)
                                ? List.of(product(arguments(node)))
                                : written().applyAll(node.operator(), arguments(node)));
    }

    /** Whether the left factor has as many rows as a run has. */
    private static boolean isProduct(Node node) {
        return node.operator().equals(PRODUCT)
                && !node.inputs().get(0).shape().dim(0).isConstant()
                && node.inputs().get(1).shape().dim(1).factor() <= LONGEST_SUM;
    }

    private static Tensor product(List<Tensor> arguments) {
        Tensor x = arguments.get(0);
        Tensor product = arguments.get(1).matmul(x.swapLastAxes()).swapLastAxes();
        return arguments.size() == 2 ? product : product.add(arguments.get(2));
    }
}
