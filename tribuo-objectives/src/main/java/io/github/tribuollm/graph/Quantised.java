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

import java.util.List;

/** Operators on bytes: rounding of floats to them, and products of two matrices of them. They have no gradient rule. */
final class Quantised {
    private Quantised() {}

    /** round(x / scale) + zero point, cut off at 0 and 255; the inputs are x, the scale and the zero point. */
    record Quantise() implements Operator {
        @Override
        public String type() {
            return "QuantizeLinear";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs.subList(0, 2));
            return List.of(
                    new TensorType(inputs.get(2).type().element(), inputs.get(0).shape()));
        }
    }

    /**
     * (a - zero of a) (b - zero of b) scale of a * scale of b, summed as integers: the inputs are a, b, the scales, that
     * of b one or one for each column, and the zero points, that of b only where its bytes are unsigned.
     */
    record Product() implements Operator {
        @Override
        public String type() {
            return "MatMulIntegerToFloat";
        }

        @Override
        public String domain() {
            return Neural.CONTRIB;
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Shape a = inputs.get(0).shape();
            Shape b = inputs.get(1).shape();
            if (!inputs.get(0).type().element().isByte()
                    || !inputs.get(1).type().element().isByte()) {
                throw new IllegalArgumentException("needs matrices of bytes");
            }
            if (a.rank() != 2 || b.rank() != 2 || !a.dim(1).equals(b.dim(0))) {
                throw new IllegalArgumentException("needs matrices with one inner dimension");
            }
            return List.of(new TensorType(ElementType.FLOAT, Shape.of(a.dim(0), b.dim(1))));
        }
    }
}
