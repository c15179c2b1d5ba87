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
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** A part of a matrix [out, in] that is held as an {@link Int4Matrix}, and how it is read from a file of floats. */
enum Int4Part {
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
            target.put(blocks.first * Int4Matrix.BLOCK / 2, blocks.numbers);
        }
    };

    private final String suffix;

    Int4Part(String suffix) {
        this.suffix = suffix;
    }

    /** The part that the name of an attached tensor ends in. */
    static Optional<Int4Part> of(String name) {
        return Arrays.stream(values())
                .filter(part -> name.endsWith(part.suffix))
                .findFirst();
    }

    /** The name of the matrix, of the name of its part. */
    String matrix(String name) {
        return name.substring(0, name.length() - suffix.length());
    }

    /** The name of the part of a matrix. */
    String name(String matrix) {
        return matrix + suffix;
    }

    ElementType type() {
        return this == NUMBERS ? ElementType.UINT8 : ElementType.FLOAT;
    }

    long[] shape(long[] matrix) {
        return new long[] {matrix[0], matrix[1] / (this == NUMBERS ? 2 : Int4Matrix.BLOCK)};
    }

    /** The shape of a matrix, of that of its {@link #NUMBERS}. */
    long[] matrixShape(long[] numbers) {
        long[] shape = numbers.clone();
        shape[shape.length - 1] *= 2;
        return shape;
    }

    private long bytes(long[] matrix) {
        long[] shape = shape(matrix);
        return type().bytes() * shape[0] * shape[1];
    }

    /** The bytes of all parts, which lie one after the other. */
    static long together(long[] shape) {
        return Arrays.stream(values()).mapToLong(part -> part.bytes(shape)).sum();
    }

    /** Where this part begins among them. */
    long from(long[] shape) {
        return Arrays.stream(values())
                .limit(ordinal())
                .mapToLong(part -> part.bytes(shape))
                .sum();
    }

    abstract void put(Blocks blocks, ByteBuffer target);

    /** Reads all parts of a matrix; see {@link FloatRows#forEach}. */
    static void read(TensorFile file, String name, ByteBuffer target) {
        long[] shape = file.shape(name);
        FloatRows.forEach(file, name, rows -> {
            Blocks blocks = Blocks.of(rows);
            for (Int4Part part : values()) {
                part.put(blocks, target.slice((int) part.from(shape), (int) part.bytes(shape)));
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
            int at = row * in + i;
            int pair = numbers.get(at / 2);
            int q = (i % 2 == 0 ? pair : pair >> 4) & Int4Block.LARGEST;
            int block = Float.BYTES * (at / Int4Matrix.BLOCK);
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
