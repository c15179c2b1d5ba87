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

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Int4Matrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A part of a matrix [out, in] that is held as an {@link Int4Matrix}, and how it is read from a file of floats. */
enum Int4Part implements NamedPart {
    /** The scales, float32 [out, in / 32]. */
    SCALES(Int4Matrix.SCALES) {
        @Override
        void put(Blocks blocks, ByteBuffer target) {
            blocks.put(blocks.scales, target);
        }
    },
    /** The offsets, float32 [out, in / 32]. */
    OFFSETS(Int4Matrix.OFFSETS) {
        @Override
        void put(Blocks blocks, ByteBuffer target) {
            blocks.put(blocks.offsets, target);
        }
    },
    /** The numbers, two a byte: [out, in / 2]. */
    NUMBERS(Int4Matrix.NUMBERS) {
        @Override
        void put(Blocks blocks, ByteBuffer target) {
            target.put(blocks.first * (Int4Matrix.BLOCK / 2), blocks.numbers);
        }
    };

    private final String suffix;

    Int4Part(String suffix) {
        this.suffix = suffix;
    }

    /** The part that the name of an attached tensor ends in. */
    static Optional<Int4Part> of(String name) {
        return NamedPart.of(values(), name);
    }

    @Override
    public String suffix() {
        return suffix;
    }

    ElementType type() {
        return this == NUMBERS ? ElementType.UINT8 : ElementType.FLOAT;
    }

    long[] shape(long[] matrix) {
        return new long[] {matrix[0], matrix[1] / (this == NUMBERS ? 2 : Int4Matrix.BLOCK)};
    }

    /** The shape of a matrix, of that of its {@link #NUMBERS}; the same if no matrix has it. */
    long[] matrixShape(long[] numbers) {
        long[] shape = numbers.clone();
        if (shape.length == 2) {
            shape[1] *= 2;
        }
        return shape;
    }

    abstract void put(Blocks blocks, ByteBuffer target);

    /** Reads all parts of a matrix; see {@link FloatRows#forEach}. */
    static void read(TensorFile file, String name, Map<String, ByteBuffer> targets) {
        FloatRows.forEach(file, name, rows -> {
            Blocks blocks = Blocks.of(rows);
            for (Int4Part part : values()) {
                part.put(blocks, targets.get(part.name(name)));
            }
        });
    }

    /** The floats that a row stands for: scale (q - 8) + offset. */
    static float[] row(int in, int row, Function<Int4Part, ByteBuffer> parts) {
        ByteBuffer numbers = parts.apply(NUMBERS);
        ByteBuffer scales = parts.apply(SCALES);
        ByteBuffer offsets = parts.apply(OFFSETS);
        float[] values = new float[in];
        for (int i = 0; i < in; i++) {
            long at = (long) row * in + i;
            int pair = numbers.get((int) (at / 2));
            int q = (i % 2 == 0 ? pair : pair >> 4) & Int4Block.LARGEST;
            int block = Float.BYTES * (int) (at / Int4Matrix.BLOCK);
            values[i] = scales.getFloat(block) * (q - Int4Block.ZERO) + offsets.getFloat(block);
        }
        return values;
    }

    /** Consecutive blocks of consecutive rows. */
    private static final class Blocks {
        private static final int SIZE = Int4Matrix.BLOCK;

        private final int first;
        private final float[] scales;
        private final float[] offsets;
        private final byte[] numbers;

        private Blocks(int first, int count) {
            this.first = first;
            this.scales = new float[count];
            this.offsets = new float[count];
            this.numbers = new byte[count * SIZE / 2];
        }

        static Blocks of(FloatRows rows) {
            int count = rows.values().length / SIZE;
            Blocks blocks = new Blocks(rows.from() * (rows.in() / SIZE), count);
            for (int block = 0; block < count; block++) {
                blocks.put(block, Int4Block.nearest(rows.values(), block * SIZE));
            }
            return blocks;
        }

        private void put(int block, Int4Block rounded) {
            scales[block] = rounded.scale();
            offsets[block] = rounded.offset();
            for (int i = 0; i < SIZE; i += 2) {
                numbers[(block * SIZE + i) / 2] = (byte) (rounded.numbers()[i] | rounded.numbers()[i + 1] << 4);
            }
        }

        void put(float[] values, ByteBuffer target) {
            target.slice(Float.BYTES * first, Float.BYTES * values.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(values);
        }
    }
}
