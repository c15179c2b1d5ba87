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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelWriterTest {
    /** The maps of operators have another order in each process. */
    @Test
    void writesAttributesInTheOrderOfTheirNames() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(3));
        Tensor y = x.linear(graph.input("w", ElementType.FLOAT, Dim.of(2), Dim.of(3)));
        List<NodeProto> nodes = graph.model(Map.of("y", y)).proto().getGraph().getNodeList();
        assertEquals(
                List.of(List.of("alpha", "transA", "transB")),
                nodes.stream().map(ModelWriterTest::attributes).toList());
    }

    /** Without sizes ONNX Runtime opens large graphs slowly. */
    @Test
    void typedModelsSayTheTypesOfAllResults() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(64));
        Tensor y = new Int8Matrix(graph, "w", ElementType.INT8, 8, 64)
                .product(x)
                .add(new Int4Matrix(graph, "v", 8, 64).product(x));
        GraphProto typed = graph.model(Map.of("y", y)).typed().getGraph();
        Set<String> known = new HashSet<>();
        typed.getValueInfoList().stream().map(ValueInfoProto::getName).forEach(known::add);
        typed.getOutputList().stream().map(ValueInfoProto::getName).forEach(known::add);
        List<String> results = typed.getNodeList().stream()
                .flatMap(node -> node.getOutputList().stream())
                .toList();
        assertTrue(results.size() > 20);
        assertTrue(known.containsAll(results));
    }

    @Test
    void widensMatricesOfWhichItTakesMoreThanSomeRows() {
        Graph graph = new Graph();
        Tensor matrix = graph.weight("w", ElementType.BFLOAT16, 8, 4);
        Tensor vector = graph.weight("v", ElementType.BFLOAT16, 4);
        Tensor rows = matrix.gather(graph.input("rows", ElementType.INT64, Dim.symbol("N")));
        Tensor x = rows.toFloat().add(vector.toFloat());
        assertFalse(graph.model(Map.of("x", x)).widensMatrices());
        assertTrue(graph.model(Map.of("y", x.linear(matrix.toFloat()))).widensMatrices());
    }

    private static List<String> attributes(NodeProto node) {
        return node.getAttributeList().stream().map(AttributeProto::getName).toList();
    }
}
