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
package io.github.tribuollm.runtime;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Int8Blocks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whether the processor multiplies numbers in blocks rightly, those of four bits of an {@link Int4Matrix} and the bytes of
 * {@link Int8Blocks}. ONNX Runtime has a kernel for each kind of processor; extreme values are multiplied once in a process,
 * by one row and by several, in all columns.
 */
public final class BlockProducts {
    /** An odd number of blocks, so that each of a kernel's groups of blocks has a rest. */
    private static final int BLOCKS = 5;

    private static final int OUT = 37;

    private BlockProducts() {}

    /** What this process has found of four bits. */
    private static final class FourBits {
        private static final boolean RIGHT = fourBits(0) && fourBits(15);
    }

    /** What it has found of bytes. */
    private static final class Bytes {
        private static final boolean RIGHT = bytes(0) && bytes(255);
    }

    /**
     * Requires that products with an {@link Int4Matrix} are right.
     *
     * @throws UnusableSurroundings if they are not
     */
    public static void require() {
        if (!FourBits.RIGHT) {
            throw new UnusableSurroundings(
                    "this processor multiplies numbers of four bits wrongly under ONNX Runtime " + Onnx.version()
                            + ", so that weights cannot be held as INT4; set storage to INT8, FLOAT32 or STORED",
                    null);
        }
    }

    /** {@return whether products with {@link Int8Blocks} are right} */
    public static boolean ofBytesAreRight() {
        return Bytes.RIGHT;
    }

    /**
     * Whether products of ones with one number everywhere, from 0 to 15, have the right sums. An offset is the sum of two
     * more such numbers.
     */
    static boolean fourBits(int number) {
        int in = BLOCKS * Int4Matrix.BLOCK;
        int blocks = OUT * (int) Int4Matrix.allBlocks(BLOCKS);
        return new ProductProbe(
                        graph -> new Int4Matrix(graph, "w", OUT, in),
                        new Everywhere(number | number << 4, blocks * Int4Matrix.BLOCK / 2, blocks),
                        ProductProbe.ones(in),
                        3 * (number - 8f))
                .isRight(GraphSession.Packing.OWN);
    }

    /** The same of numbers from 0 to 255. */
    static boolean bytes(int number) {
        return bytes(number, new Everywhere(number, OUT * BLOCKS * Int8Blocks.BLOCK, OUT * BLOCKS));
    }

    static boolean bytes(int number, WeightSource weights) {
        return new ProductProbe(
                        graph -> new Int8Blocks(graph, "w", OUT, BLOCKS * Int8Blocks.BLOCK),
                        weights,
                        rotatedToOnes(),
                        number - 128f)
                .isRight(GraphSession.Packing.OWN);
    }

    /** The rotation is its own inverse, and makes of ones in a block its first column alone. */
    private static float[] rotatedToOnes() {
        float[] row = new float[BLOCKS * Int8Blocks.BLOCK];
        for (int i = 0; i < row.length; i += Int8Blocks.BLOCK) {
            row[i] = (float) Math.sqrt(Int8Blocks.BLOCK);
        }
        return row;
    }

    /** A matrix whose bytes are one number, with scales of 1. */
    private record Everywhere(int number, int bytes, int blocks) implements WeightSource {
        @Override
        public ElementType type(String name) {
            return isNumbers(name) ? ElementType.UINT8 : ElementType.FLOAT;
        }

        private static boolean isNumbers(String name) {
            return name.endsWith(Int4Matrix.NUMBERS) || name.endsWith(Int8Blocks.NUMBERS);
        }

        @Override
        public Place place(String name) {
            ByteBuffer memory = ByteBuffer.allocateDirect(isNumbers(name) ? bytes : Float.BYTES * blocks)
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (memory.hasRemaining()) {
                if (isNumbers(name)) {
                    memory.put((byte) number);
                } else {
                    memory.putFloat(1);
                }
            }
            return new Memory(memory.flip());
        }
    }
}
