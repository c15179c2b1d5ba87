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

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Prints a hash of each graph that was kept in a folder, which is the same for the same nodes in the same order. */
final class GraphHashes {
    private GraphHashes() {}

    /**
     * Prints for each file its SHA-256 and its number of nodes, in the order of the hashes.
     *
     * @param args a folder of ONNX files
     * @throws IOException if the folder cannot be read
     */
    public static void main(String[] args) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            files.map(GraphHashes::line).distinct().sorted().forEach(System.out::println);
        }
    }

    private static String line(Path file) {
        try {
            ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
            GraphProto graph = ordered(model.getGraph());
            return sha256(model.toBuilder().setGraph(graph).build()) + " " + graph.getNodeCount();
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** The graph with the attributes of each node in the order of their names, which ONNX leaves open. */
    private static GraphProto ordered(GraphProto graph) {
        List<NodeProto> nodes =
                graph.getNodeList().stream().map(GraphHashes::ordered).toList();
        return graph.toBuilder().clearNode().addAllNode(nodes).build();
    }

    private static NodeProto ordered(NodeProto node) {
        List<AttributeProto> attributes = node.getAttributeList().stream()
                .sorted(Comparator.comparing(AttributeProto::getName))
                .map(GraphHashes::ordered)
                .toList();
        return node.toBuilder().clearAttribute().addAllAttribute(attributes).build();
    }

    private static AttributeProto ordered(AttributeProto attribute) {
        return attribute.hasG()
                ? attribute.toBuilder().setG(ordered(attribute.getG())).build()
                : attribute;
    }

    private static String sha256(ModelProto model) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
