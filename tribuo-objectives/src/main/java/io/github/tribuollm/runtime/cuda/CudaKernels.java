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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The kernels of ONNX Runtime's CUDA provider for the operators that graphs may consist of, as measured from the pinned
 * version's library: {@code cuda-kernels.tsv}, whose head says how.
 */
final class CudaKernels {
    private static final String ANY = "any";
    private static final String MORE = "...";
    private static final CudaKernels PINNED = read("cuda-kernels.tsv");

    private final Map<String, List<Use>> uses;

    private CudaKernels(Map<String, List<Use>> uses) {
        this.uses = uses;
    }

    /** {@return the kernels of the version that this project is built with} */
    static CudaKernels pinned() {
        return PINNED;
    }

    /**
     * An operator's use on operands of given types.
     *
     * @param inputs the types of its inputs: "-" for an absent one, "any" for any, "..." after a last one that may
     *     occur several times
     * @param outputs the types of its outputs
     * @param hostInputs the inputs that the kernel reads in host memory
     * @param hostOutputs the outputs that it writes there
     * @param onCuda whether there is a kernel
     */
    record Use(
            List<String> inputs,
            List<String> outputs,
            Set<Integer> hostInputs,
            Set<Integer> hostOutputs,
            boolean onCuda) {
        private static Use of(String[] cells) {
            return new Use(
                    Arrays.asList(cells[1].split(" ")),
                    Arrays.asList(cells[2].split(" ")),
                    indices(cells[3]),
                    indices(cells[4]),
                    cells[5].equals("CUDA"));
        }

        private static Set<Integer> indices(String cell) {
            return cell.equals("-")
                    ? Set.of()
                    : Arrays.stream(cell.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
        }

        private boolean admits(List<String> inputTypes, List<String> outputTypes) {
            return fits(inputs, inputTypes) && fits(outputs.subList(0, common(outputTypes)), outputTypes);
        }

        /** Outputs that nobody asks for may be left out. */
        private int common(List<String> outputTypes) {
            return Math.min(outputs.size(), outputTypes.size());
        }

        private static boolean fits(List<String> allowed, List<String> types) {
            String last = allowed.get(allowed.size() - 1);
            boolean variadic = last.endsWith(MORE);
            int fixed = allowed.size() - (variadic ? 1 : 0);
            if (types.size() < fixed || !variadic && types.size() > fixed) {
                return false;
            }
            for (int i = 0; i < types.size(); i++) {
                String wanted = i < fixed ? allowed.get(i) : last.substring(0, last.length() - MORE.length());
                if (!wanted.equals(ANY) && !wanted.equals(types.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static CudaKernels read(String resource) {
        Map<String, List<Use>> uses = new HashMap<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(CudaKernels.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).skip(1).forEach(line -> {
                String[] cells = line.split("\t");
                uses.computeIfAbsent(cells[0], k -> new ArrayList<>()).add(Use.of(cells));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CudaKernels(Collections.unmodifiableMap(uses));
    }

    /**
     * What is known of a node.
     *
     * @param node the node
     * @param inputs the types of its inputs, "-" for an absent one
     * @param outputs the types of its outputs
     * @return the use; empty if nobody has measured it
     */
    Optional<Use> find(OnnxMl.NodeProto node, List<String> inputs, List<String> outputs) {
        return uses.getOrDefault(operator(node), List.of()).stream()
                .filter(use -> use.admits(inputs, outputs))
                .findFirst();
    }

    /**
     * The operands on which an operator does have a kernel.
     *
     * @param node a node of the operator
     * @return the types of the inputs, such as "(float, int64)"
     */
    Set<String> alternatives(OnnxMl.NodeProto node) {
        return uses.getOrDefault(operator(node), List.of()).stream()
                .filter(Use::onCuda)
                .map(use -> "(" + String.join(", ", use.inputs()) + ")")
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String operator(OnnxMl.NodeProto node) {
        return node.getDomain().isEmpty() ? node.getOpType() : node.getDomain() + "." + node.getOpType();
    }
}
