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
package io.github.tribuollm.runtime;

import ai.onnx.proto.OnnxMl;
import io.github.tribuollm.graph.Graph;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where ONNX Runtime's CUDA provider runs each node of a graph, and what is copied between host and device while it runs.
 * Told from the table of the provider's kernels, without a GPU. The arithmetic of shapes stays on the processor, as the
 * provider wants it: a node all of whose inputs are there already. Any other node should run on the device, and no tensor
 * but the graph's inputs and outputs should be copied.
 *
 * @param nodes where the nodes run, in the order of the graph, those of bodies after the node that repeats them
 * @param copies the tensors that are copied inside the graph
 */
public record CudaPlacement(List<PlacedNode> nodes, List<Copy> copies) {
    private static final String ABSENT = "-";

    /** Where a node runs. */
    public enum Place {
        /** On the device. */
        DEVICE,
        /** On the processor, because all that it reads is there. */
        SHAPES,
        /** Nowhere: its inputs are constants, so that it is computed when the graph is loaded. */
        CONSTANT,
        /** On the processor, because the provider has no kernel for it. */
        FALLBACK
    }

    /**
     * A node and where it runs.
     *
     * @param node its name
     * @param operation its operator and the types of its inputs, such as {@code Gather(float, int64)}
     * @param place where it runs
     * @param remedy what would bring it to the device, if it falls back; otherwise empty
     */
    public record PlacedNode(String node, String operation, Place place, String remedy) {
        @Override
        public String toString() {
            return node + ": " + operation + (remedy.isEmpty() ? "" : " has no CUDA kernel; " + remedy);
        }
    }

    /**
     * A tensor that is copied inside the graph.
     *
     * @param tensor its name
     * @param toDevice whether to the device or from it
     * @param producer the node that computes it; the tensor itself if it is an input
     * @param consumers the nodes that need it on the other side
     */
    public record Copy(String tensor, boolean toDevice, String producer, List<String> consumers) {
        @Override
        public String toString() {
            String remedy = toDevice
                    ? " and needed on the device by " + consumers + "; feed it, or compute it from what is there"
                    : " and needed in host memory by " + consumers + "; compute it from sizes, or feed it";
            return tensor + ": computed by " + producer + (toDevice ? " on the processor" : " on the device") + remedy;
        }
    }

    /**
     * Places the nodes of a graph.
     *
     * @param model the graph
     * @return the placement
     */
    public static CudaPlacement of(Graph.Model model) {
        return of(model.typed());
    }

    /**
     * Places the nodes of an ONNX model.
     *
     * @param model the model, which says the types of all its tensors ({@link Graph.Model#typed})
     * @return the placement
     */
    public static CudaPlacement of(OnnxMl.ModelProto model) {
        CudaPlacement placement = new CudaPlacement(new ArrayList<>(), new ArrayList<>());
        new Level(model.getGraph(), null).place(placement);
        return new CudaPlacement(List.copyOf(placement.nodes), List.copyOf(placement.copies));
    }

    /**
     * The nodes of one place.
     *
     * @param place where
     * @return the nodes
     */
    public List<PlacedNode> at(Place place) {
        return nodes.stream().filter(node -> node.place() == place).toList();
    }

    /** {@return whether no node falls back and nothing is copied inside the graph} */
    public boolean staysOnDevice() {
        return copies.isEmpty() && at(Place.FALLBACK).isEmpty();
    }

    /** {@return what is wrong, a line each} */
    public List<String> problems() {
        return Stream.concat(at(Place.FALLBACK).stream(), copies.stream())
                .map(Object::toString)
                .toList();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d nodes: %d on the device, %d of shapes on the processor, %d constant, %d fall back; %d copies%s",
                nodes.size(),
                at(Place.DEVICE).size(),
                at(Place.SHAPES).size(),
                at(Place.CONSTANT).size(),
                at(Place.FALLBACK).size(),
                copies.size(),
                problems().stream().map(line -> "\n" + line).collect(Collectors.joining()));
    }

    /** A graph or the body of a node. */
    private static final class Level {
        /** The provider takes constants of at most so many elements for sizes. */
        private static final long SMALL = 100;

        private final OnnxMl.GraphProto graph;
        private final Level outer;
        private final Map<String, String> types = new HashMap<>();
        private final Set<String> inputs = new LinkedHashSet<>();
        private final Set<String> constants = new HashSet<>();
        private final Set<String> smallConstants = new HashSet<>();
        private final Set<String> sizes = new HashSet<>();
        private final Map<String, String> producedOnHost = new HashMap<>();
        private final Map<String, String> producedOnDevice = new HashMap<>();
        private final Map<String, List<String>> readOnHost = new HashMap<>();
        private final Map<String, List<String>> readOnDevice = new HashMap<>();

        Level(OnnxMl.GraphProto graph, Level outer) {
            this.graph = graph;
            this.outer = outer;
            Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
                    .flatMap(List::stream)
                    .forEach(value -> types.put(
                            value.getName(),
                            name(value.getType().getTensorType().getElemType())));
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

        private boolean anywhere(String tensor, Function<Level, Set<String>> kind) {
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

        void place(CudaPlacement placement) {
            for (OnnxMl.NodeProto node : graph.getNodeList()) {
                List<String> in = node.getInputList().stream().map(this::type).toList();
                List<String> out = node.getOutputList().stream().map(this::type).toList();
                Optional<CudaKernels.Use> use = CudaKernels.pinned().find(node, in, out);
                Place place = place(node, in, use.filter(CudaKernels.Use::onCuda));
                connect(node, place, use.orElse(null));
                placement.nodes.add(new PlacedNode(
                        node.getName(),
                        node.getOpType() + "(" + String.join(", ", in) + ")",
                        place,
                        place == Place.FALLBACK ? remedy(node, use.isPresent()) : ""));
                node.getAttributeList().stream()
                        .filter(OnnxMl.AttributeProto::hasG)
                        .forEach(body -> new Level(body.getG(), this).place(placement));
            }
            placement.copies.addAll(copies());
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
                            node.getInput(i),
                            in.get(i),
                            kernel.get().hostInputs().contains(i)));
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
}
