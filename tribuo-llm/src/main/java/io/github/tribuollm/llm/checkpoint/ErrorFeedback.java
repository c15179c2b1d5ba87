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

import io.github.tribuollm.graph.Hadamard;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Rounding of rows that the blocks H of a {@link Hadamard} have rotated, where columns count unlike before the rotation. The
 * numbers of a block are rounded one after the other, each so as to take up what is left of those before it (Frantar et al.,
 * "GPTQ", Section 3).
 *
 * <p>Errors e of a block weigh e P e^T, with P = H diag(p) H and p how much columns count. With P = L^T D L, L lower
 * triangular with ones on its diagonal, that is the sum over j of D_j (e_j + sum over i < j of L_ji e_i)^2: the number q_j for
 * w_j is the nearest to w_j - sum over i < j of L_ji e_i.
 */
final class ErrorFeedback {
    /**
     * What every column counts on top, of the mean over all as a power of two: errors of what enters columns are alike in
     * all. A column that counts a little more or less then changes the numbers of its own block alone.
     */
    private static final double DAMPING = 0.1;

    private final int size;

    /** Of each block, L_ji at i * size + j; empty where its columns count alike. */
    private final double[][] blocks;

    private ErrorFeedback(int size, double[][] blocks) {
        this.size = size;
        this.blocks = blocks;
    }

    /**
     * The rounding of a matrix.
     *
     * @param importance of its columns before they are rotated, positive
     */
    static ErrorFeedback of(float[] importance) {
        int size = Hadamard.of(importance.length).block();
        double mean = Math.scalb(1, Math.getExponent(average(importance)));
        double[][] blocks = new double[importance.length / size][];
        for (int block = 0; block < blocks.length; block++) {
            blocks[block] = shares(Arrays.copyOfRange(importance, block * size, (block + 1) * size), mean);
        }
        return new ErrorFeedback(size, blocks);
    }

    private static double average(float[] importance) {
        return IntStream.range(0, importance.length)
                .mapToDouble(i -> importance[i])
                .average()
                .orElseThrow();
    }

    private static double[] shares(float[] importance, double mean) {
        int size = importance.length;
        if (IntStream.range(1, size).allMatch(i -> importance[i] == importance[0])) {
            return new double[0];
        }
        RealMatrix root = rootFromTheEnd(importance, mean);
        double[] shares = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = i + 1; j < size; j++) {
                int row = size - 1 - j;
                shares[i * size + j] = root.getEntry(size - 1 - i, row) / root.getEntry(row, row);
            }
        }
        return shares;
    }

    /** Cholesky's triangle of P / mean with rows and columns from the last to the first; P_ij depends on i ^ j alone. */
    private static RealMatrix rootFromTheEnd(float[] importance, double mean) {
        int size = importance.length;
        float[] spectrum = importance.clone();
        Hadamard.of(size).rotate(spectrum);
        double[][] weights = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                weights[i][j] = spectrum[i ^ j] / (mean * Math.sqrt(size)) + (i == j ? DAMPING : 0);
            }
        }
        return new CholeskyDecomposition(new Array2DRowRealMatrix(weights, false)).getL();
    }

    /**
     * Rounds rows.
     *
     * @param rows numbers, one row after the other
     * @param steps of the grid, of each row; where one is 0, so are the row's numbers
     * @param limit the largest magnitude of a whole number, at most 127
     * @return whole numbers of steps, as signed bytes
     */
    byte[] rounded(float[] rows, float[] steps, int limit) {
        byte[] rounded = new byte[rows.length];
        double[] numbers = new double[size];
        for (int block = 0; block < blocks.length; block++) {
            for (int row = 0; row < steps.length; row++) {
                int from = (row * blocks.length + block) * size;
                for (int i = 0; i < size; i++) {
                    numbers[i] = steps[row] == 0 ? 0 : rows[from + i] / (double) steps[row];
                }
                round(numbers, blocks[block], limit, rounded, from);
            }
        }
        return rounded;
    }

    /** Rounds the numbers of a block, each after what those before it have added to it. */
    private void round(double[] numbers, double[] shares, int limit, byte[] rounded, int from) {
        double[] targets = numbers.clone();
        for (int i = 0; i < size; i++) {
            double nearest = Math.max(-limit, Math.min(limit, Math.rint(targets[i])));
            rounded[from + i] = (byte) nearest;
            if (shares.length > 0) {
                passOn(nearest - numbers[i], shares, i * size, targets, i + 1);
            }
        }
    }

    private void passOn(double error, double[] shares, int row, double[] targets, int first) {
        for (int j = first; j < size; j++) {
            targets[j] -= shares[row + j] * error;
        }
    }
}
