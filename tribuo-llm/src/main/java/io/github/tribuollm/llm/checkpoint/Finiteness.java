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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The search for numbers that are not finite: those whose exponent bits are all ones. Adding the exponent's lowest bit
 * then carries into the sign's place and no further, so that eight bytes hold two or four numbers side by side.
 */
final class Finiteness {
    private static final int BLOCK = 1 << 17;

    private Finiteness() {}

    /** The bits of the exponents, their lowest ones, and the signs, in each number of eight bytes. */
    private record Lanes(long exponents, long lowest, long signs) {
        static Lanes of(DType dtype) {
            return switch (dtype) {
                case F32 -> new Lanes(0x7f8000007f800000L, 0x0080000000800000L, 0x8000000080000000L);
                case F16 -> new Lanes(0x7c007c007c007c00L, 0x0400040004000400L, 0x8000800080008000L);
                case BF16 -> new Lanes(0x7f807f807f807f80L, 0x0080008000800080L, 0x8000800080008000L);
                default -> throw new IllegalArgumentException(dtype + " is not a type that weights are computed in");
            };
        }

        boolean areFinite(long[] words, int count) {
            long carried = 0;
            for (int i = 0; i < count; i++) {
                carried |= (words[i] & exponents) + lowest;
            }
            return (carried & signs) == 0;
        }
    }

    /**
     * The first element that is NaN or infinite, in parallel over the tensor.
     *
     * @param file the file
     * @param name a tensor of type F32, F16 or BF16
     * @return its index and its value, such as "NaN at [7, 3]"; empty if all are finite
     */
    static Optional<String> fault(SafetensorsFile file, String name) {
        Lanes lanes = Lanes.of(file.dtype(name));
        return LongStream.range(0, (file.bytes(name) + BLOCK - 1) / BLOCK)
                .parallel()
                .filter(block -> !isFinite(file, name, block * BLOCK, lanes))
                .boxed()
                .findFirst()
                .map(block ->
                        within(file, name, block * BLOCK / file.dtype(name).bytes()));
    }

    /** The fault in a block that has one. */
    private static String within(SafetensorsFile file, String name, long from) {
        int size = file.dtype(name).bytes();
        int count = (int) Math.min(BLOCK / size, file.bytes(name) / size - from);
        int[] bits = Widening.bits(file, name, (int) from, count);
        int at = 0;
        while (Float.isFinite(Float.intBitsToFloat(bits[at]))) {
            at++;
        }
        return Float.intBitsToFloat(bits[at]) + " at " + Arrays.toString(index(from + at, file.shape(name)));
    }

    private static long[] index(long element, long[] shape) {
        long[] index = new long[shape.length];
        long rest = element;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    private static boolean isFinite(SafetensorsFile file, String name, long from, Lanes lanes) {
        int bytes = (int) Math.min(BLOCK, file.bytes(name) - from);
        long[] words = new long[(bytes + 7) / 8];
        ByteBuffer block = ByteBuffer.allocateDirect(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(name, from, block.limit(bytes));
        block.clear().asLongBuffer().get(words);
        return lanes.areFinite(words, words.length);
    }
}
