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
import java.util.List;
import java.util.Map;

/** Operators that move elements without changing them. */
final class Layout {
    private Layout() {}

    /** The same elements in row-major order under another shape; the second input holds its sizes. */
    record Reshape(Shape shape) implements Operator {
        @Override
        public String type() {
            return "Reshape";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            if (!x.shape().elements().equals(shape.elements())) {
                throw new IllegalArgumentException("cannot become " + shape + ": "
                        + x.shape().elements() + " elements against " + shape.elements());
            }
            return List.of(new TensorType(x.type().element(), shape));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList(gradient.reshape(inputs.get(0).shape()), null);
        }
    }

    /** The tensor itself, its symbolic sizes under other names; the second input holds the sizes. */
    record Renamed(Shape shape) implements Operator {
        @Override
        public String type() {
            return "Reshape";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Shape known = inputs.get(0).shape();
            for (int axis = 0; axis < shape.rank(); axis++) {
                boolean differ = known.rank() != shape.rank()
                        || known.dim(axis).isConstant()
                                && shape.dim(axis).isConstant()
                                && !known.dim(axis).equals(shape.dim(axis));
                if (differ) {
                    throw new IllegalArgumentException("cannot have the sizes " + shape);
                }
            }
            return List.of(new TensorType(inputs.get(0).type().element(), shape));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList(gradient.renamed(inputs.get(0).shape()), null);
        }
    }

    /** Axes in another order: axis i of the output is axis permutation[i] of the input. */
    record Transpose(List<Integer> permutation) implements Operator {
        @Override
        public String type() {
            return "Transpose";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of(
                    "perm", permutation.stream().mapToLong(Integer::longValue).toArray());
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            if (permutation.stream().sorted().toList().size() != x.shape().rank()) {
                throw new IllegalArgumentException("permutation " + permutation + " of another rank");
            }
            return List.of(new TensorType(
                    x.type().element(),
                    new Shape(permutation.stream().map(x.shape()::dim).toList())));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            int[] inverse = new int[permutation.size()];
            for (int i = 0; i < inverse.length; i++) {
                inverse[permutation.get(i)] = i;
            }
            return List.of(gradient.transpose(inverse));
        }
    }

    /** Tensors one after the other along an axis. */
    record Concat(int axis) implements Operator {
        @Override
        public String type() {
            return "Concat";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", (long) axis);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor first = inputs.get(0);
            for (Tensor other : inputs) {
                if (!other.shape().with(axis, Dim.ONE).equals(first.shape().with(axis, Dim.ONE))
                        || other.type().element() != first.type().element()) {
                    throw new IllegalArgumentException("inputs differ in more than axis " + axis);
                }
            }
            return List.of(new TensorType(first.type().element(), first.shape().with(axis, sum(inputs))));
        }

        private Dim sum(List<Tensor> inputs) {
            List<Dim> parts = inputs.stream().map(t -> t.shape().dim(axis)).toList();
            if (parts.stream().allMatch(Dim::isConstant)) {
                return Dim.of(parts.stream().mapToLong(Dim::factor).sum());
            }
            return inputs.get(0)
                    .graph()
                    .derivedSize(
                            "("
                                    + String.join(
                                            "+",
                                            parts.stream().map(Dim::toString).toList()) + ")",
                            size -> parts.stream().mapToLong(size).sum());
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            List<Tensor> parts = new ArrayList<>();
            Graph graph = gradient.graph();
            Tensor start = graph.integers(0);
            for (Tensor input : inputs) {
                Tensor end = start.add(graph.size(input.shape().dim(axis)));
                parts.add(gradient.slice(axis, start, end, input.shape().dim(axis)));
                start = end;
            }
            return parts;
        }
    }

