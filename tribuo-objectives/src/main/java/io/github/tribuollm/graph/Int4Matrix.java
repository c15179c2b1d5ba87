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
 * <p>The offsets of a row are such numbers too: they are rounded in blocks, what that leaves is rounded again, and both
 * follow the blocks of W as further columns, which multiply the sums of blocks. So x W^T is one product, that of
 * [x | sums | sums] and A^T, where A = scale (q - 8) has all columns.
 *
 * <p>Gradients are those of W, and so are products in sessions that share matrices: q becomes floats whenever rows or a
 * gradient pass, of one matrix at a time. Sessions that lay matrices out for themselves multiply numbers by numbers, which
 * takes a fraction of the time where rows are few: what A is multiplied by is then rounded, in blocks of as many, to 255
 * steps of the largest magnitude of each block. A row's result does not depend on the rows beside it.
 */
public final class Int4Matrix implements Matrix {
    /** The columns that share a scale; the number of columns must be a multiple. */
    public static final int BLOCK = 32;

    /** Follows a weight's name: q, two a byte, [out, {@link #allBlocks}, 16]. */
    public static final String NUMBERS = "#int4";

    /** Follows a weight's name: the scales, float32 [out, {@link #allBlocks}]. */
    public static final String SCALES = "#int4_scales";

    private static final int ZERO = 8;

    private final Graph graph;
    private final long blocks;
    private final Quantised.BlockProduct product;
    private final Tensor numbers;
    private final Tensor scales;

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
        this.blocks = in / BLOCK;
        long all = allBlocks(blocks);
        this.product = Quantised.BlockProduct.ofFourBits(out, BLOCK * all, BLOCK);
        this.numbers = graph.weight(name + NUMBERS, ElementType.UINT8, out, all, BLOCK / 2);
        this.scales = graph.weight(name + SCALES, out, all);
    }

    /**
     * The blocks of a row: first those of W, then those of their offsets, then those of what rounding offsets leaves. The
     * last block of either may end in numbers that stand for 0.
     *
     * @param blocks how many W has
     * @return how many A has
     */
    public static long allBlocks(long blocks) {
        return blocks + 2 * blocksFor(blocks);
    }

    /**
     * The inverse of {@link #allBlocks}.
     *
     * @param all how many A has
     * @return how many W has, if there is such a W
     */
    public static long blocks(long all) {
        return all - 2 * ((all + BLOCK + 1) / (BLOCK + 2));
    }

    private static long blocksFor(long offsets) {
        return (offsets + BLOCK - 1) / BLOCK;
    }

    @Override
    public Tensor product(Tensor x) {
        return graph.custom(
                List.of(x),
                () -> graph.apply(product, List.of(withSums(x), numbers, scales)),
                dy -> List.of(withOffsets(Halves.after(dy, numbers, scales).times(dy))));
    }

    /** [x | sums | sums]; layers with one input share it. */
    private Tensor withSums(Tensor x) {
        return graph.once(List.of(Int4Matrix.class, x), () -> {
                    Tensor sums = graph.apply(new Reduction.LastSum(), List.of(inBlocks(x), graph.integers(2)));
                    return List.of(blocks % BLOCK == 0 ? x.concat(1, sums, sums) : x.concat(1, sums.matmul(twice())));
                })
                .get(0);
    }

    /** The columns of W: those of A with the offsets of their blocks, which the last columns of A are. */
    private Tensor withOffsets(Tensor columns) {
        long in = BLOCK * blocks;
        Tensor scaled = inBlocks(columns.slice(1, 0, in));
        Tensor offsets = columns.slice(1, in, BLOCK * allBlocks(blocks)).matmul(twice().transpose(1, 0));
        return scaled.add(offsets.reshape(scaled.shape().dim(0), scaled.shape().dim(1), Dim.ONE))
                .reshape(columns.shape().dim(0), Dim.of(in));
    }

    /** Where the columns of A have the offsets of the blocks of W: [1 | 1], each with as many columns as whole blocks. */
    private Tensor twice() {
        return graph.constant(List.of(Int4Matrix.class, blocks), () -> {
            int rows = (int) blocks;
            int width = BLOCK * (int) blocksFor(blocks);
            float[] values = new float[rows * 2 * width];
            for (int i = 0; i < rows; i++) {
                values[i * 2 * width + i] = 1;
                values[i * 2 * width + width + i] = 1;
            }
            return graph.constant(values, rows, 2L * width);
        });
    }

    /** What {@link #product} multiplies, from floats: the columns of x in turns by those of A. */
    static Tensor floatProduct(Tensor x, Tensor numbers, Tensor scales) {
        Halves halves = Halves.after(x, numbers, scales);
        Dim half = halves.even.shape().dim(1);
        Tensor pairs = x.reshape(x.shape().dim(0), half, Dim.of(2));
        return column(pairs, 0).linear(halves.even).addLinear(column(pairs, 1), halves.odd, 1);
    }

    private static Tensor column(Tensor pairs, int index) {
        return pairs.slice(2, index, index + 1).reshape(pairs.shape().without(-1));
    }

    /** Rows as blocks, [n, blocks, 32]. */
    private static Tensor inBlocks(Tensor rows) {
        return rows.reshape(rows.shape().dim(0), Dim.of(rows.shape().dim(1).factor() / BLOCK), Dim.of(BLOCK));
    }

    @Override
    public Tensor rows(Tensor indices) {
        return graph.untaped(
                () -> withOffsets(Halves.of(numbers.gather(indices), ScaledBlocks.asColumns(scales.gather(indices)))
                        .joined()));
    }

    @Override
    public Tensor floats(Tensor input) {
        return graph.untaped(() -> withOffsets(
                Halves.of(Postponed.untilInput(input), numbers, scales).joined()));
    }

    /** The even and the odd columns of A, as they are in the lower and the upper halves of bytes. */
    private record Halves(Tensor even, Tensor odd) {
        /** When a matrix with a symbolic size is known and no earlier. */
        static Halves after(Tensor matrix, Tensor numbers, Tensor scales) {
            return of(Postponed.until(matrix), numbers, scales);
        }

        static Halves of(Postponed postponed, Tensor numbers, Tensor scales) {
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

        /** y times the rows, [N, columns]. */
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
