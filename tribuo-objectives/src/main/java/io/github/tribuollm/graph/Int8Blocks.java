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
 * The numbers of an {@link Int8Matrix} for products of few rows that need no gradient: W H = scale w, and what W is
 * multiplied by is rotated alike. The kernel rounds it as it multiplies, blocks of {@value #BLOCK} numbers of a row to 255
 * steps of their largest magnitude, once: a product is one operator, where an {@link Int8Matrix} needs a dozen, which for
 * few rows take longer than their numbers. A row's result does not depend on the rows beside it.
 */
public final class Int8Blocks implements Matrix {
    /** The columns that are rounded together; the number of columns must be a multiple. */
    public static final int BLOCK = Hadamard.LARGEST;

    /** Follows a weight's name: w + 128, [out, in / {@value #BLOCK}, {@value #BLOCK}]. */
    public static final String NUMBERS = "#int8_blocks";

    /** Follows a weight's name: the scales of the rows of w, for each block again, float32 [out, in / {@value #BLOCK}]. */
    public static final String SCALES = "#int8_block_scales";

    private static final int ZERO = 128;

    private final Graph graph;
    private final Hadamard rotation;
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
    public Int8Blocks(Graph graph, String name, long out, long in) {
        ScaledBlocks.requireWhole(name, in, BLOCK);
        this.graph = graph;
        this.rotation = Hadamard.of(in);
        this.product = Quantised.BlockProduct.ofBytes(out, in, BLOCK);
        this.numbers = graph.weight(name + NUMBERS, ElementType.UINT8, out, in / BLOCK, BLOCK);
        this.scales = graph.weight(name + SCALES, out, in / BLOCK);
    }

    /** x W^T, without a gradient. */
    @Override
    public Tensor product(Tensor x) {
        Tensor rotated = rotation.shared(x);
        return graph.custom(List.of(rotated), () -> graph.apply(product, List.of(rotated, numbers, scales)), dy -> {
            throw new GraphException("products of few rows have no gradient");
        });
    }

    @Override
    public Tensor rows(Tensor indices) {
        return graph.untaped(() -> floats(numbers.gather(indices), ScaledBlocks.asColumns(scales.gather(indices))));
    }

    @Override
    public Tensor floats(Tensor input) {
        return graph.untaped(() -> {
            Postponed postponed = Postponed.untilInput(input);
            return floats(
                    postponed.weight(numbers, numbers.shape()), postponed.weight(scales, ScaledBlocks.columns(scales)));
        });
    }

    /** Rows of W, [n, in]. */
    private Tensor floats(Tensor bytes, Tensor scales) {
        return rotation.rotate(ScaledBlocks.floats(bytes, ZERO, scales, BLOCK));
    }
}
