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
package io.github.tribuollm.graph;

import java.util.List;

/**
 * A rotation of vectors that spreads over many elements what is large in one of them. Consecutive blocks of b elements
 * are multiplied by the Hadamard matrix of Sylvester divided by sqrt(b), with the largest power of two b up to
 * {@value #LARGEST} that divides the vectors' width. The matrix is symmetric and its own inverse, so that x . w = Hx . Hw
 * (Ashkboos et al., "QuaRot", Section 3).
 */
public final class Hadamard {
    /** The largest block that is rotated together. */
    public static final int LARGEST = 64;

    private final int block;

    private Hadamard(int block) {
        this.block = block;
    }

    /**
     * The rotation of vectors of a width.
     *
     * @param width the number of elements, at least 1; odd ones stay as they are
     * @return the rotation
     */
    public static Hadamard of(long width) {
        return new Hadamard((int) Math.min(LARGEST, Long.lowestOneBit(width)));
    }

    /** {@return the number of elements that are rotated together} */
    public int block() {
        return block;
    }

    /** Rotates the rows of x [N, width]; without a gradient rule, for it is its own. */
    Tensor rotate(Tensor x) {
        if (block == 1) {
            return x;
        }
        Dim blocks = x.shape().dim(0).times(x.shape().dim(1).factor() / block);
        return x.reshape(blocks, Dim.of(block)).matmul(matrix(x.graph())).reshape(x.shape());
    }

    /** The rotated rows, with their gradient; whoever asks for those of one tensor shares them. */
    Tensor shared(Tensor x) {
        return block == 1 ? x : x.graph().once(List.of(Hadamard.class, x), x, this::rotate, this::rotate);
    }

    private Tensor matrix(Graph graph) {
        return graph.constant(List.of(Hadamard.class, block), () -> graph.constant(elements(), block, block));
    }

    /** The sign of an element is the parity of the bits that its row and its column share. */
    private float[] elements() {
        float[] values = new float[block * block];
        for (int i = 0; i < values.length; i++) {
            int shared = Integer.bitCount(i / block & i % block);
            values[i] = (float) ((shared % 2 == 0 ? 1 : -1) / Math.sqrt(block));
        }
        return values;
    }

    /**
     * Rotates vectors in place, in double precision.
     *
     * @param vectors one vector after the other
     */
    public void rotate(float[] vectors) {
        double[] numbers = new double[block];
        for (int from = 0; from < vectors.length; from += block) {
            for (int i = 0; i < block; i++) {
                numbers[i] = vectors[from + i];
            }
            addAndSubtract(numbers);
            for (int i = 0; i < block; i++) {
                vectors[from + i] = (float) (numbers[i] / Math.sqrt(block));
            }
        }
    }

    /** The fast transform: sums and differences of pairs that are 1, 2, 4, ... elements apart. */
    private static void addAndSubtract(double[] numbers) {
        for (int apart = 1; apart < numbers.length; apart *= 2) {
            for (int i = 0; i < numbers.length; i++) {
                if ((i & apart) == 0) {
                    double first = numbers[i];
                    double second = numbers[i + apart];
                    numbers[i] = first + second;
                    numbers[i + apart] = first - second;
                }
            }
        }
    }
}
