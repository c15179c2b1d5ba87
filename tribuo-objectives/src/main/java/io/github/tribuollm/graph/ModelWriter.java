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

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Writes the part of a graph that some outputs need as an ONNX model. */
final class ModelWriter {
    private static final long IR_VERSION = 10;
    private static final long OPSET = 23;

    private final Block block;
    private final Map<String, Tensor> inputs;
    private final Map<String, Tensor> weights;
    private final Map<String, OnnxMl.TensorProto> constants;
    private final Map<String, ToLongFunction<ToLongFunction<Dim>>> derivedSizes;

    ModelWriter(
            Block block,
            Map<String, Tensor> inputs,
            Map<String, Tensor> weights,
            Map<String, OnnxMl.TensorProto> constants,
            Map<String, ToLongFunction<ToLongFunction<Dim>>> derivedSizes) {
        this.block = block;
        this.inputs = inputs;
        this.weights = weights;
        this.constants = constants;
        this.derivedSizes = derivedSizes;
    }

    Graph.Model write(Map<String, Tensor> outputs) {
        outputs.forEach((name, tensor) -> {
            if (tensor.index() < 0) {
                throw new GraphException("The output " + name + " is not computed by the graph: " + tensor);
            }
            if (tensor.type().element().isNarrow()) {
                throw new GraphException("The output " + name + " has 16 bits; use toFloat() on " + tensor);
            }
        });
        List<Node> ordered = block.written(outputs.values());
        Set<String> used = new HashSet<>();
        ordered.forEach(node -> node.operands().forEach(t -> used.add(t.name())));
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("tribuo-llm");
        ordered.forEach(node -> graph.addNode(proto(node)));
        new LinkedHashSet<>(outputs.values()).forEach(tensor -> graph.addOutput(value(tensor.name(), tensor.type())));
        Map<String, TensorType> inputTypes = new LinkedHashMap<>();
        inputs.values().stream().filter(t -> used.contains(t.name())).forEach(t -> {
            graph.addInput(value(t.name(), t.type()));
            inputTypes.put(t.name(), t.type());
        });
        Map<String, TensorType> usedWeights = new LinkedHashMap<>();
        weights.values().stream().filter(t -> used.contains(t.name())).forEach(t -> {
            graph.addInitializer(external(t));
            usedWeights.put(t.name(), t.type());
        });
        constants.forEach((name, proto) -> {
            if (used.contains(name)) {
                graph.addInitializer(proto);
            }
        });
        OnnxMl.ModelProto model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("tribuo-llm")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder()
                        .setDomain(Neural.CONTRIB)
                        .setVersion(1))
                .setGraph(graph)
                .build();
        return new Graph.Model(
                model,
                Collections.unmodifiableMap(inputTypes),
                Collections.unmodifiableMap(usedWeights),
                Collections.unmodifiableMap(new LinkedHashMap<>(outputs)),
                Schedule.of(ordered, outputs.values(), derivedSizes));
    }

    /** A model with the types of what its nodes compute, those of bodies included, as far as they are known. */
    static OnnxMl.ModelProto typed(OnnxMl.ModelProto model, Map<String, TensorType> types) {
        return model.toBuilder().setGraph(typed(model.getGraph(), types)).build();
    }

    private static OnnxMl.GraphProto typed(OnnxMl.GraphProto graph, Map<String, TensorType> types) {
        OnnxMl.GraphProto.Builder typed = graph.toBuilder();
        Set<String> said = new HashSet<>();
        graph.getValueInfoList().forEach(value -> said.add(value.getName()));
        for (OnnxMl.NodeProto.Builder node : typed.getNodeBuilderList()) {
            node.getOutputList().stream()
                    .filter(name -> !said.contains(name) && types.containsKey(name))
                    .forEach(name -> typed.addValueInfo(value(name, types.get(name))));
            node.getAttributeBuilderList().stream()
                    .filter(OnnxMl.AttributeProto.Builder::hasG)
                    .forEach(body -> body.setG(typed(body.getG(), types)));
        }
        return typed.build();
    }

    private static OnnxMl.NodeProto proto(Node node) {
        OnnxMl.NodeProto.Builder proto = OnnxMl.NodeProto.newBuilder()
                .setName(node.name())
                .setOpType(node.operator().type())
                .setDomain(node.operator().domain());
        node.inputs().forEach(t -> proto.addInput(t == null ? "" : t.name()));
        node.outputs().forEach(t -> proto.addOutput(t.name()));
        new TreeMap<>(node.operator().attributes())
                .forEach((name, value) -> proto.addAttribute(attribute(name, value)));
        node.body()
                .ifPresent(body -> proto.addAttribute(OnnxMl.AttributeProto.newBuilder()
                        .setName("body")
                        .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                        .setG(proto(node.name(), body))));
        return proto.build();
    }

    private static OnnxMl.GraphProto proto(String name, Subgraph body) {
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName(name);
        body.inputs().forEach(tensor -> graph.addInput(value(tensor.name(), tensor.type())));
        body.nodes().forEach(node -> graph.addNode(proto(node)));
        body.outputs().forEach(tensor -> graph.addOutput(value(tensor.name(), tensor.type())));
        return graph.build();
    }

    private static OnnxMl.AttributeProto attribute(String name, Object value) {
        OnnxMl.AttributeProto.Builder proto = OnnxMl.AttributeProto.newBuilder().setName(name);
        if (value instanceof Long integer) {
            return proto.setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .setI(integer)
                    .build();
        }
        if (value instanceof Float number) {
            return proto.setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
                    .setF(number)
                    .build();
        }
        if (value instanceof String text) {
            return proto.setType(OnnxMl.AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(text))
                    .build();
        }
        for (long element : (long[]) value) {
            proto.addInts(element);
        }
        return proto.setType(OnnxMl.AttributeProto.AttributeType.INTS).build();
    }

    private static OnnxMl.ValueInfoProto value(String name, TensorType type) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (Dim dim : type.shape().dims()) {
            OnnxMl.TensorShapeProto.Dimension.Builder proto = OnnxMl.TensorShapeProto.Dimension.newBuilder();
            shape.addDim(dim.isConstant() ? proto.setDimValue(dim.factor()) : proto.setDimParam(dim.toString()));
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(type.element().onnxCode())
                                .setShape(shape)))
                .build();
    }

    /**
     * ONNX Runtime takes the value attached to the session and never opens the location, but insists that it exists:
     * the working directory does.
     */
    private static OnnxMl.TensorProto external(Tensor weight) {
        OnnxMl.TensorProto.Builder proto = OnnxMl.TensorProto.newBuilder()
                .setName(weight.name())
                .setDataType(weight.type().element().onnxCode())
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                .addExternalData(OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue("."));
        weight.shape().dims().forEach(dim -> proto.addDims(dim.factor()));
        return proto.build();
    }
}
