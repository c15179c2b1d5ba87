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

/** Matrix products. */
final class LinearAlgebra {
    private LinearAlgebra() {}

    /** y = a b over the last two axes, the leading axes broadcast. */
    record MatMul() implements Operator {
        @Override
        public String type() {
            return "MatMul";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat(inputs);
            Shape a = inputs.get(0).shape();
            Shape b = inputs.get(1).shape();
            requireEqual(a.dim(-1), b.dim(-2));
            List<Dim> dims = new ArrayList<>(leading(a).broadcast(leading(b)).dims());
            dims.add(a.dim(-2));
            dims.add(b.dim(-1));
            return List.of(new TensorType(inputs.get(0).type().element(), new Shape(dims)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor dy) {
            Tensor a = inputs.get(0);
            Tensor b = inputs.get(1);
            return List.of(
                    dy.matmul(b.swapLastAxes()).sumTo(a.shape()),
                    a.swapLastAxes().matmul(dy).sumTo(b.shape()));
        }

        private static Shape leading(Shape shape) {
            return new Shape(shape.dims().subList(0, shape.rank() - 2));
        }
    }

    /** y = alpha a' b' + c on matrices, where a prime is an optional transposition. */
    record Gemm(boolean transA, boolean transB, float alpha) implements Operator {
        @Override
        public String type() {
            return "Gemm";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("transA", transA ? 1L : 0L, "transB", transB ? 1L : 0L, "alpha", alpha);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat(inputs);
            Shape a = inputs.get(0).shape();
            Shape b = inputs.get(1).shape();
            if (a.rank() != 2 || b.rank() != 2) {
                throw new IllegalArgumentException("needs matrices");
            }
            requireEqual(a.dim(transA ? 0 : 1), b.dim(transB ? 1 : 0));
            Shape y = Shape.of(a.dim(transA ? 1 : 0), b.dim(transB ? 0 : 1));
            if (inputs.size() == 3 && !y.broadcast(inputs.get(2).shape()).equals(y)) {
                throw new IllegalArgumentException("the addend does not broadcast to " + y);
            }
            return List.of(new TensorType(inputs.get(0).type().element(), y));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor dy) {
            Tensor a = inputs.get(0);
            Tensor b = inputs.get(1);
            Tensor da = transA ? b.gemm(dy, transB, true, alpha) : dy.gemm(b, false, !transB, alpha);
            Tensor db = transB ? dy.gemm(a, true, transA, alpha) : a.gemm(dy, !transA, false, alpha);
            return inputs.size() == 2
                    ? List.of(da, db)
                    : Arrays.asList(da, db, dy.sumTo(inputs.get(2).shape()));
        }
    }

    private static void requireEqual(Dim a, Dim b) {
        if (!a.equals(b)) {
            throw new IllegalArgumentException("inner dimensions " + a + " and " + b + " differ");
        }
    }
}
