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

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
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

    private static List<String> attributes(NodeProto node) {
        return node.getAttributeList().stream().map(AttributeProto::getName).toList();
    }
}
