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
package io.github.tribuollm.llm.checkpoint;

import io.github.tribuollm.graph.Int4Matrix;
import java.nio.ByteBuffer;

/**
 * Consecutive rows as an {@link Int4Matrix} holds them: the blocks of a row, then those of the offsets, then those of what
 * rounding the offsets leaves.
 */
final class Int4Rows {
    private static final int SIZE = Int4Matrix.BLOCK;

    private final int from;
    private final int blocks;
    private final int all;
    private final float[] scales;
    private final byte[] numbers;

    private Int4Rows(int from, int count, int in) {
        this.from = from;
        this.blocks = in / SIZE;
        this.all = (int) Int4Matrix.allBlocks(blocks);
        this.scales = new float[count * all];
        this.numbers = new byte[count * all * SIZE / 2];
    }

    /**
     * Rounds rows.
     *
     * @param importance of the columns
     */
    static Int4Rows of(FloatRows floats, float[] importance) {
        Int4Rows rows = new Int4Rows(floats.from(), floats.count(), floats.in());
        for (int row = 0; row < floats.count(); row++) {
            rows.round(row, floats.values(), importance);
        }
        return rows;
    }

    /** The place of the first block among those of the matrix. */
    int firstBlock() {
        return from * all;
    }

    float[] scales() {
        return scales;
    }

    /** Two a byte. */
    byte[] numbers() {
        return numbers;
    }

    /** Numbers are the nearest on grids about the offsets as they are rounded. */
    private void round(int row, float[] weights, float[] importance) {
        Int4Block[] grids = new Int4Block[blocks];
        float[] offsets = new float[(all - blocks) / 2 * SIZE];
        int start = row * blocks * SIZE;
        for (int block = 0; block < blocks; block++) {
            grids[block] = Int4Block.nearest(weights, start + block * SIZE, importance, block * SIZE);
            offsets[block] = grids[block].offset();
        }
        float[] rounded = putRounded(row * all + blocks, offsets);
        float[] again = putRounded(row * all + (all + blocks) / 2, minus(offsets, rounded));
        for (int block = 0; block < blocks; block++) {
            put(row * all + block, grids[block].at(rounded[block] + again[block]), weights, start + block * SIZE);
        }
    }

    private static float[] minus(float[] offsets, float[] rounded) {
        float[] left = offsets.clone();
        for (int i = 0; i < left.length; i++) {
            left[i] -= rounded[i];
        }
        return left;
    }

    /** Puts offsets, or what is left of them, and gives them as they are then. */
    private float[] putRounded(int first, float[] offsets) {
        float[] rounded = new float[offsets.length];
        for (int start = 0; start < offsets.length; start += SIZE) {
            Int4Block grid = Int4Block.symmetric(offsets, start);
            put(first + start / SIZE, grid, offsets, start);
            for (int i = start; i < start + SIZE; i++) {
                rounded[i] = grid.weight(grid.number(offsets[i]));
            }
        }
        return rounded;
    }

    private void put(int place, Int4Block grid, float[] weights, int start) {
        scales[place] = grid.scale();
        for (int i = 0; i < SIZE; i += 2) {
            int even = grid.number(weights[start + i]);
            int odd = grid.number(weights[start + i + 1]);
            numbers[(place * SIZE + i) / 2] = (byte) (even | odd << 4);
        }
    }

    /**
     * The floats that a row stands for, [in].
     *
     * @param numbers of all rows
     * @param scales of all rows, little endian
     */
    static float[] floats(int in, int row, ByteBuffer numbers, ByteBuffer scales) {
        int blocks = in / SIZE;
        int all = (int) Int4Matrix.allBlocks(blocks);
        float[] columns = new float[all * SIZE];
        for (int i = 0; i < columns.length; i++) {
            long at = (long) row * columns.length + i;
            int pair = numbers.get((int) (at / 2));
            int q = (i % 2 == 0 ? pair : pair >> 4) & Int4Block.LARGEST;
            columns[i] = new Int4Block(scales.getFloat(Float.BYTES * (int) (at / SIZE)), 0).weight(q);
        }
        float[] values = new float[in];
        int left = (columns.length - in) / 2;
        for (int i = 0; i < in; i++) {
            values[i] = columns[i] + (columns[in + i / SIZE] + columns[in + left + i / SIZE]);
        }
        return values;
    }
}
