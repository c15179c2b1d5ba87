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
package io.github.tribuollm.runtime.cuda;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.tribuollm.runtime.cuda.CudaPlacement.Copy;
import io.github.tribuollm.runtime.cuda.CudaPlacement.Place;
import io.github.tribuollm.runtime.cuda.CudaPlacement.PlacedNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model in the form in which the CUDA provider copies no sizes. The provider leaves the arithmetic of shapes to the
 * processor; where a graph computes with a size as a number, as a mean divides by it, the provider would copy that
 * number to the device in every run. Its {@code Range} kernel reads its bounds in host memory and writes to the
 * device: the range from n to n + 1 is n, there, without a copy.
 */
public final class DeviceForm {
    private static final String ONE = "device.one";
    private static final String SCALAR = "device.scalar";

    private final Set<String> shapeNodes;
    private final Map<String, List<String>> readers;
    private final Map<String, ValueInfoProto> integers = new HashMap<>();
    private final Map<String, Set<String>> numbers = new HashMap<>();

    private DeviceForm(CudaPlacement placement) {
        this.shapeNodes =
                placement.at(Place.SHAPES).stream().map(PlacedNode::node).collect(Collectors.toSet());
        this.readers = placement.copies().stream()
                .filter(Copy::toDevice)
                .collect(Collectors.toMap(Copy::tensor, Copy::consumers));
    }

    /**
     * Brings the sizes that are numbers to the device.
     *
     * @param model a model that says the types and shapes of all its tensors
     * @return a model that computes the same
     */
    public static ModelProto of(ModelProto model) {
        DeviceForm form = new DeviceForm(CudaPlacement.of(model));
        form.find(model.getGraph());
        if (form.numbers.isEmpty()) {
            return model;
        }
        GraphProto.Builder graph = form.rewritten(model.getGraph());
        if (!form.declares(model.getGraph())) {
            graph.addInitializer(constant(ONE).addInt64Data(1))
                    .addInitializer(constant(SCALAR).addDims(0));
        }
        return of(model.toBuilder().setGraph(graph).build());
    }

    private static OnnxMl.TensorProto.Builder constant(String name) {
        return OnnxMl.TensorProto.newBuilder().setName(name).setDataType(DataType.INT64_VALUE);
    }

    private boolean declares(GraphProto graph) {
        return graph.getInitializerList().stream()
                .anyMatch(constant -> constant.getName().equals(ONE));
    }

    /** Finds the nodes that read a size as a number. */
    private void find(GraphProto graph) {
        graph.getValueInfoList().stream()
                .filter(DeviceForm::isOneInteger)
                .forEach(value -> integers.put(value.getName(), value));
        for (NodeProto node : graph.getNodeList()) {
            node.getInputList().stream()
                    .filter(input -> integers.containsKey(input) && readsNumber(node, input))
                    .forEach(input ->
                            numbers.computeIfAbsent(input, k -> new HashSet<>()).add(node.getName()));
            bodies(node).forEach(this::find);
        }
    }

    private static boolean isOneInteger(ValueInfoProto value) {
        OnnxMl.TypeProto.Tensor type = value.getType().getTensorType();
        return type.getElemType() == DataType.INT64_VALUE
                && type.getShape().getDimList().stream().allMatch(dim -> dim.getDimValue() == 1);
    }

    private boolean readsNumber(NodeProto node, String input) {
        boolean leavesShapes = node.getOpType().equals("Cast") && shapeNodes.contains(node.getName());
        return leavesShapes || readers.getOrDefault(input, List.of()).contains(node.getName());
    }

    private static List<GraphProto> bodies(NodeProto node) {
        return node.getAttributeList().stream()
                .filter(OnnxMl.AttributeProto::hasG)
                .map(OnnxMl.AttributeProto::getG)
                .toList();
    }

    private GraphProto.Builder rewritten(GraphProto graph) {
        GraphProto.Builder rewritten = graph.toBuilder().clearNode();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder changed = node.toBuilder();
            for (int i = 0; i < node.getInputCount(); i++) {
                if (numbers.getOrDefault(node.getInput(i), Set.of()).contains(node.getName())) {
                    changed.setInput(i, number(node.getInput(i)));
                }
            }
            changed.getAttributeBuilderList().stream()
                    .filter(OnnxMl.AttributeProto.Builder::hasG)
                    .forEach(body -> body.setG(rewritten(body.getG())));
            rewritten.addNode(changed);
            node.getOutputList().stream().filter(numbers::containsKey).forEach(size -> bring(size, rewritten));
        }
        return rewritten;
    }

    private static String number(String size) {
        return size + ".number";
    }

    /** The range from a size to the next one, in the shape of the size. */
    private void bring(String size, GraphProto.Builder graph) {
        boolean scalar = integers.get(size).getType().getTensorType().getShape().getDimCount() == 0;
        String start = scalar ? size : append(graph, "Reshape", size + ".start", true, size, SCALAR);
        String end = append(graph, "Add", size + ".end", true, start, ONE);
        String range = append(graph, "Range", scalar ? size + ".range" : number(size), false, start, end, ONE);
        if (scalar) {
            append(graph, "Reshape", number(size), true, range, SCALAR);
        }
    }

    private static String append(
            GraphProto.Builder graph, String operator, String result, boolean scalar, String... inputs) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        if (!scalar) {
            shape.addDimBuilder().setDimValue(1);
        }
        graph.addNode(NodeProto.newBuilder()
                .setName(result)
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(result));
        graph.addValueInfo(ValueInfoProto.newBuilder()
                .setName(result)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(DataType.INT64_VALUE)
                                .setShape(shape))));
        return result;
    }
}
