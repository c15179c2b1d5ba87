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

import io.github.tribuollm.graph.Int4Matrix;

/**
 * A grid that weights of a block are rounded to, scale (q - 8) + offset with q from 0 to 15.
 *
 * @param scale the step; 0 if all weights are the same
 * @param offset of the step 8
 */
record Int4Block(float scale, float offset) {
    private static final int SIZE = Int4Matrix.BLOCK;

    /** The number of which the offset is the weight. */
    static final int ZERO = 8;

    /** The largest number. */
    static final int LARGEST = 15;

    /** The part of a block's range that 16 numbers are laid over; what lies outside is cut off. */
    private static final double[] PARTS = {1, 0.95, 0.9, 0.85, 0.8};

    /**
     * The grid with the least sum of squared errors among those over the middle part of the weights' range, {@link #PARTS};
     * scale and offset are fitted to the numbers by least squares.
     *
     * @param weights finite
     * @param start where the block begins
     */
    static Int4Block nearest(float[] weights, int start) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = start; i < start + SIZE; i++) {
            least = Math.min(least, weights[i]);
            most = Math.max(most, weights[i]);
        }
        if (least == most) {
            return new Int4Block(0, (float) least);
        }
        Fit best = null;
        for (double part : PARTS) {
            double step = part * (most - least) / LARGEST;
            Fit fit = Fit.of(weights, start, (least + most) / 2 - step * LARGEST / 2, step);
            best = best == null || fit.explained() > best.explained() ? fit : best;
        }
        return best.block();
    }

    /**
     * A grid without an offset whose steps above 8 reach the largest magnitude.
     *
     * @param weights finite
     * @param start where the block begins
     */
    static Int4Block symmetric(float[] weights, int start) {
        return new Int4Block(FloatRows.largest(weights, start, SIZE) / (LARGEST - ZERO), 0);
    }

    /** The same steps about another offset. */
    Int4Block at(float other) {
        return new Int4Block(scale, other);
    }

    /** The number that is nearest to a weight; ties go to the even one. */
    int number(float weight) {
        if (scale == 0) {
            return ZERO;
        }
        double steps = ZERO + ((double) weight - offset) / scale;
        return (int) Math.max(0, Math.min(LARGEST, Math.rint(steps)));
    }

    /** The weight that a number stands for. */
    float weight(int number) {
        return scale * (number - ZERO) + offset;
    }

    /** The line through (q, w) for nearest q: its slope and where it is at 8; the most explained is the least error. */
    private record Fit(double slope, double middle, double explained) {
        static Fit of(float[] weights, int start, double origin, double step) {
            double sumQ = 0;
            double sumW = 0;
            double sumQq = 0;
            double sumQw = 0;
            for (int i = 0; i < SIZE; i++) {
                double w = weights[start + i];
                double q = Math.max(0, Math.min(LARGEST, Math.rint((w - origin) / step)));
                sumQ += q;
                sumW += w;
                sumQq += q * q;
                sumQw += q * w;
            }
            double varianceQ = sumQq - sumQ * sumQ / SIZE;
            double covariance = sumQw - sumQ * sumW / SIZE;
            double slope = covariance / varianceQ;
            return new Fit(slope, sumW / SIZE + slope * (ZERO - sumQ / SIZE), covariance * covariance / varianceQ);
        }

        Int4Block block() {
            return new Int4Block((float) slope, (float) middle);
        }
    }
}