    /** Consecutive parts of one axis; the second input holds their sizes. */
    record Split(int axis, long[] sizes) implements Operator {
        @Override
        public String type() {
            return "Split";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", (long) axis);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            if (!x.shape().dim(axis).equals(Dim.of(Arrays.stream(sizes).sum()))) {
                throw new IllegalArgumentException(
                        "parts of sizes " + Arrays.toString(sizes) + " do not make up the axis");
            }
            return Arrays.stream(sizes)
                    .mapToObj(
                            size -> new TensorType(x.type().element(), x.shape().with(axis, Dim.of(size))))
                    .toList();
        }
    }

    /** Elements start to end (exclusive) of one axis; the inputs are x, start, end and axis as int64 vectors. */
    record Slice(int axis, Dim size) implements Operator {
        @Override
        public String type() {
            return "Slice";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            return List.of(new TensorType(x.type().element(), x.shape().with(axis, size)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            Tensor x = inputs.get(0);
            Graph graph = x.graph();
            Tensor before = inputs.get(1);
            Tensor after = graph.size(x.shape().dim(axis)).sub(before).sub(graph.size(size));
            Tensor pads = graph.apply(new Concat(0), List.of(before, after));
            return Arrays.asList(
                    graph.apply(new Pad(x.shape()), Arrays.asList(gradient, pads, null, graph.integers(axis))),
                    null,
                    null,
                    null);
        }
    }

    /** Zeros before and after along one axis. */
    record Pad(Shape shape) implements Operator {
        @Override
        public String type() {
            return "Pad";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(new TensorType(inputs.get(0).type().element(), shape));
        }
    }

    /**
     * Slices of axis 0 picked by index: y[i] = x[index[i]].
     *
     * @param distinct whether no index occurs twice, which makes the backward pass faster
     */
    record Gather(boolean distinct) implements Operator {
        @Override
        public String type() {
            return "Gather";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Tensor index = inputs.get(1);
            if (index.type().element() != ElementType.INT64) {
                throw new IllegalArgumentException("indices must be int64");
            }
            List<Dim> dims = new ArrayList<>(index.shape().dims());
            dims.addAll(x.shape().dims().subList(1, x.shape().rank()));
            return List.of(new TensorType(x.type().element(), new Shape(dims)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            Shape shape = inputs.get(0).shape();
            Tensor index = inputs.get(1);
            return Arrays.asList(distinct ? gradient.scatter(index, shape) : gradient.scatterSum(index, shape), null);
        }
    }

    /** data[index[i]] = update[i] on axis 0, no index twice; the inputs are data, index [..., 1] and update. */
    record Scatter() implements Operator {
        @Override
        public String type() {
            return "ScatterND";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(inputs.get(0).type());
        }
    }

    /**
     * data[index[i, j], j] += update[i, j] on axis 0, data[i, index[i, j]] on axis 1; the inputs are data, index and
     * update. ScatterND could add whole slices, but ONNX Runtime runs it on several threads that lose each other's sums
     * where an index occurs twice.
     */
    record ScatterSum(int axis) implements Operator {
        @Override
        public String type() {
            return "ScatterElements";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", (long) axis, "reduction", "add");
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(inputs.get(0).type());
        }
    }

    /** y[i, j] = x[i, index[i, j]] along the last axis. */
    record GatherElements() implements Operator {
        @Override
        public String type() {
            return "GatherElements";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", -1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Tensor index = inputs.get(1);
            if (index.type().element() != ElementType.INT64
                    || !x.shape().without(-1).equals(index.shape().without(-1))) {
                throw new IllegalArgumentException("indices must be int64 and differ from x in the last axis only");
            }
            return List.of(new TensorType(x.type().element(), index.shape()));
        }
    }

    /** The tensor repeated along axes of size 1; the second input holds the sizes. */
    record Expand(Shape shape) implements Operator {
        @Override
        public String type() {
            return "Expand";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            if (!x.shape().broadcast(shape).equals(shape)) {
                throw new IllegalArgumentException("does not expand to " + shape);
            }
            return List.of(new TensorType(x.type().element(), shape));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList(gradient.sumTo(inputs.get(0).shape()), null);
        }
    }

    /** The size of one axis, as an int64 vector of length 1. */
    record Size(int axis) implements Operator {
        @Override
        public String type() {
            return "Shape";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("start", (long) axis, "end", axis + 1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(new TensorType(ElementType.INT64, Shape.of(1)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList((Tensor) null);
        }
    }

    /** All sizes, as an int64 vector. */
    record Sizes() implements Operator {
        @Override
        public String type() {
            return "Shape";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(new TensorType(
                    ElementType.INT64, Shape.of(inputs.get(0).shape().rank())));
        }
    }

    /** The indices of the true elements of a vector, [1, count]. */
    record NonZero(Dim count) implements Operator {
        @Override
        public String type() {
            return "NonZero";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            if (inputs.get(0).shape().rank() != 1) {
                throw new IllegalArgumentException("needs a vector");
            }
            return List.of(new TensorType(ElementType.INT64, Shape.of(Dim.ONE, count)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList((Tensor) null);
        }
    }

    /** 0, 1, ..., n-1; the inputs are the int64 scalars 0, n and 1. */
    record Range(Dim size) implements Operator {
        @Override
        public String type() {
            return "Range";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(new TensorType(ElementType.INT64, Shape.of(size)));
        }
    }
}
