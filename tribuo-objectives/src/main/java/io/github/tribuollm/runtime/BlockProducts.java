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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whether the processor multiplies numbers of four bits rightly. ONNX Runtime has a kernel for each kind of processor;
 * extreme values are multiplied once in a process, by one row and by several.
 */
public final class BlockProducts {
    /** An odd number of blocks, so that each of a kernel's groups of blocks has a rest. */
    private static final int IN = 5 * Int4Matrix.BLOCK;

    private static final int OUT = 37;

    private BlockProducts() {}

    /** What this process has found. */
    private static final class Found {
        private static final boolean RIGHT = right(0) && right(15);
    }

    /**
     * Requires that products with an {@link Int4Matrix} are right.
     *
     * @throws UnusableSurroundings if they are not
     */
    public static void require() {
        if (!Found.RIGHT) {
            throw new UnusableSurroundings(
                    "this processor multiplies numbers of four bits wrongly under ONNX Runtime " + Onnx.version()
                            + ", so that weights cannot be held as INT4; set storage to INT8, FLOAT32 or STORED",
                    null);
        }
    }

    /** Whether products of ones with one number everywhere, from 0 to 15, have the right sums. */
    static boolean right(int number) {
        return new ProductProbe(graph -> new Int4Matrix(graph, "w", OUT, IN), new Everywhere(number), IN, number - 8f)
                .isRight(GraphSession.Packing.OWN);
    }

    /** A matrix of one number, with scales of 1 and offsets of 0. */
    private record Everywhere(int number) implements WeightSource {
        @Override
        public ElementType type(String name) {
            return name.endsWith(Int4Matrix.NUMBERS) ? ElementType.UINT8 : ElementType.FLOAT;
        }

        @Override
        public Place place(String name) {
            int bytes = name.endsWith(Int4Matrix.NUMBERS) ? OUT * IN / 2 : Float.BYTES * OUT * IN / Int4Matrix.BLOCK;
            ByteBuffer memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (memory.hasRemaining()) {
                if (name.endsWith(Int4Matrix.NUMBERS)) {
                    memory.put((byte) (number | number << 4));
                } else {
                    memory.putFloat(name.endsWith(Int4Matrix.SCALES) ? 1 : 0);
                }
            }
            return new Memory(memory.flip());
        }
    }
}
