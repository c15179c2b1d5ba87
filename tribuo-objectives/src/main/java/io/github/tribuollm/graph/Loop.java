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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Nodes that run several times, one run after the other; see {@link Graph#loop}. */
public final class Loop {
    private Loop() {}

    /**
     * A value that each run takes from the one before.
     *
     * @param initial what the first run takes
     * @param shape its shape in every run, and when the loop has ended
     */
    public record Carried(Tensor initial, Shape shape) {
        /**
         * A value whose shape stays.
         *
         * @param initial what the first run takes
         * @return the carried value
         */
        public static Carried of(Tensor initial) {
            return new Carried(initial, initial.shape());
        }

        /**
         * A value that changes its size along one axis from run to run.
         *
         * @param initial what the first run takes
         * @param axis the axis
         * @param most the largest size that it comes to, for the prediction of memory
         * @return the carried value, whose size along the axis is a new symbol
         */
        public static Carried resized(Tensor initial, int axis, Dim most) {
            Dim size = initial.graph().unknownSize("carried", most);
            return new Carried(initial, initial.shape().with(axis, size));
        }

        /** Whether a run may hand on a value of a type. */
        boolean admits(TensorType type) {
            boolean fits =
                    type.element() == initial.type().element() && type.shape().rank() == shape.rank();
            for (int axis = 0; fits && axis < shape.rank(); axis++) {
                boolean stays = shape.dim(axis).equals(initial.shape().dim(axis));
                fits = !stays || type.shape().dim(axis).equals(shape.dim(axis));
            }
            return fits;
        }

        TensorType type() {
            return new TensorType(initial.type().element(), shape);
        }
    }

    /**
     * What a run gives, or a whole loop.
     *
     * @param carried the carried values: for the next run, or as the last run left them
     * @param stacked further results: of one run, or of all of them along a new first axis
     */
    public record Values(List<Tensor> carried, List<Tensor> stacked) {}

    /** What is repeated. */
    @FunctionalInterface
    public interface Body {
        /**
         * Appends the nodes of a run.
         *
         * @param row the run's row of the table, each column as an int64 vector of length 1
         * @param carried the carried values before the run
         * @return the carried values after it, and results that are stacked
         */
        Values run(List<Tensor> row, List<Tensor> carried);
    }

    /**
     * The ONNX operator; the inputs are the number of runs, no condition, the table and the initial carried values. The
     * body's are the run's number, the condition, the table and the carried values.
     */
    record Repetition(Subgraph body, List<TensorType> results) implements Operator {
        @Override
        public String type() {
            return "Loop";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return results;
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            throw new GraphException(
                    "A loop has no gradient rule; take gradients inside its body, and carry their sums");
        }
    }

    static Values append(Graph graph, String name, Tensor table, List<Carried> state, Body body) {
        Tensor runs = graph.untaped(() -> graph.size(table.shape().dim(0)).reshape(Shape.SCALAR));
        Tensor index = graph.given(name + ".index", runs.type());
        Tensor condition = graph.given(name + ".condition", new TensorType(ElementType.BOOL, Shape.SCALAR));
        Tensor rows = graph.given(name + ".table", table.type());
        List<Tensor> carried = IntStream.range(0, state.size())
                .mapToObj(i -> graph.given(name + ".carried." + i, state.get(i).type()))
                .toList();
        Subgraph repeated = graph.subgraph(joined(Stream.of(List.of(index, condition, rows), carried)), () -> {
            Tensor zero = zero(table);
            Values values = body.run(row(rows, index, zero), carried);
            requireTypes(name, state, values.carried());
            List<Tensor> next = List.of(graph.untaped(() -> rows.add(zero)));
            List<Tensor> results = joined(Stream.of(next, values.carried(), values.stacked()));
            return joined(Stream.of(List.of(condition), ownAndDistinct(results)));
        });
        List<TensorType> types = new ArrayList<>(List.of(table.type()));
        state.forEach(value -> types.add(value.type()));
        repeated.outputs().stream()
                .skip(2 + state.size())
                .forEach(value -> types.add(stacked(table.shape().dim(0), value.type())));
        List<Tensor> arguments = new ArrayList<>(Arrays.asList(runs, null, table));
        state.forEach(value -> arguments.add(value.initial()));
        List<Tensor> ends = graph.append(name, new Repetition(repeated, types), arguments);
        int stacks = 1 + state.size();
        return new Values(List.copyOf(ends.subList(1, stacks)), List.copyOf(ends.subList(stacks, ends.size())));
    }

    /**
     * 0 in a form that keeps the integers added to it in the memory of the processor: on a device, ONNX Runtime
     * computes there what depends on results of Shape and on a body's own inputs only, and all else on the device. For
     * the same reason the table is carried from run to run.
     */
    private static Tensor zero(Tensor table) {
        Graph graph = table.graph();
        return graph.untaped(
                () -> graph.apply(new Layout.Size(0), List.of(table)).mul(graph.integers(0)));
    }

    private static List<Tensor> row(Tensor table, Tensor index, Tensor zero) {
        return table.graph().untaped(() -> {
            Tensor row = table.gather(index.add(zero.reshape(Shape.SCALAR)));
            return IntStream.range(0, (int) row.shape().dim(0).factor())
                    .mapToObj(i -> row.slice(0, i, i + 1))
                    .toList();
        });
    }

    private static List<Tensor> joined(Stream<List<Tensor>> parts) {
        return parts.flatMap(List::stream).toList();
    }

    /** ONNX wants each result of a body to be computed in it, and only once. */
    private static List<Tensor> ownAndDistinct(List<Tensor> results) {
        Set<Tensor> distinct = new LinkedHashSet<>();
        for (Tensor result : results) {
            boolean fits = result.graph().computesHere(result) && !distinct.contains(result);
            distinct.add(fits ? result : result.stopGradient());
        }
        return List.copyOf(distinct);
    }

    private static TensorType stacked(Dim runs, TensorType type) {
        List<Dim> dims = new ArrayList<>(List.of(runs));
        dims.addAll(type.shape().dims());
        return new TensorType(type.element(), new Shape(dims));
    }

    private static void requireTypes(String name, List<Carried> state, List<Tensor> next) {
        if (next.size() != state.size()) {
            throw new GraphException(
                    name + " carries " + state.size() + " values, but its body hands on " + next.size());
        }
        for (int i = 0; i < next.size(); i++) {
            if (!state.get(i).admits(next.get(i).type())) {
                throw new GraphException(name + " carries " + state.get(i).type() + " as its value " + i
                        + ", but its body hands on " + next.get(i));
            }
        }
    }
}
