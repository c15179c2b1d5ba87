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
import io.github.tribuollm.runtime.cuda.CudaPlacement.Copy;
import io.github.tribuollm.runtime.cuda.CudaPlacement.Place;
import io.github.tribuollm.runtime.cuda.CudaPlacement.PlacedNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A graph, or the body of a node, whose nodes the CUDA provider places one after the other. */
final class PlacedGraph {
    /** The provider takes constants of at most so many elements for sizes. */
    private static final long SMALL = 100;

    private static final String ABSENT = "-";

    private final OnnxMl.GraphProto graph;
    private final PlacedGraph outer;
    private final Map<String, String> types = new HashMap<>();
    private final Set<String> inputs = new LinkedHashSet<>();
    private final Set<String> constants = new HashSet<>();
    private final Set<String> smallConstants = new HashSet<>();
    private final Set<String> sizes = new HashSet<>();
    private final Map<String, String> producedOnHost = new HashMap<>();
    private final Map<String, String> producedOnDevice = new HashMap<>();
    private final Map<String, List<String>> readOnHost = new HashMap<>();
    private final Map<String, List<String>> readOnDevice = new HashMap<>();

    /** A graph inside another; inside none if that is null. */
    PlacedGraph(OnnxMl.GraphProto graph, PlacedGraph outer) {
        this.graph = graph;
        this.outer = outer;
        Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
                .flatMap(List::stream)
                .forEach(value -> types.put(
                        value.getName(), name(value.getType().getTensorType().getElemType())));
        graph.getInputList().forEach(input -> inputs.add(input.getName()));
        graph.getInitializerList().forEach(this::declare);
    }

    private void declare(OnnxMl.TensorProto initializer) {
        types.put(initializer.getName(), name(initializer.getDataType()));
        constants.add(initializer.getName());
        if (initializer.getDimsList().stream().reduce(1L, (a, b) -> a * b) <= SMALL) {
            smallConstants.add(initializer.getName());
        }
    }

    private static String name(int elementType) {
        return OnnxMl.TensorProto.DataType.forNumber(elementType).name().toLowerCase(Locale.ROOT);
    }

    private boolean anywhere(String tensor, Function<PlacedGraph, Set<String>> kind) {
        return kind.apply(this).contains(tensor) || outer != null && outer.anywhere(tensor, kind);
    }

    private String type(String tensor) {
        if (tensor.isEmpty()) {
            return ABSENT;
        }
        String known = types.get(tensor);
        if (known == null && outer == null) {
            throw new IllegalArgumentException("The model does not say the type of " + tensor);
        }
        return known == null ? outer.type(tensor) : known;
    }

    /** Adds the nodes and the copies to a placement. */
    void place(CudaPlacement placement) {
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            List<String> in = node.getInputList().stream().map(this::type).toList();
            List<String> out = node.getOutputList().stream().map(this::type).toList();
            Optional<CudaKernels.Use> use = CudaKernels.pinned().find(node, in, out);
            Place place = place(node, in, use.filter(CudaKernels.Use::onCuda));
            connect(node, place, use.orElse(null));
            placement
                    .nodes()
                    .add(new PlacedNode(
                            node.getName(),
                            node.getOpType() + "(" + String.join(", ", in) + ")",
                            place,
                            place == Place.FALLBACK ? remedy(node, use.isPresent()) : ""));
            node.getAttributeList().stream()
                    .filter(OnnxMl.AttributeProto::hasG)
                    .forEach(body -> new PlacedGraph(body.getG(), this).place(placement));
        }
        placement.copies().addAll(copies());
    }

    private Place place(OnnxMl.NodeProto node, List<String> in, Optional<CudaKernels.Use> kernel) {
        if (node.getInputList().stream().allMatch(constants::contains)) {
            return Place.CONSTANT;
        }
        if (kernel.isEmpty()) {
            return Place.FALLBACK;
        }
        boolean follows = node.getInputList().stream().anyMatch(sizes::contains);
        boolean onHost = IntStream.range(0, in.size())
                .allMatch(i -> staysOnHost(
                        node.getInput(i), in.get(i), kernel.get().hostInputs().contains(i)));
        return follows && onHost ? Place.SHAPES : Place.DEVICE;
    }

    /** The provider's own rule; it never takes 16-bit floats for sizes. */
    private boolean staysOnHost(String tensor, String type, boolean readInHostMemory) {
        boolean given = anywhere(tensor, level -> level.smallConstants) || inputs.contains(tensor);
        boolean narrow = type.equals("float16") || type.equals("bfloat16");
        return !narrow && (given || sizes.contains(tensor) && !readInHostMemory);
    }

    private void connect(OnnxMl.NodeProto node, Place place, CudaKernels.Use use) {
        if (place == Place.CONSTANT) {
            constants.addAll(node.getOutputList());
            smallConstants.addAll(node.getOutputList());
            return;
        }
        boolean device = place == Place.DEVICE;
        boolean follows = node.getInputList().stream().anyMatch(sizes::contains);
        for (int i = 0; i < node.getInputCount(); i++) {
            boolean there = device && !use.hostInputs().contains(i);
            (there ? readOnDevice : readOnHost)
                    .computeIfAbsent(node.getInput(i), k -> new ArrayList<>())
                    .add(node.getName());
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            boolean there = device && !use.hostOutputs().contains(i);
            (there ? producedOnDevice : producedOnHost).put(node.getOutput(i), node.getName());
            if (!there && (device || follows)) {
                sizes.add(node.getOutput(i));
            }
        }
    }

    private static String remedy(OnnxMl.NodeProto node, boolean measured) {
        Set<String> alternatives = CudaKernels.pinned().alternatives(node);
        if (!measured) {
            return "nobody has measured it: add it to CudaKernelMeasurement and run test-resources/gpu/kernels";
        }
        return alternatives.isEmpty()
                ? "use other operators"
                : "there are kernels for " + String.join(", ", alternatives);
    }

    private List<Copy> copies() {
        List<Copy> copies = new ArrayList<>();
        Stream<String> given = outer == null ? inputs.stream() : Stream.concat(inputs.stream(), captured());
        given.filter(readOnHost::containsKey)
                .filter(readOnDevice::containsKey)
                .forEach(input -> copies.add(new Copy(input, true, input, readOnDevice.get(input))));
        producedOnHost.forEach((tensor, node) -> {
            if (readOnDevice.containsKey(tensor)) {
                copies.add(new Copy(tensor, true, node, readOnDevice.get(tensor)));
            }
        });
        producedOnDevice.forEach((tensor, node) -> {
            if (readOnHost.containsKey(tensor)) {
                copies.add(new Copy(tensor, false, node, readOnHost.get(tensor)));
            }
        });
        return copies;
    }

    /** What a body reads that is computed around it. */
    private Stream<String> captured() {
        return Stream.concat(readOnHost.keySet().stream(), readOnDevice.keySet().stream())
                .distinct()
                .filter(tensor -> !types.containsKey(tensor) && !anywhere(tensor, level -> level.constants));
    }
}
