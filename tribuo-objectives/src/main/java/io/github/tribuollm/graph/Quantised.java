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
import java.util.Map;

/** Operators on bytes: rounding of floats to them and back, their bits, and products. They have no gradient rule. */
final class Quantised {
    private Quantised() {}

    /**
     * round(x / scale) + zero point, cut off at the ends of its type; the inputs are x [N, columns], the scales [N, 1] and
     * the zero points [N, 1]. A row is one block: ONNX Runtime's threads share blocks, but not the elements of an axis with
     * scales.
     */
    record Quantise(long columns) implements Operator {
        @Override
        public String type() {
            return "QuantizeLinear";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", 1L, "block_size", columns);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs.subList(0, 2));
            return List.of(
                    new TensorType(inputs.get(2).type().element(), inputs.get(0).shape()));
        }
    }

    /**
     * (a - zero of a) (b - zero of b) scale of a * scale of b, summed as integers: the inputs are a, b, the scales and the
     * zero points, those of b one or one for each column.
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
            inputs.subList(0, 2).forEach(Quantised::requireBytes);
            if (a.rank() != 2 || b.rank() != 2 || !a.dim(1).equals(b.dim(0))) {
                throw new IllegalArgumentException("needs matrices with one inner dimension");
            }
            return List.of(new TensorType(ElementType.FLOAT, Shape.of(a.dim(0), b.dim(1))));
        }
    }

    /**
     * (q - zero point) scale; the inputs are bytes q, the scale and the zero point, one for all or one for each element
     * of the first axis.
     */
    record Dequantise() implements Operator {
        @Override
        public String type() {
            return "DequantizeLinear";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", 0L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            requireBytes(inputs.get(0));
            return List.of(
                    new TensorType(inputs.get(1).type().element(), inputs.get(0).shape()));
        }
    }

    /** Those bits of bytes that another byte has too. */
    record BitAnd() implements Operator {
        @Override
        public String type() {
            return "BitwiseAnd";
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            inputs.forEach(Quantised::requireBytes);
            return List.of(inputs.get(0).type());
        }
    }

    /** Bytes without as many of their lowest bits as another byte says. */
    record ShiftRight() implements Operator {
        @Override
        public String type() {
            return "BitShift";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("direction", "RIGHT");
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            inputs.forEach(Quantised::requireBytes);
            return List.of(inputs.get(0).type());
        }
    }

    /**
     * x W^T where W [out, in] = scale (q - zero), zero the middle of the numbers that q can be: the inputs are x [N, in], q
     * [out, blocks, bytes of a block], two numbers of four bits a byte, and the scales [out, blocks]. The kernel rounds
     * blocks of x to 255 steps of their largest magnitude and multiplies whole numbers.
     *
     * @param bits 4 or 8
     */
    record BlockProduct(long out, long in, long block, long bits) implements Operator {
        /** Of numbers from 0 to 15. */
        static BlockProduct ofFourBits(long out, long in, long block) {
            return new BlockProduct(out, in, block, 4);
        }

        /** Of numbers from 0 to 255. */
        static BlockProduct ofBytes(long out, long in, long block) {
            return new BlockProduct(out, in, block, 8);
        }

        @Override
        public String type() {
            return "MatMulNBits";
        }

        @Override
        public String domain() {
            return Neural.CONTRIB;
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("N", out, "K", in, "bits", bits, "block_size", block, "accuracy_level", 4L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Elementwise.requireFloat32(List.of(x, inputs.get(2)));
            requireBytes(inputs.get(1));
            if (x.shape().rank() != 2
                    || !x.shape().dim(1).equals(Dim.of(in))
                    || !inputs.get(1).shape().equals(Shape.of(out, in / block, block * bits / 8))
                    || !inputs.get(2).shape().equals(Shape.of(out, in / block))) {
                throw new IllegalArgumentException("needs rows of " + in + " numbers, and " + out + " rows of blocks");
            }
            return List.of(new TensorType(ElementType.FLOAT, Shape.of(x.shape().dim(0), Dim.of(out))));
        }
    }

    private static void requireBytes(Tensor tensor) {
        if (!tensor.type().element().isByte()) {
            throw new IllegalArgumentException("needs bytes");
        }
    }
}
