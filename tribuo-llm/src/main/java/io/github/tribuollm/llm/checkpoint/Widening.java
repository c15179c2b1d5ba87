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
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Exact conversion of 16-bit floats to 32 bits.
 *
 * <p>Buffers are copied through small arrays: loops over arrays compile to vector code, loops over buffers do not.
 */
final class Widening {
    private static final int BLOCK = 1 << 16;

    private Widening() {}

    /** A tensor of a file and the memory for its 32-bit floats, 4 bytes an element. */
    record Task(TensorFile file, String name, ByteBuffer target) {
        private int elements() {
            return Math.toIntExact(file.elements(name));
        }

        private IntStream starts() {
            return IntStream.iterate(0, from -> from < elements(), from -> from + BLOCK);
        }

        private void widen(int from) {
            IntBuffer floats = target.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
            file.read(name, from, floats.slice(from, Math.min(BLOCK, elements() - from)));
        }
    }

    /**
     * Reads tensors as 32-bit floats, in parallel over all elements. Nothing is mapped, so that of a tensor only its
     * widened copy is ever resident.
     */
    static void read(List<Task> tasks) {
        record Piece(Task task, int from) {}
        tasks.stream().flatMap(task -> task.starts().mapToObj(from -> new Piece(task, from))).toList().parallelStream()
                .forEach(piece -> piece.task().widen(piece.from()));
    }

    /**
     * A tensor as 32-bit floats of its own.
     *
     * @throws CheckpointException with the remedy if they would have 2 GiB or more
     */
    static StoredTensor stored(TensorFile file, String name, String remedy) {
        long bytes = Float.BYTES * file.elements(name);
        if (bytes > Integer.MAX_VALUE) {
            throw new CheckpointException(file.file() + ": tensor '" + name + "' would have " + bytes
                    + " bytes as floats; 2 GiB or more are not supported; " + remedy);
        }
        ByteBuffer floats = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        read(List.of(new Task(file, name, floats)));
        return new StoredTensor(name, DType.F32, file.shape(name), floats, file.file());
    }

    /** Whether two tensors of one shape hold the same 32-bit floats, to the bit. */
    static boolean sameFloats(TensorFile file, String name, TensorFile otherFile, String other) {
        long elements = file.elements(name);
        return LongStream.range(0, (elements + BLOCK - 1) / BLOCK).parallel().allMatch(block -> {
            long from = block * BLOCK;
            int count = (int) Math.min(BLOCK, elements - from);
            return Arrays.equals(bits(file, name, from, count), bits(otherFile, other, from, count));
        });
    }

    /** Elements of a tensor as the bits of 32-bit floats. */
    static int[] bits(TensorFile file, String name, long from, int count) {
        int[] bits = new int[count];
        file.read(name, from, IntBuffer.wrap(bits));
        return bits;
    }

    /** Elements of a tensor. */
    static float[] floats(TensorFile file, String name, long from, int count) {
        return floats(bits(file, name, from, count));
    }

    static float[] floats(StoredTensor tensor) {
        int[] bits = new int[tensor.elements()];
        widen(tensor.dtype(), tensor.data(), IntBuffer.wrap(bits));
        return floats(bits);
    }

    private static float[] floats(int[] bits) {
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        return values;
    }

    /**
     * The bits of 32-bit floats.
     *
     * @param dtype F32, F16 or BF16
     * @param stored little-endian elements of that type
     * @param target receives the bits
     */
    static void widen(DType dtype, ByteBuffer stored, IntBuffer target) {
        if (dtype == DType.F32) {
            target.put(stored.asIntBuffer());
        } else {
            widen(dtype, stored.asShortBuffer(), target);
        }
    }

    private static void widen(DType dtype, ShortBuffer source, IntBuffer target) {
        short[] narrow = new short[Math.min(BLOCK, source.remaining())];
        int[] wide = new int[narrow.length];
        while (source.hasRemaining()) {
            int n = Math.min(narrow.length, source.remaining());
            source.get(narrow, 0, n);
            if (dtype == DType.BF16) {
                brainFloats(narrow, wide, n);
            } else {
                halfFloats(narrow, wide, n);
            }
            target.put(wide, 0, n);
        }
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
                BITS[half] = Float.floatToRawIntBits(ElementType.FLOAT16.number((short) half));
            }
        }
    }
}
