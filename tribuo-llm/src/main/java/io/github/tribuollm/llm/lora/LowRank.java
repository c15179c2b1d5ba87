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
package io.github.tribuollm.llm.lora;

import java.util.stream.IntStream;

/**
 * The update of one linear layer, B A without the scale. The arrays are not copied and must not be modified.
 *
 * @param in the layer's input size
 * @param out the layer's output size
 * @param rank the rank
 * @param a A, row major, shape [rank, in]
 * @param b B, row major, shape [out, rank]
 */
public record LowRank(int in, int out, int rank, float[] a, float[] b) {
    /**
     * Checks the sizes.
     *
     * @param in the layer's input size
     * @param out the layer's output size
     * @param rank the rank
     * @param a A, shape [rank, in]
     * @param b B, shape [out, rank]
     * @throws IllegalArgumentException when a size is not positive or an array has another length than its shape
     */
    public LowRank {
        if (in < 1 || out < 1 || rank < 1) {
            throw new IllegalArgumentException("sizes must be positive: in " + in + ", out " + out + ", rank " + rank);
        }
        requireLength("A", a, rank, in);
        requireLength("B", b, out, rank);
    }

    private static void requireLength(String name, float[] values, int rows, int columns) {
        if (values.length != (long) rows * columns) {
            throw new IllegalArgumentException(
                    name + " has " + values.length + " values, which do not fill [" + rows + ", " + columns + "]");
        }
    }

    /** Adds {@code scale * B A} to a weight matrix of shape [out, in]. */
    void addTo(float[] weights, float scale) {
        IntStream.range(0, out).parallel().forEach(row -> {
            for (int r = 0; r < rank; r++) {
                addScaled(scale * b[row * rank + r], r * in, weights, row * in);
            }
        });
    }

    private void addScaled(float factor, int from, float[] weights, int to) {
        for (int i = 0; i < in; i++) {
            weights[to + i] += factor * a[from + i];
        }
    }

    @Override
    public String toString() {
        return "rank " + rank + " update of a layer from " + in + " to " + out;
    }
}
