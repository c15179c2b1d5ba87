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
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.Int8Matrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A part of a matrix [out, in] that is held as an {@link Int8Matrix}, and how it is read from a file of floats. */
enum Int8Part implements NamedPart {
    /** The scales, float32 [out]. */
    SCALES(Int8Matrix.SCALES) {
        @Override
        void put(Int8Rows rows, long out, ByteBuffer target) {
            target.slice(Float.BYTES * rows.from(), Float.BYTES * rows.count())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(rows.scales());
        }
    },
    /** The whole numbers, transposed: [in, out]. */
    TRANSPOSED(Int8Matrix.TRANSPOSED) {
        @Override
        void put(Int8Rows rows, long out, ByteBuffer target) {
            for (int k = 0; k < rows.in(); k++) {
                byte[] column = new byte[rows.count()];
                for (int i = 0; i < column.length; i++) {
                    column[i] = rows.numbers()[i * rows.in() + k];
                }
                target.put((int) (k * out) + rows.from(), column);
            }
        }
    },
    /** The whole numbers, [out, in]. */
    PLAIN(Int8Matrix.PLAIN) {
        @Override
        void put(Int8Rows rows, long out, ByteBuffer target) {
            target.put(rows.from() * rows.in(), rows.numbers());
        }
    },
    /** The scales of the rows for each block again, float32 [out, blocks]. */
    BLOCK_SCALES(Int8Blocks.SCALES) {
        @Override
        void put(Int8Rows rows, long out, ByteBuffer target) {
            int width = Float.BYTES * rows.in() / Int8Blocks.BLOCK;
            repeat(FloatBuffer.wrap(rows.scales()), target.slice(rows.from() * width, rows.count() * width));
        }

        @Override
        void copy(ByteBuffer written, ByteBuffer target) {
            repeat(written.asFloatBuffer(), target);
        }

        private void repeat(FloatBuffer scales, ByteBuffer target) {
            FloatBuffer repeated = target.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            int blocks = repeated.remaining() / scales.remaining();
            while (scales.hasRemaining()) {
                float scale = scales.get();
                for (int block = 0; block < blocks; block++) {
                    repeated.put(scale);
                }
            }
        }
    },
    /** The whole numbers as unsigned bytes, [out, blocks, columns of a block]. */
    BLOCKS(Int8Blocks.NUMBERS) {
        @Override
        void put(Int8Rows rows, long out, ByteBuffer target) {
            PLAIN.put(rows, out, target);
        }
    };

    /** Those that a file of rounded matrices holds, and that the others can be made of. */
    static final List<Int8Part> WRITTEN = List.of(SCALES, TRANSPOSED, PLAIN);

    /** Those that every product of few rows needs, first what has whole words. */
    private static final List<Int8Part> OF_BLOCKS = List.of(BLOCK_SCALES, BLOCKS);

    private static final int PIECE = 1 << 16;

    private static final int LARGEST = 127;

    private final String suffix;

    Int8Part(String suffix) {
        this.suffix = suffix;
    }

    /** The part that the name of an attached tensor ends in. */
    static Optional<Int8Part> of(String name) {
        return NamedPart.of(values(), name);
    }

    @Override
    public String suffix() {
        return suffix;
    }

    /** The part of which a file of rounded matrices has the numbers. */
    Int8Part written() {
        return switch (this) {
            case SCALES, BLOCK_SCALES -> SCALES;
            case TRANSPOSED -> TRANSPOSED;
            case PLAIN, BLOCKS -> PLAIN;
        };
    }

    boolean isOfBlocks() {
        return OF_BLOCKS.contains(this);
    }

    /** Those that are read together with it. */
    List<Int8Part> together() {
        return isOfBlocks() ? OF_BLOCKS : List.of(this);
    }

    /** The type of whole numbers that go with this part, where those outside of blocks are held as some bytes. */
    ElementType numbers(ElementType bytes) {
        return isOfBlocks() ? ElementType.UINT8 : bytes;
    }

    /** Its own type. */
    ElementType type(ElementType bytes) {
        return written() == SCALES ? ElementType.FLOAT : numbers(bytes);
    }

    long[] shape(long[] matrix) {
        return switch (this) {
            case SCALES -> new long[] {matrix[0]};
            case TRANSPOSED -> new long[] {matrix[1], matrix[0]};
            case PLAIN -> matrix.clone();
            case BLOCK_SCALES -> new long[] {matrix[0], matrix[1] / Int8Blocks.BLOCK};
            case BLOCKS -> new long[] {matrix[0], matrix[1] / Int8Blocks.BLOCK, Int8Blocks.BLOCK};
        };
    }

    /** Makes it of the numbers that a file has, whose bytes are signed, where it has others. */
    void copy(ByteBuffer written, ByteBuffer target) {
        int bytes = written.limit();
        IntStream.range(0, (int) ((bytes + PIECE - 1L) / PIECE)).parallel().forEach(piece -> {
            int from = piece * PIECE;
            byte[] numbers = new byte[Math.min(PIECE, bytes - from)];
            written.get(from, numbers);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] += LARGEST + 1;
            }
            target.put(from, numbers);
        });
    }

    abstract void put(Int8Rows rows, long out, ByteBuffer target);

    /** Reads parts of a matrix in one pass; see {@link FloatRows#forEach}. */
    static void read(
            TensorFile file, String name, float[] importance, ElementType numbers, Map<String, ByteBuffer> targets) {
        long out = file.shape(name)[0];
        List<Int8Part> parts = Arrays.stream(values())
                .filter(part -> targets.containsKey(part.name(name)))
                .toList();
        ErrorFeedback rounding = ErrorFeedback.of(importance);
        FloatRows.forEach(file, name, floats -> {
            Int8Rows rows = Int8Rows.of(floats, rounding, numbers);
            parts.forEach(part -> part.put(rows, out, targets.get(part.name(name))));
        });
    }
}
