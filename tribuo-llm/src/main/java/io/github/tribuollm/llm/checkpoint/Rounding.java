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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.stream.IntStream;

/** Conversion of a stored tensor to a 16-bit float type, to nearest, ties to even. */
final class Rounding {
    private static final int BLOCK = 1 << 16;

    private Rounding() {}

    /**
     * Reads a tensor, in parallel over its elements.
     *
     * @param file the file
     * @param name the tensor, of type F32, F16 or BF16
     * @param type the 16-bit type
     * @param target 2 bytes an element
     * @throws CheckpointException if a number is too large for the type
     */
    static void read(TensorFile file, String name, ElementType type, ByteBuffer target) {
        int elements = Math.toIntExact(file.elements(name));
        ShortBuffer narrow = target.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        IntStream.range(0, (elements + BLOCK - 1) / BLOCK).parallel().forEach(block -> {
            int from = block * BLOCK;
            narrow.slice(from, Math.min(BLOCK, elements - from))
                    .put(rounded(file, name, from, Math.min(BLOCK, elements - from), type));
        });
    }

    private static short[] rounded(TensorFile file, String name, int from, int count, ElementType type) {
        int[] bits = Widening.bits(file, name, from, count);
        short[] rounded = new short[count];
        for (int i = 0; i < count; i++) {
            float value = Float.intBitsToFloat(bits[i]);
            rounded[i] = type.bits(value);
            if (Float.isInfinite(type.number(rounded[i])) && !Float.isInfinite(value)) {
                throw new CheckpointException(file.file() + ": tensor '" + name + "' holds " + value
                        + ", which is too large for " + type + "; compute in "
                        + (type == ElementType.FLOAT16 ? "bfloat16 or float32" : "float32"));
            }
        }
        return rounded;
    }
}
