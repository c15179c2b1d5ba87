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

    /** How often a grid is fitted anew to the numbers that lie nearest on it. */
    private static final int FITS = 2;

    /**
     * The grid with the least sum of weighted squared errors among those over the middle part of the weights' range, {@link
     * #PARTS}, where scale and offset are fitted to the nearest numbers by weighted least squares; and then {@value #FITS}
     * times to the numbers that are the nearest on the grid so far.
     *
     * @param weights finite
     * @param start where the block begins
     * @param importance of the columns of a row
     * @param column where the block begins in the row
     */
    static Int4Block nearest(float[] weights, int start, float[] importance, int column) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = start; i < start + SIZE; i++) {
            least = Math.min(least, weights[i]);
            most = Math.max(most, weights[i]);
        }
        if (least == most) {
            return new Int4Block(0, (float) least);
        }
        Line best = null;
        for (double part : PARTS) {
            double step = part * (most - least) / LARGEST;
            Line over = new Line(step, (least + most) / 2 + step * (ZERO - LARGEST / 2.0));
            Line fitted = over.fitted(weights, start, importance, column);
            best = best == null || fitted.explained > best.explained ? fitted : best;
        }
        for (int i = 0; i < FITS; i++) {
            best = best.fitted(weights, start, importance, column);
        }
        return new Int4Block((float) best.scale, (float) best.offset);
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
        return scale == 0 ? ZERO : (int) number(weight, scale, offset);
    }

    private static double number(double weight, double scale, double offset) {
        return Math.max(0, Math.min(LARGEST, Math.rint(ZERO + (weight - offset) / scale)));
    }

    /** The weight that a number stands for. */
    float weight(int number) {
        return scale * (number - ZERO) + offset;
    }

    /**
     * A grid that is not rounded yet.
     *
     * @param explained how much of the weighted squares of the weights, about their mean, a fit has: the more, the less error
     */
    private record Line(double scale, double offset, double explained) {
        Line(double scale, double offset) {
            this(scale, offset, 0);
        }

        /** Through the numbers that are the nearest on this one. */
        Line fitted(float[] weights, int start, float[] importance, int column) {
            double sum = 0;
            double sumQ = 0;
            double sumW = 0;
            double sumQq = 0;
            double sumQw = 0;
            for (int i = 0; i < SIZE; i++) {
                double counts = importance[column + i];
                double w = weights[start + i];
                double q = number(w, scale, offset);
                sum += counts;
                sumQ += counts * q;
                sumW += counts * w;
                sumQq += counts * q * q;
                sumQw += counts * q * w;
            }
            double variance = sumQq - sumQ * sumQ / sum;
            double covariance = sumQw - sumQ * sumW / sum;
            double slope = covariance / variance;
            return variance > 0 && covariance > 0
                    ? new Line(slope, (sumW + slope * (ZERO * sum - sumQ)) / sum, covariance * slope)
                    : this;
        }
    }
}
