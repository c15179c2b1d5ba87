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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph written again, node by node, with the same inputs, weights and outputs. */
abstract class Rewriting {
    private final Graph written;
    private final Map<Tensor, Tensor> values = new HashMap<>();

    /** A graph that is written to a new one, which computes in float32. */
    Rewriting(Graph graph) {
        this.written = graph.inFloat();
    }

    /** What a node without a body becomes. */
    abstract List<Tensor> results(Node node);

    /** The type that stands for that of a tensor. */
    abstract TensorType held(Tensor tensor);

    /** The graph that is written. */
    Graph written() {
        return written;
    }

    Graph.Model model(Graph graph, Map<String, Tensor> outputs) {
        written.untaped(() -> graph.nodes().forEach(this::add));
        Map<String, Tensor> computed = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> computed.put(name, values.get(tensor)));
        return written.model(computed);
    }

    private void add(Node node) {
        List<Tensor> results = node.body().map(body -> repeated(node, body)).orElseGet(() -> results(node));
        for (int i = 0; i < results.size(); i++) {
            values.put(node.outputs().get(i), results.get(i));
        }
    }

    /** A loop, its body written again. */
    private List<Tensor> repeated(Node node, Subgraph body) {
        body.inputs().forEach(input -> values.put(input, written.given(input.name(), held(input))));
        Subgraph again =
                written.subgraph(body.inputs().stream().map(this::value).toList(), () -> {
                    body.nodes().forEach(this::add);
                    return body.outputs().stream().map(this::value).toList();
                });
        List<TensorType> results = node.outputs().stream().map(this::held).toList();
        return written.append(node.name(), new Loop.Repetition(again, results), arguments(node));
    }

    /** What the inputs of a node became. */
    List<Tensor> arguments(Node node) {
        List<Tensor> arguments = new ArrayList<>();
        node.inputs().forEach(input -> arguments.add(value(input)));
        return arguments;
    }

    Tensor value(Tensor tensor) {
        return tensor == null ? null : values.computeIfAbsent(tensor, written::adopt);
    }
}
