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
import io.github.tribuollm.graph.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures {@code cuda-kernels.tsv}: opens models of one operator each, in every combination of element types, in
 * sessions of the CUDA provider. Whatever feeds the operator and whatever consumes it lies on the device, so a copy
 * before or a consumer on the host shows that the kernel keeps that operand in host memory.
 */
public final class CudaKernelMeasurement {
    private static final long OPSET = 23;
    private static final String CONTRIB = "com.microsoft";

    /**
     * The element types that a letter of a signature stands for; one letter is one type throughout the signature. A is
     * any type, with the same answer for all of them.
     */
    private static final Map<Character, List<ElementType>> CLASSES = Map.of(
            'A', List.of(ElementType.values()),
            'T', List.of(ElementType.values()),
            'U', List.of(ElementType.values()),
            'F', List.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.BFLOAT16),
            'G', List.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.BFLOAT16),
            'N', List.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.BFLOAT16, ElementType.INT64),
            'I', List.of(ElementType.INT64),
            'B', List.of(ElementType.BOOL),
            'S', List.of(ElementType.FLOAT));

    private static final String SIGNATURES = """
            Abs N > N
            Add N N > N
            And B B > B
            ArgMax N > I
            ArgMin N > I
            Cast T > U
            Ceil F > F
            Clip N N N > N
            Concat T T... > T
            ConstantOfShape I > S
            CumSum N I > N
            Div N N > N
            Dropout F S B > F B
            Equal T T > B
            Erf F > F
            Exp F > F
            Expand T I > T
            Floor F > F
            Gather T I > T
            GatherElements T I > T
            GatherND T I > T
            Gelu F > F
            Gemm F F > F
            Gemm F F F > F
            Greater N N > B
            GreaterOrEqual N N > B
            Identity T > T
            IsInf F > B
            IsNaN F > B
            LayerNormalization F F > F S S
            LayerNormalization F F F > F S S
            Less N N > B
            LessOrEqual N N > B
            Log F > F
            LogSoftmax F > F
            Loop I - A... > A...
            MatMul N N > N
            Max N N... > N
            Mean F F... > F
            Min N N... > N
            Mod N N > N
            Mul N N > N
            Neg N > N
            NonZero T > I
            Not B > B
            OneHot I I T > T
            Or B B > B
            Pad T I > T
            Pad T I T > T
            Pad T I T I > T
            Pad T I - I > T
            Pow F F > F
            Range N N N > N
            Reciprocal F > F
            ReduceL2 F I > F
            ReduceLogSumExp F I > F
            ReduceMax N I > N
            ReduceMean N I > N
            ReduceMin N I > N
            ReduceProd N I > N
            ReduceSum N > N
            ReduceSum N I > N
            ReduceSumSquare N I > N
            Relu F > F
            Reshape T I > T
            RMSNormalization F F > F
            RotaryEmbedding F F F > F
            RotaryEmbedding F F F I > F
            Round F > F
            ScatterElements T I T > T
            ScatterND T I T > T
            Shape T > I
            Sigmoid F > F
            Sign N > N
            SimplifiedLayerNormalization F G > G
            SimplifiedLayerNormalization F G > G S
            Sin F > F
            Cos F > F
            Size T > I
            Slice T I I > T
            Slice T I I I > T
            Slice T I I I I > T
            Softmax F > F
            Softplus F > F
            Split T I > T T...
            Sqrt F > F
            Squeeze T > T
            Squeeze T I > T
            Sub N N > N
            Sum F F... > F
            Tanh F > F
            Tile T I > T
            TopK N I > N I
            Transpose T > T
            Trilu T I > T
            Unsqueeze T I > T
            Where B T T > T
            Xor B B > B
            com.microsoft.BiasGelu F F > F
            com.microsoft.BiasSoftmax F F > F
            com.microsoft.FastGelu F > F
            com.microsoft.FastGelu F F > F
            com.microsoft.FusedMatMul F F > F
            com.microsoft.Gelu F > F
            com.microsoft.QuickGelu F > F
            com.microsoft.SkipSimplifiedLayerNormalization F F F > F
            com.microsoft.SkipSimplifiedLayerNormalization F F F > F - S F
            """;

    private static final String HEAD = """
            # Kernels of ONNX Runtime's CUDA provider, for the operators that graphs consist of or that the runtime makes of
            # them. An absent operand is "-"; what "..." follows may be repeated. CUDA: there is a kernel, or the runtime expands
            # the operator into others that have one; CPU: the node falls back to the processor; none: it cannot run at all.
            # made by test-resources/gpu/kernels
            # of ONNX Runtime %s
            # for %s: libonnxruntime_providers_cuda.so with SHA-256 %s
            # opset %d
            operator\tinputs\toutputs\tinputs in host memory\toutputs in host memory\tkernel""";

    private CudaKernelMeasurement() {}

    /** An operator at work on operands of given types; an absent operand is null. */
    private record Use(
            String domain, String operator, List<ElementType> inputs, List<ElementType> outputs, String signature) {
        String name() {
            return signature + " | " + inputs + outputs;
        }

        OnnxMl.ModelProto model() {
            OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("one");
            OnnxMl.NodeProto.Builder node = OnnxMl.NodeProto.newBuilder()
                    .setName("node")
                    .setOpType(operator)
                    .setDomain(domain)
                    .addAllAttribute(attributes());
            OnnxMl.GraphProto.Builder after = OnnxMl.GraphProto.newBuilder();
            for (int i = 0; i < inputs.size(); i++) {
                if (inputs.get(i) != null) {
                    graph.addInput(value("fed" + i, inputs.get(i))).addNode(identity("fed" + i, "in" + i));
                }
                node.addInput(inputs.get(i) == null ? "" : "in" + i);
            }
            for (int i = 0; i < outputs.size(); i++) {
                if (outputs.get(i) != null) {
                    graph.addOutput(value("got" + i, outputs.get(i)));
                    after.addNode(identity("out" + i, "got" + i));
                }
                node.addOutput(outputs.get(i) == null ? "" : "out" + i);
            }
            graph.addNode(node).addAllNode(after.getNodeList());
            return OnnxMl.ModelProto.newBuilder()
                    .setIrVersion(10)
                    .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
                    .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder()
                            .setDomain(CONTRIB)
                            .setVersion(1))
                    .setGraph(graph)
                    .build();
        }

        private List<OnnxMl.AttributeProto> attributes() {
            return switch (operator) {
                case "Cast" -> List.of(integer("to", code(outputs.get(0))));
                case "Loop" -> List.of(body());
                case "Concat" -> List.of(integer("axis", 0));
                case "BiasSoftmax" -> List.of(integer("axis", 1), integer("is_inner_broadcast", 1));
                case "ScatterElements" ->
                    List.of(OnnxMl.AttributeProto.newBuilder()
                            .setName("reduction")
                            .setType(OnnxMl.AttributeProto.AttributeType.STRING)
                            .setS(com.google.protobuf.ByteString.copyFromUtf8("add"))
                            .build());
                case "SimplifiedLayerNormalization", "LayerNormalization" -> List.of(integer("axis", -1));
                default -> List.of();
            };
        }

        /** A loop's body that hands on what it is given. */
        private OnnxMl.AttributeProto body() {
            return OnnxMl.AttributeProto.newBuilder()
                    .setName("body")
                    .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                    .setG(OnnxMl.GraphProto.newBuilder()
                            .setName("body")
                            .addInput(value("run", ElementType.INT64))
                            .addInput(value("condition", ElementType.BOOL))
                            .addInput(value("state", outputs.get(0)))
                            .addNode(identity("condition", "next condition"))
                            .addNode(identity("state", "next state"))
                            .addOutput(value("next condition", ElementType.BOOL))
                            .addOutput(value("next state", outputs.get(0))))
                    .build();
        }

        private static OnnxMl.AttributeProto integer(String name, long value) {
            return OnnxMl.AttributeProto.newBuilder()
                    .setName(name)
                    .setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .setI(value)
                    .build();
        }

        private static OnnxMl.NodeProto identity(String from, String to) {
            return OnnxMl.NodeProto.newBuilder()
                    .setName("to " + to)
                    .setOpType("Identity")
                    .addInput(from)
                    .addOutput(to)
                    .build();
        }

        private static OnnxMl.ValueInfoProto value(String name, ElementType type) {
            return OnnxMl.ValueInfoProto.newBuilder()
                    .setName(name)
                    .setType(OnnxMl.TypeProto.newBuilder()
                            .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(code(type))))
                    .build();
        }

        private static int code(ElementType type) {
            return OnnxMl.TensorProto.DataType.valueOf(type.name()).getNumber();
        }
    }

    /**
     * Writes the table to standard output.
     *
     * @param args the directories of ONNX Runtime's libraries and of CUDA's, and which CUDA it is
     * @throws IOException if the library cannot be read
     */
    public static void main(String[] args) throws IOException {
        StandInCuda cuda = new StandInCuda(Path.of(args[0]), Path.of(args[1]));
        Map<String, Use> uses = SIGNATURES
                .lines()
                .flatMap(line -> uses(line).stream())
                .collect(Collectors.toMap(Use::name, use -> use, (a, b) -> a, LinkedHashMap::new));
        Map<String, OnnxMl.ModelProto> models = new LinkedHashMap<>();
        uses.forEach((name, use) -> models.put(name, use.model()));
        System.out.println(HEAD.formatted(Onnx.version(), args[2], digest(cuda.provider()), OPSET));
        cuda.open(models, false).entrySet().stream()
                .map(answer -> row(uses.get(answer.getKey()), answer.getValue()))
                .distinct()
                .forEach(System.out::println);
    }

    private static List<Use> uses(String line) {
        List<Use> uses = new ArrayList<>();
        assign(line, "", Map.of(), uses);
        return uses;
    }

    private static void assign(String signature, String letters, Map<Character, ElementType> types, List<Use> uses) {
        String parameters = signature.substring(signature.indexOf(' '));
        for (char letter : parameters.toCharArray()) {
            if (CLASSES.containsKey(letter) && !types.containsKey(letter)) {
                for (ElementType type : CLASSES.get(letter)) {
                    Map<Character, ElementType> more = new LinkedHashMap<>(types);
                    more.put(letter, type);
                    assign(signature, letters + letter, more, uses);
                }
                return;
            }
        }
        String operator = signature.substring(0, signature.indexOf(' '));
        int dot = operator.lastIndexOf('.');
        String[] sides = parameters.split(">");
        uses.add(new Use(
                dot < 0 ? "" : operator.substring(0, dot),
                operator.substring(dot + 1),
                operands(sides[0], types),
                operands(sides[1], types),
                signature));
    }

    private static List<ElementType> operands(String side, Map<Character, ElementType> types) {
        List<ElementType> operands = new ArrayList<>();
        for (String operand : side.trim().split(" ")) {
            operands.add(types.get(operand.charAt(0)));
        }
        return operands;
    }

    private static String row(Use use, StandInCuda.Answer answer) {
        if (answer.failure() != null) {
            System.err.println(use.name() + ": " + answer.failure());
        }
        boolean cuda = answer.onCuda("node");
        String hostInputs = cuda ? indices(use.inputs(), i -> answer.copied().contains("in" + i)) : "-";
        String hostOutputs = cuda ? indices(use.outputs(), i -> !answer.onCuda("to got" + i)) : "-";
        return String.join(
                "\t",
                (use.domain().isEmpty() ? "" : use.domain() + ".") + use.operator(),
                types(use.inputs(), use.signature().split(">")[0]),
                types(use.outputs(), use.signature().split(">")[1]),
                hostInputs,
                hostOutputs,
                cuda ? "CUDA" : answer.failure() == null ? "CPU" : "none");
    }

    private static String indices(List<ElementType> operands, java.util.function.IntPredicate onHost) {
        String indices = IntStream.range(0, operands.size())
                .filter(i -> operands.get(i) != null && onHost.test(i))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        return indices.isEmpty() ? "-" : indices;
    }

    private static String types(List<ElementType> operands, String side) {
        List<String> letters = List.of(side.trim().split(" "));
        return IntStream.range(0, operands.size())
                .mapToObj(i -> type(operands.get(i), letters.get(i + letters.size() - operands.size())))
                .collect(Collectors.joining(" "));
    }

    private static String type(ElementType type, String letter) {
        String more = letter.endsWith("...") ? "..." : "";
        return (type == null
                        ? "-"
                        : letter.startsWith("A") ? "any" : type.name().toLowerCase(Locale.ROOT))
                + more;
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
