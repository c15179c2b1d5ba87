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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * In which order ONNX Runtime runs the nodes of a model, and how long it keeps their results: depth first from the
 * leaves, the last node first, as its default execution order does. A result is kept until its last use; a new shape is
 * no copy; an elementwise operator writes over an operand that nothing needs any more. A loop needs the most that a run
 * of its body does, and what the run takes and hands on.
 */
public final class Schedule {
    private static final Set<String> ALIASES = Set.of("Reshape", "Identity");
    private static final Set<String> IN_PLACE =
            Set.of("Add", "Sub", "Mul", "Div", "Exp", "Log", "Neg", "Sqrt", "Abs", "Sigmoid", "Tanh", "Relu");

    private final List<Node> steps;
    private final Set<Tensor> outputs;
    private final Map<String, ToLongFunction<ToLongFunction<Dim>>> derivedSizes;

    private Schedule(
            List<Node> steps, Set<Tensor> outputs, Map<String, ToLongFunction<ToLongFunction<Dim>>> derivedSizes) {
        this.steps = steps;
        this.outputs = outputs;
        this.derivedSizes = derivedSizes;
    }

    static Schedule of(
            List<Node> written,
            Collection<Tensor> outputs,
            Map<String, ToLongFunction<ToLongFunction<Dim>>> derivedSizes) {
        return new Schedule(depthFirst(written), Set.copyOf(outputs), derivedSizes);
    }

    private static List<Node> depthFirst(List<Node> written) {
        Map<Tensor, Integer> producers = new HashMap<>();
        for (int i = 0; i < written.size(); i++) {
            for (Tensor output : written.get(i).outputs()) {
                producers.put(output, i);
            }
        }
        List<TreeSet<Integer>> sources = new ArrayList<>();
        Set<Integer> consumed = new HashSet<>();
        for (Node node : written) {
            TreeSet<Integer> from = new TreeSet<>();
            node.operands().stream()
                    .map(producers::get)
                    .filter(Objects::nonNull)
                    .forEach(from::add);
            sources.add(from);
            consumed.addAll(from);
        }
        Deque<Integer> stack = new ArrayDeque<>();
        for (int i = 0; i < written.size(); i++) {
            if (!consumed.contains(i)) {
                stack.push(i);
            }
        }
        boolean[] visited = new boolean[written.size()];
        List<Node> order = new ArrayList<>();
        while (!stack.isEmpty()) {
            int top = stack.pop();
            if (top < 0) {
                order.add(written.get(~top));
            } else if (!visited[top]) {
                visited[top] = true;
                stack.push(~top);
                sources.get(top).stream().filter(i -> !visited[i]).forEach(stack::push);
            }
        }
        return order;
    }

    /**
     * A node at work.
     *
     * @param outputs the types of its results
     * @param largest the bytes of the largest of them
     * @param live the bytes of all results that exist while it runs, its own included; the model's outputs, which may
     *     be written into the caller's memory, are left out, and so are inputs and weights
     */
    public record Moment(List<TensorType> outputs, long largest, long live) {}

    /**
     * The memory of a run.
     *
     * @param sizes the size of each symbol that the inputs declare
     * @return one moment for each node, in the order in which they run
     * @throws GraphException if a symbol has no size
     */
    public List<Moment> moments(Map<String, Long> sizes) {
        ToLongFunction<Dim> size = new Sizes(sizes);
        Map<Tensor, Tensor> owners = owners();
        Map<Tensor, Integer> uses = new HashMap<>();
        steps.forEach(node -> operands(node, owners).forEach(t -> uses.merge(t, 1, Integer::sum)));
        outputs.forEach(t -> uses.merge(owners.getOrDefault(t, t), 1, Integer::sum));
        Map<Tensor, Tensor> inherited = new HashMap<>();
        List<Moment> moments = new ArrayList<>();
        long live = 0;
        for (Node node : steps) {
            List<Tensor> operands = operands(node, owners);
            for (Tensor output : node.outputs()) {
                if (owners.get(output) == output && !outputs.contains(output)) {
                    live += bytes(output, size);
                }
            }
            Tensor overwritten = overwritten(node, operands, uses, size);
            if (overwritten != null) {
                live -= bytes(overwritten, size);
                inherited.put(overwritten, overwritten);
            }
            moments.add(moment(node, live, sizes, size));
            for (Tensor operand : operands) {
                if (uses.merge(operand, -1, Integer::sum) == 0 && !inherited.containsKey(operand)) {
                    live -= bytes(operand, size);
                }
            }
            for (Tensor output : node.outputs()) {
                if (owners.get(output) == output && !uses.containsKey(output)) {
                    live -= bytes(output, size);
                }
            }
        }
        return Collections.unmodifiableList(moments);
    }

