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

/**
 * A frozen matrix of whole numbers w from -127 to 127 with a scale for each row, whose rows are rotated:
 * W H = scale w, with the blocks of {@link Hadamard}. What it is multiplied by is rotated alike and rounded, row by row,
 * to 255 steps of its largest magnitude, and what that leaves is rounded again, to 255 steps of half a step: x H has about
 * 16 bits, and x W^T = (x H) (W H)^T. The rotation spreads the few columns of W that are larger than the others, which
 * would cost those their digits. Whole numbers are summed exactly and in any order, so that a row's product does not
 * depend on the rows beside it, nor on which of a processor's instructions sum (Dettmers et al., "LLM.int8()",
 * Section 2.1, vector-wise quantisation). In a training x H is rounded once, but for queries, keys and values.
 *
 * <p>The gradient r of a row, with the scales multiplied into it, is rounded once in layers that are trained. Most of that of
 * a softmax is far smaller than a step and of one sign, so that what rounding takes adds up along the mean row of w: outside
 * of those layers r is rounded twice, and r w is r (w - z) + (sum of r) z with z next to that mean. Two roundings pass
 * through one product, as two rows, so that w is read once.
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

    /** Of a row's largest magnitude. */
    private static final float STEP = 1f / 127;

    /** What the first rounding leaves is at most half a step. */
    private static final float SECOND_STEP = STEP * STEP / 2;

    private static final int ZERO = 128;

    /** Below this, what is rounded counts as 0. */
    private static final float SMALLEST = 1e-30f;

    private final Graph graph;
    private final Hadamard rotation;
    private final Tensor transposed;
    private final Tensor plain;
    private final Tensor scales;
    private final Role role;

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
        this.rotation = Hadamard.of(in);
        this.transposed = graph.weight(name + TRANSPOSED, bytes, in, out);
        this.plain = graph.weight(name + PLAIN, bytes, out, in);
        this.scales = graph.weight(name + SCALES, out);
        this.role = Role.MEASURING;
    }

    private Int8Matrix(Int8Matrix same, Role role) {
        this.graph = same.graph;
        this.rotation = same.rotation;
        this.transposed = same.transposed;
        this.plain = same.plain;
        this.scales = same.scales;
        this.role = role;
    }

    @Override
    public Matrix as(Role other) {
        return new Int8Matrix(this, other);
    }

    @Override
    public Tensor product(Tensor x) {
        Tensor rotated = rotation.shared(x);
        return graph.custom(
                List.of(rotated),
                () -> rounded(rotated).product(transposed, scales, zero(transposed)),
                dy -> List.of(gradient(dy.mul(scales))));
    }

    /** Layers with one input share what is made of it. */
    private Rounded rounded(Tensor rotated) {
        Rounding rounding = switch (role) {
            case MEASURING, TRAINED_QUERIES -> Rounding.TWICE;
            case TRAINED, TRAINED_LOGITS -> Rounding.ONCE;
        };
        List<Tensor> known = graph.once(
                List.of(rounding, rotated), () -> rounding.of(rotated).tensors());
        return new Rounded(known.get(0), known.get(1));
    }

    private Tensor gradient(Tensor r) {
        return switch (role) {
            case TRAINED_QUERIES, TRAINED -> Rounding.ONCE.of(r).product(plain, graph.constant(1f), zero(plain));
            case MEASURING, TRAINED_LOGITS -> centredProduct(r);
        };
    }

    private Tensor centredProduct(Tensor r) {
        Tensor z = graph.once(List.of(Int8Matrix.class, plain), () -> List.of(meanRow()))
                .get(0);
        return Rounding.TWICE
                .of(r)
                .product(plain, graph.constant(1f), z)
                .add(RowSums.sum(r).mul(numbers(z)));
    }

    /** The nearest to the mean row of w, held as w is, [in]. */
    private Tensor meanRow() {
        Dim out = plain.shape().dim(0);
        Dim in = plain.shape().dim(1);
        Tensor ones = graph.unsignedByte(1).expand(Shape.of(Dim.ONE, out));
        Tensor mean = graph.apply(
                new Quantised.Product(),
                List.of(
                        ones,
                        plain,
                        graph.constant(1f),
                        graph.constant(1f / out.factor()),
                        graph.unsignedByte(0),
                        zero(plain)));
        Tensor step = graph.constant(1f).reshape(Dim.ONE, Dim.ONE);
        return bytes(mean, step, zero(plain)).reshape(in);
    }

    @Override
    public Tensor rows(Tensor indices) {
        return graph.untaped(
                () -> rotation.rotate(numbers(plain.gather(indices)).mul(column(scales.gather(indices)))));
    }

    @Override
    public Tensor floats(Tensor input) {
        return graph.untaped(() -> rotation.rotate(
                numbers(Postponed.untilInput(input).matrix(plain)).mul(column(scales))));
    }

    /** Whole numbers as floats. */
    private static Tensor numbers(Tensor bytes) {
        return bytes.type().element() == ElementType.INT8
                ? bytes.toFloat()
                : bytes.toFloat().add(-ZERO);
    }

    /** The byte that stands for 0 among those of a tensor. */
    private static Tensor zero(Tensor bytes) {
        ElementType type = bytes.type().element();
        return bytes.graph().wholeByte(type, type == ElementType.INT8 ? 0 : ZERO);
    }

    /** Rows x [N, columns] in steps [N, 1], as bytes of the type of a zero. */
    private static Tensor bytes(Tensor x, Tensor steps, Tensor zero) {
        long columns = x.shape().dim(1).factor();
        return x.graph().apply(new Quantised.Quantise(columns), List.of(x, steps, zero.expand(steps.shape())));
    }

    private static Tensor column(Tensor vector) {
        return vector.reshape(vector.shape().dim(0), Dim.ONE);
    }

    /** How rows x [N, in] become whole numbers. */
    private enum Rounding {
        /** x = step (q - 128). */
        ONCE {
            @Override
            Rounded of(Tensor x) {
                Tensor step = largest(x).mul(STEP);
                return new Rounded(bytes(x, step), step);
            }
        },
        /** x = first step (q - 128) + second step (q' - 128), each row as two. */
        TWICE {
            @Override
            Rounded of(Tensor x) {
                Tensor largest = largest(x);
                Tensor step = largest.mul(STEP);
                Tensor first = bytes(x, step);
                Tensor second = bytes(x.sub(floats(first, step)), largest.mul(SECOND_STEP));
                Tensor steps = largest.mul(x.graph().constant(new float[] {STEP, SECOND_STEP}, 1, 2));
                return new Rounded(
                        first.concat(1, second)
                                .reshape(rows(x).times(2), x.shape().dim(1)),
                        steps);
            }
        };

        abstract Rounded of(Tensor x);

        private static Dim rows(Tensor x) {
            return x.shape().dim(0);
        }

        /** The largest magnitude of each row, [N, 1]. */
        private static Tensor largest(Tensor x) {
            return x.max(-1).max(x.min(-1).neg()).max(x.graph().constant(SMALLEST));
        }

        private static Tensor bytes(Tensor x, Tensor steps) {
            return Int8Matrix.bytes(x, steps, x.graph().unsignedByte(ZERO));
        }

        private static Tensor floats(Tensor bytes, Tensor column) {
            Tensor steps = column.reshape(rows(column));
            Tensor zeros = zero(bytes).expand(steps.shape());
            return bytes.graph().apply(new Quantised.Dequantise(), List.of(bytes, steps, zeros));
        }
    }

    /**
     * Rows as whole numbers.
     *
     * @param q [N times, in]
     * @param steps [N, times]
     */
    private record Rounded(Tensor q, Tensor steps) {
        List<Tensor> tensors() {
            return List.of(q, steps);
        }

        /** The product with scale (b - zero), [N, out]; zero is one for all, or one for each column. */
        Tensor product(Tensor b, Tensor scale, Tensor zero) {
            Graph graph = b.graph();
            Tensor products = graph.apply(
                    new Quantised.Product(), List.of(q, b, graph.constant(1f), scale, graph.unsignedByte(ZERO), zero));
            Dim rows = steps.shape().dim(0);
            Dim times = steps.shape().dim(1);
            Dim out = b.shape().dim(1);
            return times.equals(Dim.ONE)
                    ? products.mul(steps)
                    : steps.reshape(rows, Dim.ONE, times)
                            .matmul(products.reshape(rows, times, out))
                            .reshape(rows, out);
        }
    }
}
