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

import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Consecutive rows of a matrix, all finite.
 *
 * @param from the index of the first
 * @param in the number of columns
 * @param values row-major
 */
record FloatRows(int from, int in, float[] values) {
    private static final int MOST_ROWS = 64;

    /** What collectors still take for small arrays in heaps of a gigabyte. */
    private static final int MOST_ELEMENTS = 1 << 16;

    /**
     * Reads a matrix, or a vector as a row, block by block, in parallel, so that its floats are never held together.
     *
     * @param file the file
     * @param name the tensor, of type F32, F16 or BF16
     * @param reader is given each block, by several threads
     * @throws CheckpointException if an element is NaN or infinite
     */
    static void forEach(TensorFile file, String name, Consumer<FloatRows> reader) {
        long[] shape = file.shape(name);
        int in = Math.toIntExact(shape[shape.length - 1]);
        int out = Math.toIntExact(file.elements(name) / in);
        int size = Math.max(1, Math.min(MOST_ROWS, MOST_ELEMENTS / in));
        IntStream.range(0, (out + size - 1) / size).parallel().forEach(block -> {
            int from = block * size;
            int count = Math.min(size, out - from);
            FloatRows rows = new FloatRows(from, in, Widening.floats(file, name, (long) from * in, count * in));
            rows.requireFinite(file, name);
            reader.accept(rows);
        });
    }

    int count() {
        return values.length / in;
    }

    /** The largest magnitude of consecutive elements. */
    float largest(int start, int count) {
        return largest(values, start, count);
    }

    static float largest(float[] values, int start, int count) {
        float largest = 0;
        for (int i = start; i < start + count; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    private void requireFinite(TensorFile file, String name) {
        for (int row = 0; row < count(); row++) {
            if (!Float.isFinite(largest(row * in, in))) {
                throw new CheckpointException(file.file() + ": tensor '" + name + "' is not finite in row "
                        + (from + row) + "; the file is damaged or its training has diverged: download it again, or"
                        + " take an earlier state");
            }
        }
    }
}
