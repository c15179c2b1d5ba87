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

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The update of one linear layer: B A without the scale, and what some forms of LoRA have beside it. The arrays are not
 * copied and must not be modified. The embedding counts as a layer from tokens to hidden states, so that its weight
 * matrix is the transpose of what the checkpoint holds.
 *
 * @param in the layer's input size
 * @param out the layer's output size
 * @param rank the rank
 * @param a A, row major, shape [rank, in]
 * @param b B, row major, shape [out, rank]
 * @param bias what is added after B, before the scale, shape [out] (PEFT's {@code lora_bias})
 * @param magnitude the norms of the rows of the updated weight matrix, shape [out] (DoRA: Liu et al., "DoRA:
 *     Weight-Decomposed Low-Rank Adaptation")
 */
public record LowRank(
        int in, int out, int rank, float[] a, float[] b, Optional<float[]> bias, Optional<float[]> magnitude) {
    /**
     * Checks the sizes.
     *
     * @param in the layer's input size
     * @param out the layer's output size
     * @param rank the rank
     * @param a A, shape [rank, in]
     * @param b B, shape [out, rank]
     * @param bias the bias, shape [out]
     * @param magnitude the magnitude, shape [out]
     * @throws IllegalArgumentException when a size is not positive or an array has another length than its shape
     */
    public LowRank {
        if (in < 1 || out < 1 || rank < 1) {
            throw new IllegalArgumentException("sizes must be positive: in " + in + ", out " + out + ", rank " + rank);
        }
        requireLength("A", a, rank, in);
        requireLength("B", b, out, rank);
        bias.ifPresent(values -> requireLength("the bias of B", values, out, 1));
        magnitude.ifPresent(values -> requireLength("the magnitude", values, out, 1));
    }

    /**
     * B A alone.
     *
     * @param in the layer's input size
     * @param out the layer's output size
     * @param rank the rank
     * @param a A, shape [rank, in]
     * @param b B, shape [out, rank]
     * @throws IllegalArgumentException when a size is not positive or an array has another length than its shape
     */
    public LowRank(int in, int out, int rank, float[] a, float[] b) {
        this(in, out, rank, a, b, Optional.empty(), Optional.empty());
    }

    private static void requireLength(String name, float[] values, int rows, int columns) {
        if (values.length != (long) rows * columns) {
            throw new IllegalArgumentException(
                    name + " has " + values.length + " values, which do not fill [" + rows + ", " + columns + "]");
        }
    }

    /** {@return A, B, and where there are any the bias and the magnitude} */
    List<float[]> values() {
        List<float[]> values = new ArrayList<>(List.of(a, b));
        bias.ifPresent(values::add);
        magnitude.ifPresent(values::add);
        return values;
    }

    /** The same form with other values, in the order of {@link #values}. */
    LowRank with(List<float[]> values) {
        Iterator<float[]> next = values.iterator();
        return new LowRank(
                in,
                out,
                rank,
                next.next(),
                next.next(),
                bias.map(old -> next.next()),
                magnitude.map(old -> next.next()));
    }

    /** {@return B A transposed, alone: A^T in place of B, and B^T in place of A} */
    LowRank transposed() {
        return new LowRank(out, in, rank, transposed(b, out, rank), transposed(a, rank, in));
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] result = new float[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = matrix[i * columns + j];
            }
        }
        return result;
    }

    /** {@return the number of parameters} */
    long parameters() {
        return values().stream().mapToLong(v -> v.length).sum();
    }

    /** Merges into a weight matrix of shape [out, in]: W + scale B A, its rows scaled to the magnitude if there is one. */
    void mergeInto(float[] weights, float scale) {
        IntStream.range(0, out).parallel().forEach(row -> {
            for (int r = 0; r < rank; r++) {
                addScaled(scale * b[row * rank + r], r * in, weights, row * in);
            }
            magnitude.ifPresent(norms -> rescale(weights, row * in, 1, in, norms[row]));
        });
    }

    /** Merges into the transpose of a weight matrix, of shape [in, out], as embeddings are stored. */
    void mergeIntoTransposed(float[] weights, float scale) {
        transposed().mergeInto(weights, scale);
        magnitude.ifPresent(norms ->
                IntStream.range(0, out).parallel().forEach(column -> rescale(weights, column, out, in, norms[column])));
    }

    /** Merges into a layer's bias: b + scale times the bias of B. */
    void mergeIntoBias(float[] values, float scale) {
        bias.ifPresent(own -> {
            for (int i = 0; i < out; i++) {
                values[i] += scale * own[i];
            }
        });
    }

    private void addScaled(float factor, int from, float[] weights, int to) {
        for (int i = 0; i < in; i++) {
            weights[to + i] += factor * a[from + i];
        }
    }

    /** Scales a row or a column to a norm. */
    private static void rescale(float[] weights, int from, int step, int count, float norm) {
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double value = weights[from + i * step];
            squares += value * value;
        }
        float factor = (float) (norm / Math.sqrt(squares));
        for (int i = 0; i < count; i++) {
            weights[from + i * step] *= factor;
        }
    }

    @Override
    public String toString() {
        return "rank " + rank + " update of a layer from " + in + " to " + out;
    }
}
