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
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact conversion of 16-bit floats to 32 bits.
 *
 * <p>Buffers are copied through small arrays: loops over arrays compile to vector code, loops over buffers do not.
 */
final class Widening {
    private static final int BLOCK = 8192;
    private static final int CHUNK = 1 << 20;

    private Widening() {}

    /** A run of elements and the place of their 32-bit patterns. */
    private record Piece(DType dtype, ShortBuffer source, IntBuffer target) {
        void widen() {
            short[] narrow = new short[BLOCK];
            int[] wide = new int[BLOCK];
            while (source.hasRemaining()) {
                int n = Math.min(BLOCK, source.remaining());
                source.get(narrow, 0, n);
                if (dtype == DType.BF16) {
                    brainFloats(narrow, wide, n);
                } else {
                    halfFloats(narrow, wide, n);
                }
                target.put(wide, 0, n);
            }
        }
    }

    /** Copies F32 and widens F16 and BF16 into targets of 4 bytes an element, in parallel over all elements. */
    static void widen(List<StoredTensor> sources, List<ByteBuffer> targets) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            StoredTensor tensor = sources.get(i);
            ByteBuffer target = targets.get(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            if (tensor.dtype() == DType.F32) {
                target.put(tensor.data());
            } else {
                addPieces(pieces, tensor, target.asIntBuffer());
            }
        }
        pieces.parallelStream().forEach(Piece::widen);
    }

    private static void addPieces(List<Piece> pieces, StoredTensor tensor, IntBuffer target) {
        ShortBuffer source = tensor.data().asShortBuffer();
        for (int from = 0; from < tensor.elements(); from += CHUNK) {
            int length = Math.min(CHUNK, tensor.elements() - from);
            pieces.add(new Piece(tensor.dtype(), source.slice(from, length), target.slice(from, length)));
        }
    }

    static float[] floats(StoredTensor tensor) {
        int[] bits = new int[tensor.elements()];
        new Piece(tensor.dtype(), tensor.data().asShortBuffer(), IntBuffer.wrap(bits)).widen();
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        return values;
    }

    private static void brainFloats(short[] narrow, int[] wide, int n) {
        for (int i = 0; i < n; i++) {
            wide[i] = narrow[i] << 16;
        }
    }

    private static void halfFloats(short[] narrow, int[] wide, int n) {
        int[] table = HalfTable.BITS;
        for (int i = 0; i < n; i++) {
            wide[i] = table[narrow[i] & 0xffff];
        }
    }

    /** The 32-bit pattern of every half float. */
    private static final class HalfTable {
        static final int[] BITS = new int[1 << 16];

        static {
            for (int half = 0; half < BITS.length; half++) {
                BITS[half] = bits(half);
            }
        }

        private static int bits(int half) {
            int sign = (half & 0x8000) << 16;
            int exponent = half >> 10 & 0x1f;
            int fraction = half & 0x3ff;
            if (exponent == 0x1f) {
                return sign | 0x7f800000 | fraction << 13;
            }
            if (exponent == 0) {
                return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
            }
            return sign | exponent + 112 << 23 | fraction << 13;
        }
    }
}
