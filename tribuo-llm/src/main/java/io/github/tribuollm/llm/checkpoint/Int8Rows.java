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
import io.github.tribuollm.graph.Hadamard;

/**
 * Consecutive rows as an {@link io.github.tribuollm.graph.Int8Matrix} holds them: W H = scale w, with its rotation H, scale
 * the largest magnitude of a rotated row / 127, and w rounded with {@link ErrorFeedback}.
 */
final class Int8Rows {
    private static final int LARGEST = 127;

    private final FloatRows floats;
    private final ErrorFeedback rounding;
    private final ElementType bytes;
    private final float[] scales;
    private byte[] numbers;

    private Int8Rows(FloatRows floats, ErrorFeedback rounding, ElementType bytes) {
        this.floats = floats;
        this.rounding = rounding;
        this.bytes = bytes;
        this.scales = new float[floats.count()];
    }

    /**
     * Rotates rows.
     *
     * @param floats the rows, which are rotated in place
     * @param rounding of the rotated rows
     * @param bytes how whole numbers are held
     */
    static Int8Rows of(FloatRows floats, ErrorFeedback rounding, ElementType bytes) {
        Hadamard.of(floats.in()).rotate(floats.values());
        Int8Rows rows = new Int8Rows(floats, rounding, bytes);
        for (int row = 0; row < floats.count(); row++) {
            rows.scales[row] = floats.largest(row * floats.in(), floats.in()) / LARGEST;
        }
        return rows;
    }

    /** The index of the first row among those of the matrix. */
    int from() {
        return floats.from();
    }

    int count() {
        return floats.count();
    }

    int in() {
        return floats.in();
    }

    float[] scales() {
        return scales;
    }

    /** The whole numbers, row-major; made when they are first asked for. */
    byte[] numbers() {
        if (numbers == null) {
            numbers = rounded();
        }
        return numbers;
    }

    private byte[] rounded() {
        byte[] rounded = rounding.rounded(floats.values(), scales, LARGEST);
        if (bytes == ElementType.UINT8) {
            for (int i = 0; i < rounded.length; i++) {
                rounded[i] += LARGEST + 1;
            }
        }
        return rounded;
    }
}