    private Moment moment(Node node, long live, Map<String, Long> sizes, ToLongFunction<Dim> size) {
        List<TensorType> types = node.outputs().stream().map(Tensor::type).toList();
        long largest =
                node.outputs().stream().mapToLong(t -> bytes(t, size)).max().orElse(0);
        if (node.body().isEmpty()) {
            return new Moment(types, largest, live);
        }
        Subgraph body = node.body().get();
        List<Moment> inside = of(body.nodes(), body.outputs(), derivedSizes).moments(sizes);
        long ends = Stream.concat(body.inputs().stream(), body.outputs().stream())
                .mapToLong(t -> bytes(t, size))
                .sum();
        return new Moment(
                types, Math.max(largest, most(inside, Moment::largest)), live + ends + most(inside, Moment::live));
    }

    private static long most(List<Moment> moments, ToLongFunction<Moment> bytes) {
        return moments.stream().mapToLong(bytes).max().orElse(0);
    }

    /**
     * The tensor whose memory each result occupies; results that are only inputs or weights under a new shape have
     * none.
     */
    private Map<Tensor, Tensor> owners() {
        Map<Tensor, Tensor> owners = new HashMap<>();
        for (Node node : steps) {
            boolean alias = ALIASES.contains(node.operator().type());
            for (Tensor output : node.outputs()) {
                Tensor owner = alias ? owners.get(node.inputs().get(0)) : output;
                if (owner != null) {
                    owners.put(output, owner);
                }
            }
        }
        return owners;
    }

    private static List<Tensor> operands(Node node, Map<Tensor, Tensor> owners) {
        return node.operands().stream()
                .map(owners::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private Tensor overwritten(Node node, List<Tensor> operands, Map<Tensor, Integer> uses, ToLongFunction<Dim> size) {
        if (!IN_PLACE.contains(node.operator().type())
                || outputs.contains(node.outputs().get(0))) {
            return null;
        }
        long bytes = bytes(node.outputs().get(0), size);
        return operands.stream()
                .filter(t -> uses.get(t) == 1 && bytes(t, size) == bytes)
                .findFirst()
                .orElse(null);
    }

    private static long bytes(Tensor tensor, ToLongFunction<Dim> size) {
        return size.applyAsLong(tensor.shape().elements())
                * tensor.type().element().bytes();
    }

    /** The sizes of dimensions. */
    private final class Sizes implements ToLongFunction<Dim> {
        private final Map<String, Long> known;

        Sizes(Map<String, Long> known) {
            this.known = new HashMap<>(known);
        }

        @Override
        public long applyAsLong(Dim dim) {
            return dim.symbols().stream().mapToLong(this::symbol).reduce(dim.factor(), (a, b) -> a * b);
        }

        private long symbol(String name) {
            Long value = known.get(name);
            if (value == null) {
                ToLongFunction<ToLongFunction<Dim>> derived = derivedSizes.get(name);
                if (derived == null) {
                    throw new GraphException("The symbol " + name + " has no size");
                }
                value = derived.applyAsLong(this);
                known.put(name, value);
            }
            return value;
        }
    }
}
