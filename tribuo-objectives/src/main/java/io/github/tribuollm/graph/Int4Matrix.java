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
 * A frozen matrix of numbers q from 0 to 15 in blocks of {@value #BLOCK} of a row, with a scale and an offset for each
 * block, W = scale (q - 8) + offset. A byte holds two numbers, that of the even column in its lower half.
 *
 * <p>Gradients are those of W, and so are products in sessions that share matrices: q becomes floats whenever rows or a
 * gradient pass, of one matrix at a time. Sessions that lay matrices out for themselves multiply numbers by numbers, which
 * takes a fraction of the time where rows are few: rows are then rounded for the first term, in blocks of as many, to 255
 * steps of the largest magnitude of each block. A row's result does not depend on the rows beside it.
 */
public final class Int4Matrix implements Matrix {
    /** The columns that share a scale; the number of columns must be a multiple. */
    public static final int BLOCK = 32;

    /** Follows a weight's name: q, two a byte, [out, in / 32, 16]. */
    public static final String NUMBERS = "#int4";

    /** Follows a weight's name: the scales of the blocks, float32 [out, in / 32]. */
    public static final String SCALES = "#int4_scales";

    /** Follows a weight's name: the offsets of the blocks, float32 [out, in / 32]. */
    public static final String OFFSETS = "#int4_offsets";

    private static final int ZERO = 8;

    private final Graph graph;
    private final Quantised.BlockProduct product;
    private final Tensor numbers;
    private final Tensor scales;
    private final Tensor offsets;

    /**
     * Declares the tensors of a matrix.
     *
     * @param graph the graph
     * @param name the weight's name
     * @param out the number of rows
     * @param in the number of columns, a multiple of {@value #BLOCK}
     * @throws GraphException if it is none
     */
    public Int4Matrix(Graph graph, String name, long out, long in) {
        ScaledBlocks.requireWhole(name, in, BLOCK);
        this.graph = graph;
        this.product = Quantised.BlockProduct.ofFourBits(out, in, BLOCK);
        this.numbers = graph.weight(name + NUMBERS, ElementType.UINT8, out, in / BLOCK, BLOCK / 2);
        this.scales = graph.weight(name + SCALES, out, in / BLOCK);
        this.offsets = graph.weight(name + OFFSETS, out, in / BLOCK);
    }

    @Override
    public Tensor product(Tensor x) {
        return scaled(x).addLinear(sums(x), offsets, 1);
    }

    /** The product with scale (q - 8). */
    private Tensor scaled(Tensor x) {
        return graph.custom(
                List.of(x),
                () -> graph.apply(product, List.of(x, numbers, scales)),
                dy -> List.of(Halves.after(dy, numbers, scales).times(dy)));
    }

    /** What {@link #scaled} multiplies, from floats: the columns of x in turns by those of scale (q - 8). */
    static Tensor floatProduct(Tensor x, Tensor numbers, Tensor scales) {
        Halves halves = Halves.after(x, numbers, scales);
        Dim half = halves.even.shape().dim(1);
        Tensor pairs = x.reshape(x.shape().dim(0), half, Dim.of(2));
        return column(pairs, 0).linear(halves.even).addLinear(column(pairs, 1), halves.odd, 1);
    }

    private static Tensor column(Tensor pairs, int index) {
        return pairs.slice(2, index, index + 1).reshape(pairs.shape().without(-1));
    }

    /** The sums of the blocks of rows, [N, blocks]. */
    private static Tensor sums(Tensor x) {
        Tensor blocks = blocks(x);
        return blocks.sum(-1).reshape(blocks.shape().without(-1));
    }

    /** Rows as blocks, [n, blocks, 32]. */
    private static Tensor blocks(Tensor rows) {
        return rows.reshape(rows.shape().dim(0), Dim.of(rows.shape().dim(1).factor() / BLOCK), Dim.of(BLOCK));
    }

    @Override
    public Tensor rows(Tensor indices) {
        return graph.untaped(() -> floats(
                numbers.gather(indices),
                ScaledBlocks.asColumns(scales.gather(indices)),
                ScaledBlocks.asColumns(offsets.gather(indices))));
    }

    @Override
    public Tensor floats(Tensor input) {
        return graph.untaped(() -> {
            Postponed postponed = Postponed.untilInput(input);
            return floats(
                    postponed.weight(numbers, numbers.shape()),
                    postponed.weight(scales, ScaledBlocks.columns(scales)),
                    postponed.weight(offsets, ScaledBlocks.columns(offsets)));
        });
    }

    /** Rows of W, [n, in]. */
    private static Tensor floats(Tensor bytes, Tensor scales, Tensor offsets) {
        Tensor scaled = Halves.of(bytes, scales).joined();
        return blocks(scaled).add(offsets).reshape(scaled.shape());
    }

    /** The even and the odd columns of scale (q - 8), as they are in the lower and the upper halves of bytes. */
    private record Halves(Tensor even, Tensor odd) {
        /** Of weights, when a matrix with a symbolic size is known and no earlier. */
        static Halves after(Tensor matrix, Tensor numbers, Tensor scales) {
            Postponed postponed = Postponed.until(matrix);
            return of(
                    postponed.weight(numbers, numbers.shape()), postponed.weight(scales, ScaledBlocks.columns(scales)));
        }

        /** Of bytes [n, blocks, 16] and scales [n, blocks, 1]. */
        static Halves of(Tensor bytes, Tensor scales) {
            Graph graph = bytes.graph();
            Tensor lower = graph.apply(new Quantised.BitAnd(), List.of(bytes, graph.unsignedByte(15)));
            Tensor upper = graph.apply(new Quantised.ShiftRight(), List.of(bytes, graph.unsignedByte(4)));
            return new Halves(floats(lower, scales), floats(upper, scales));
        }

        private static Tensor floats(Tensor numbers, Tensor scales) {
            return ScaledBlocks.floats(numbers, ZERO, scales, BLOCK / 2);
        }

        /** y times the rows, [N, in]. */
        Tensor times(Tensor y) {
            return joined(y.matmul(even), y.matmul(odd));
        }

        Tensor joined() {
            return joined(even, odd);
        }

        /** Columns in turns. */
        private static Tensor joined(Tensor even, Tensor odd) {
            Dim rows = even.shape().dim(0);
            Dim half = even.shape().dim(1);
            return even.reshape(rows, half, Dim.ONE)
                    .concat(2, odd.reshape(rows, half, Dim.ONE))
                    .reshape(rows, Dim.of(2 * half.factor()));
        }
    }
}
