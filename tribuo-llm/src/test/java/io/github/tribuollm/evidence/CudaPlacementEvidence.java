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
package io.github.tribuollm.evidence;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.StandInCuda;
import io.github.tribuollm.runtime.cuda.CudaPlacement;
import io.github.tribuollm.runtime.cuda.CudaPlacement.Place;
import io.github.tribuollm.runtime.cuda.CudaPlacement.PlacedNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Evidence: ONNX Runtime's CUDA provider places every graph as {@link CudaPlacement} says. */
final class CudaPlacementEvidence {
    private final StandInCuda cuda;
    private int graphs;
    private int nodes;
    private int compared;
    private int onProcessor;
    private int copies;
    private int differences;

    private CudaPlacementEvidence(StandInCuda cuda) {
        this.cuda = cuda;
    }

    private void compare(Map<String, ModelProto> models) {
        Map<String, ModelProto> filled = new LinkedHashMap<>();
        models.forEach((title, model) -> filled.put(title, withZeros(model)));
        cuda.open(filled, true).forEach((title, answer) -> compare(title, CudaPlacement.of(models.get(title)), answer));
    }

    /** What the optimiser makes of a node bears its name, then a slash. */
    private void compare(String title, CudaPlacement placement, StandInCuda.Answer answer) {
        Set<String> different = placement.nodes().stream()
                .filter(node -> answer.knows(node.node()) && node.place() != Place.CONSTANT)
                .filter(node -> answer.onCuda(node.node()) != (node.place() == Place.DEVICE))
                .map(PlacedNode::toString)
                .collect(Collectors.toCollection(HashSet::new));
        Set<String> shapes =
                placement.at(Place.SHAPES).stream().map(PlacedNode::node).collect(Collectors.toSet());
        answer.onProcessor().stream()
                .filter(node -> !shapes.contains(node.replaceAll("/.*", "")))
                .forEach(different::add);
        different.addAll(answer.copied());
        if (answer.failure() != null) {
            different.add(answer.failure());
        }
        graphs++;
        nodes += placement.nodes().size();
        compared += placement.nodes().stream()
                .filter(node -> answer.knows(node.node()))
                .count();
        onProcessor += answer.onProcessor().size();
        copies += answer.copied().size();
        differences += different.size();
        if (!different.isEmpty()) {
            System.out.println(title + ": " + different);
        }
    }

    /** The model with zeros for weights: the provider opens no other files. */
    private static ModelProto withZeros(ModelProto model) {
        ModelProto.Builder filled = model.toBuilder();
        for (TensorProto.Builder tensor : filled.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                int elements =
                        tensor.getDimsList().stream().mapToInt(Math::toIntExact).reduce(1, Math::multiplyExact);
                int bytes = tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE ? Float.BYTES : Short.BYTES;
                tensor.clearExternalData()
                        .clearDataLocation()
                        .setRawData(ByteString.copyFrom(new byte[Math.multiplyExact(elements, bytes)]));
            }
        }
        return filled.build();
    }

    /**
     * Prints the evidence.
     *
     * @param args the directories of ONNX Runtime's libraries and of CUDA's
     */
    public static void main(String[] args) {
        CudaPlacementEvidence evidence = new CudaPlacementEvidence(new StandInCuda(Path.of(args[0]), Path.of(args[1])));
        for (ComputeType type : ComputeType.values()) {
            Golden.names().forEach(name -> evidence.compare(DeviceGraphs.ofCheckpoint(name, type)));
            evidence.compare(DeviceGraphs.ofObjectives("llama-tied", type));
            for (DropoutPlaces places : DropoutPlaces.values()) {
                evidence.compare(DeviceGraphs.ofUncertainty("phi3-4k", type, places));
            }
        }
        System.out.printf(
                "%d graphs, %d nodes: %d kept by the optimiser and placed as told, %d nodes of shapes on the processor,"
                        + " %d copies, %d differences%n",
                evidence.graphs,
                evidence.nodes,
                evidence.compared,
                evidence.onProcessor,
                evidence.copies,
                evidence.differences);
        System.exit(evidence.differences == 0 && evidence.copies == 0 ? 0 : 1);
    }
}
