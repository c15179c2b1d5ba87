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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph of a 16-bit compute type, written again for a provider that has no arithmetic in it. A 16-bit value is held
 * in float32, as a number that the type has: an operator computes in float32, and its result is rounded to the type and
 * widened again. So numbers are rounded, and overflow, where they do on a device that accumulates in float32. Inputs
 * and weights stay as they are, and are widened where they are used.
 */
final class Emulation extends Rewriting {
    /**
     * Operators whose results are numbers that they were given, up to the sign, or 0 or 1: there is nothing to round.
     */
    private static final Set<String> EXACT = Set.of(
            "Abs",
            "Concat",
            "Expand",
            "Gather",
            "GatherElements",
            "Identity",
            "Max",
            "Min",
            "Neg",
            "Pad",
            "Relu",
            "Reshape",
            "ScatterND",
            "Sign",
            "Slice",
            "Split",
            "Transpose",
            "Where");

    private final ElementType type;

    private Emulation(Graph graph) {
        super(graph);
        this.type = graph.compute();
    }

    /** The same inputs, weights and outputs. */
    static Graph.Model of(Graph graph, Map<String, Tensor> outputs) {
        return new Emulation(graph).model(graph, outputs);
    }

    @Override
    List<Tensor> results(Node node) {
        return node.operator() instanceof Elementwise.Cast cast
                ? List.of(converted(value(node.inputs().get(0)), cast.to()))
                : applied(node);
    }

    @Override
    TensorType held(Tensor value) {
        TensorType own = value.type();
        return own.element() == type ? new TensorType(ElementType.FLOAT, own.shape()) : own;
    }

    private Tensor converted(Tensor value, ElementType to) {
        return to == type ? rounded(value.toFloat()) : value.to(to);
    }

    private Tensor rounded(Tensor value) {
        return value.to(type).toFloat();
    }

    /** Rows gathered from a weight stay in 16 bits; all other operands are widened. */
    private List<Tensor> applied(Node node) {
        List<Tensor> arguments = arguments(node);
        if (!(node.operator() instanceof Layout.Gather)) {
            arguments.replaceAll(argument -> widened(argument, arguments));
        }
        List<Tensor> results = new ArrayList<>(written().applyAll(node.operator(), arguments));
        for (int i = 0; i < results.size(); i++) {
            boolean narrow = node.outputs().get(i).type().element() == type;
            if (narrow && !EXACT.contains(node.operator().type())) {
                results.set(i, rounded(results.get(i)));
            }
        }
        return results;
    }

    private static boolean isFloat32(Tensor value) {
        return value != null && value.type().element() == ElementType.FLOAT;
    }

    /** A matrix is widened when what it is multiplied with is known, as in {@link Tensor#widened}. */
    private static Tensor widened(Tensor value, List<Tensor> arguments) {
        if (value == null || !value.type().element().isNarrow()) {
            return value;
        }
        return arguments.stream()
                .filter(other -> isFloat32(other) && isMatrix(other) && isMatrix(value))
                .findFirst()
                .map(value::widened)
                .orElseGet(value::toFloat);
    }

    private static boolean isMatrix(Tensor value) {
        return value.shape().rank() == 2;
    }
}
