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
import io.github.tribuollm.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where ONNX Runtime's CUDA provider runs each node of a graph, and what is copied between host and device while it
 * runs. Told from the table of the provider's kernels, without a GPU. The arithmetic of shapes stays on the processor,
 * as the provider wants it: a node all of whose inputs are there already. Any other node should run on the device, and
 * no tensor but the graph's inputs and outputs should be copied.
 *
 * @param nodes where the nodes run, in the order of the graph, those of bodies after the node that repeats them
 * @param copies the tensors that are copied inside the graph
 */
public record CudaPlacement(List<PlacedNode> nodes, List<Copy> copies) {
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
        new PlacedGraph(model.getGraph(), null).place(placement);
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
}
