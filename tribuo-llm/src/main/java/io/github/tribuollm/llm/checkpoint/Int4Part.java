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

/** A part of a matrix [out, in] that is held as an {@link Int4Matrix}, and how it is read from a file of floats. */
enum Int4Part implements NamedPart {
    /** The scales, float32 [out, all blocks]. */
    SCALES(Int4Matrix.SCALES) {
        @Override
        void put(Int4Rows rows, ByteBuffer target) {
            target.slice(Float.BYTES * rows.firstBlock(), Float.BYTES * rows.scales().length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(rows.scales());
        }
    },
    /** The numbers, two a byte: [out, 16 * all blocks]. */
    NUMBERS(Int4Matrix.NUMBERS) {
        @Override
        void put(Int4Rows rows, ByteBuffer target) {
            target.put(rows.firstBlock() * PAIRS, rows.numbers());
        }
    };

    /** The bytes of the numbers of a block. */
    private static final int PAIRS = Int4Matrix.BLOCK / 2;

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
        long blocks = Int4Matrix.allBlocks(matrix[1] / Int4Matrix.BLOCK);
        return new long[] {matrix[0], this == NUMBERS ? Math.multiplyExact(PAIRS, blocks) : blocks};
    }

    /** The shape of a matrix, of that of its {@link #NUMBERS}; another one if no matrix has it. */
    static long[] matrixShape(long[] numbers) {
        long[] shape = numbers.clone();
        if (shape.length == 2) {
            shape[1] = Int4Matrix.BLOCK * Int4Matrix.blocks(shape[1] / PAIRS);
        }
        return shape;
    }

    abstract void put(Int4Rows rows, ByteBuffer target);

    /**
     * Reads all parts of a matrix; see {@link FloatRows#forEach}.
     *
     * @param importance of its columns
     */
    static void read(TensorFile file, String name, float[] importance, Map<String, ByteBuffer> targets) {
        FloatRows.forEach(file, name, floats -> {
            Int4Rows rows = Int4Rows.of(floats, importance);
            for (Int4Part part : values()) {
                part.put(rows, targets.get(part.name(name)));
            }
        });
    }
}
