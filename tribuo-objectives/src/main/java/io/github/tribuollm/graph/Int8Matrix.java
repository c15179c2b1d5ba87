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
import java.util.Optional;

/**
 * A frozen matrix of whole numbers from -127 to 127 with a scale for each row, W = scale w. Rows that it is multiplied by
 * are rounded to 255 steps of their largest magnitudes a, x = a q / 127. The products of q and w are summed as integers,
 * exactly and in any order, so that a row's result does not depend on the rows beside it, nor on which of a processor's
 * instructions sum (Dettmers et al., "LLM.int8()", Section 2.1, vector-wise quantisation).
 *
 * <p>A few columns of what enters a layer are far larger than the others, which would lose their digits to them. So what
 * the rounding leaves is rounded again, to 255 steps of half a step: x has about 16 bits, and two products. So has the
 * gradient: of a softmax most is far smaller than a step.
 *
 * <p>ONNX Runtime multiplies unsigned by signed or by unsigned bytes. Where w is held as unsigned bytes, they are w +
 * 128. A session holds w^T for products and w for gradients; it attaches only what its graph needs.
 */
public final class Int8Matrix implements Matrix {
    /** Follows a weight's name: w^T, [in, out]. */
    public static final String TRANSPOSED = "#int8_transposed";

    /** Follows a weight's name: w, [out, in]. */
    public static final String PLAIN = "#int8";

    /** Follows a weight's name: scales of the rows of w, float32 [out]. */
    public static final String SCALES = "#int8_scales";

    private static final float STEP = 1f / 127;
    private static final int ZERO = 128;

    private final Graph graph;
    private final Tensor transposed;
    private final Tensor plain;
    private final Tensor scales;

    /**
     * Declares the tensors of a matrix.
     *
     * @param graph the graph
     * @param name the weight's name
     * @param bytes how the whole numbers are held: {@link ElementType#INT8} or {@link ElementType#UINT8}
     * @param out the number of rows
     * @param in the number of columns
     */
    public Int8Matrix(Graph graph, String name, ElementType bytes, long out, long in) {
        this.graph = graph;
        this.transposed = graph.weight(name + TRANSPOSED, bytes, in, out);
        this.plain = graph.weight(name + PLAIN, bytes, out, in);
        this.scales = graph.weight(name + SCALES, out);
    }

    @Override
    public Tensor product(Tensor x) {
        return graph.custom(
                List.of(x),
                () -> product(x, transposed, scales),
                dy -> List.of(product(dy.mul(scales), plain, graph.constant(1f))));
    }

    /** The product of rows, rounded twice, with whole numbers. */
    private static Tensor product(Tensor x, Tensor b, Tensor scale) {
        Rounded rounded = Rounded.of(x);
        return rounded.product(b, scale).add(rounded.rest(x).product(b, scale)).mul(rounded.unit);
    }

    @Override
    public Tensor productPlus(Tensor x, Tensor addend) {
        return product(x).add(addend);
    }

    @Override
    public Tensor rows(Tensor indices) {
        return graph.untaped(() -> numbers(plain.gather(indices)).mul(column(scales.gather(indices))));
    }

    @Override
    public Tensor floats(Tensor input) {
        return graph.untaped(() -> numbers(plain.onEveryRun(input)).mul(column(scales)));
    }

    /** Whole numbers as floats. */
    private static Tensor numbers(Tensor bytes) {
        return bytes.type().element() == ElementType.INT8
                ? bytes.toFloat()
                : bytes.toFloat().add(-ZERO);
    }

    private static Tensor column(Tensor vector) {
        return vector.reshape(vector.shape().dim(0), Dim.ONE);
    }

    @Override
    public Matrix convertedFor(Tensor... states) {
        return this;
    }

    @Override
    public Optional<Tensor> trained() {
        return Optional.empty();
    }

    /** Rows x = unit step (q - 128). */
    private record Rounded(Tensor q, Tensor unit, float step) {
        /** Rows rounded to steps of their largest magnitudes. */
        static Rounded of(Tensor x) {
            Tensor largest = x.abs().max(-1).max(x.graph().constant(Float.MIN_NORMAL));
            return of(x.div(largest), largest, STEP);
        }

        private static Rounded of(Tensor x, Tensor unit, float step) {
            Graph graph = x.graph();
            Tensor q =
                    graph.apply(new Quantised.Quantise(), List.of(x, graph.constant(step), graph.unsignedByte(ZERO)));
            return new Rounded(q, unit, step);
        }

        /** What is left of rows, which is at most half a step. */
        Rounded rest(Tensor x) {
            Tensor left = x.div(unit).sub(numbers(q).mul(step));
            return of(left, unit, step * STEP / 2);
        }

        /** The product with scale (b - zero) in the rows' own units, [N, out]. */
        Tensor product(Tensor b, Tensor scale) {
            Graph graph = b.graph();
            Tensor zero = graph.unsignedByte(ZERO);
            boolean signed = b.type().element() == ElementType.INT8;
            Tensor a = graph.constant(step);
            return graph.apply(
                    new Quantised.Product(),
                    signed ? List.of(q, b, a, scale, zero) : List.of(q, b, a, scale, zero, zero));
        }
    }
}
