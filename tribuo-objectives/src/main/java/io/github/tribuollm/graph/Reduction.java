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

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that fold axes away. */
final class Reduction {
    private Reduction() {}

    /** The sum over axes, which stay with size 1; the second input holds the axes. */
    record Sum(List<Integer> axes) implements Operator {
        @Override
        public String type() {
            return "ReduceSum";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("keepdims", 1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(reduced(inputs.get(0), axes));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            return Arrays.asList(gradient.expand(inputs.get(0).shape()), null);
        }
    }

    /** The sum over the last axis, which goes; the second input holds the axis. It has no gradient rule. */
    record LastSum() implements Operator {
        @Override
        public String type() {
            return "ReduceSum";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("keepdims", 0L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            TensorType x = inputs.get(0).type();
            return List.of(new TensorType(x.element(), x.shape().without(-1)));
        }
    }

    /** The mean over one axis, which stays with size 1; the second input holds the axis. */
    record Mean(int axis) implements Operator {
        @Override
        public String type() {
            return "ReduceMean";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("keepdims", 1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(reduced(inputs.get(0), List.of(axis)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor gradient) {
            Tensor x = inputs.get(0);
            Tensor size = x.graph().size(x.shape().dim(axis)).toFloat();
            return Arrays.asList(gradient.div(size).expand(x.shape()), null);
        }
    }

    /** The maximum over one axis, which stays with size 1; the second input holds the axis. */
    record Max(int axis) implements Operator {
        @Override
        public String type() {
            return "ReduceMax";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("keepdims", 1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(reduced(inputs.get(0), List.of(axis)));
        }
    }

    /** The minimum over one axis, which stays with size 1. */
    record Min(int axis) implements Operator {
        @Override
        public String type() {
            return "ReduceMin";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("keepdims", 1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(reduced(inputs.get(0), List.of(axis)));
        }
    }

    /** The index of the maximum over the last axis, which goes. */
    record ArgMax() implements Operator {
        @Override
        public String type() {
            return "ArgMax";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", -1L, "keepdims", 0L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(
                    new TensorType(ElementType.INT64, inputs.get(0).shape().without(-1)));
        }
    }

    /** The k largest elements of the last axis and their indices, ties by the lower index; the second input is k. */
    record TopK(Dim k) implements Operator {
        @Override
        public String type() {
            return "TopK";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", -1L, "largest", 1L, "sorted", 1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Shape top = inputs.get(0).shape().with(-1, k);
            return List.of(new TensorType(inputs.get(0).type().element(), top), new TensorType(ElementType.INT64, top));
        }
    }

    /** The sum over the last axis up to each element; the second input is that axis. */
    record CumulativeSum() implements Operator {
        @Override
        public String type() {
            return "CumSum";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            return List.of(inputs.get(0).type());
        }
    }

    private static TensorType reduced(Tensor x, List<Integer> axes) {
        Shape shape = x.shape();
        for (int axis : axes) {
            shape = shape.with(axis, Dim.ONE);
        }
        return new TensorType(x.type().element(), shape);
    }
}
