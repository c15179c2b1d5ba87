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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Hadamard;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows are rounded so that columns that count lose least. */
final class ErrorFeedbackTest {
    private static final int IN = 192;
    private static final int ROWS = 50;
    private static final int LIMIT = 127;

    /** A column that counts a thousand times as much as others. */
    private static final int LARGE = 70;

    private static float[] importance(int in) {
        float[] importance = ColumnImportance.ALIKE.of("", in);
        importance[LARGE % in] = 1024;
        return importance;
    }

    private static float[] random(int elements, double most) {
        SplittableRandom random = new SplittableRandom(1);
        float[] numbers = new float[elements];
        for (int i = 0; i < elements; i++) {
            numbers[i] = (float) random.nextDouble(-most, most);
        }
        return numbers;
    }

    /** In steps of 1. */
    private static byte[] rounded(float[] rows, float[] importance) {
        float[] steps = new float[rows.length / importance.length];
        Arrays.fill(steps, 1);
        return ErrorFeedback.of(importance).rounded(rows, steps, LIMIT);
    }

    private static byte[] nearest(float[] rows) {
        byte[] nearest = new byte[rows.length];
        for (int i = 0; i < rows.length; i++) {
            nearest[i] = (byte) Math.max(-LIMIT, Math.min(LIMIT, Math.rint(rows[i])));
        }
        return nearest;
    }

    /** The sum over rows and columns of what the column counts by the square of its error before the rotation. */
    private static double cost(float[] steps, byte[] rounded, float[] importance) {
        float[] errors = new float[steps.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = rounded[i] - steps[i];
        }
        Hadamard.of(importance.length).rotate(errors);
        double cost = 0;
        for (int i = 0; i < errors.length; i++) {
            cost += importance[i % importance.length] * errors[i] * errors[i];
        }
        return cost;
    }

    /** Nothing is rotated where the width is odd, so that no number can take up what is left of another. */
    @Test
    void columnsThatCountAlikeOrAreNotRotatedAreRoundedToNearest() {
        float[] steps = random(ROWS * IN, 130);
        assertArrayEquals(nearest(steps), rounded(steps, ColumnImportance.ALIKE.of("", IN)));
        float[] odd = random(ROWS * 191, 130);
        assertArrayEquals(nearest(odd), rounded(odd, importance(191)));
    }

    @Test
    void aColumnThatCountsLosesLess() {
        float[] steps = random(ROWS * IN, 120);
        float[] importance = importance(IN);
        byte[] rounded = rounded(steps, importance);
        byte[] nearest = nearest(steps);
        assertTrue(4 * cost(steps, rounded, importance) < cost(steps, nearest, importance));
        float[] others = importance.clone();
        others[LARGE] = 0;
        assertTrue(cost(steps, rounded, others) < 1.5 * cost(steps, nearest, others));
    }

    /** Two numbers a block: rounding all pairs nearby and taking the best is no better by much. */
    @Test
    void twoNumbersAreAlmostTheBestTwo() {
        float[] importance = {16, 1};
        float[] steps = random(2 * ROWS, 100);
        double best = 0;
        for (int row = 0; row < steps.length; row += 2) {
            float[] pair = {steps[row], steps[row + 1]};
            double least = Double.POSITIVE_INFINITY;
            for (int a = -2; a <= 2; a++) {
                for (int b = -2; b <= 2; b++) {
                    byte[] candidate = {(byte) (Math.rint(pair[0]) + a), (byte) (Math.rint(pair[1]) + b)};
                    least = Math.min(least, cost(pair, candidate, importance));
                }
            }
            best += least;
        }
        double found = cost(steps, rounded(steps, importance), importance);
        assertTrue(found < 1.5 * best, found + " and " + best);
        double nearest = cost(steps, nearest(steps), importance);
        assertTrue(1.5 * found < nearest, found + " and " + nearest);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.MIN_NORMAL, 1e-20f, 1e30f})
    void onlyRatiosCount(float unit) {
        float[] steps = random(ROWS * IN, 120);
        float[] scaled = importance(IN);
        for (int i = 0; i < IN; i++) {
            scaled[i] *= Math.scalb(1f, Math.getExponent(unit));
        }
        assertArrayEquals(rounded(steps, importance(IN)), rounded(steps, scaled));
    }

    @Test
    void numbersStayWithinTheLimitAndLoseLessThere() {
        float[] steps = random(ROWS * IN, 135);
        byte[] rounded = rounded(steps, importance(IN));
        int largest = 0;
        for (byte number : rounded) {
            largest = Math.max(largest, Math.abs(number));
        }
        assertEquals(LIMIT, largest);
        assertTrue(cost(steps, rounded, importance(IN)) < cost(steps, nearest(steps), importance(IN)));
    }

    /** As of a layer into which large inputs of all sizes come. */
    @Test
    void importancesOfAllSizesCostOtherColumnsAFewTimesAtMost() {
        SplittableRandom random = new SplittableRandom(2);
        float[] importance = new float[IN];
        for (int i = 0; i < IN; i++) {
            importance[i] = Math.scalb(1f, random.nextInt(-6, 13));
        }
        float[] steps = random(ROWS * IN, 120);
        byte[] rounded = rounded(steps, importance);
        float[] alike = ColumnImportance.ALIKE.of("", IN);
        assertTrue(2 * cost(steps, rounded, importance) < cost(steps, nearest(steps), importance));
        assertTrue(cost(steps, rounded, alike) < 4 * cost(steps, nearest(steps), alike));
    }

    @Test
    void aColumnThatCountsALittleMoreChangesItsOwnBlockAlone() {
        float[] steps = random(ROWS * IN, 120);
        float[] more = importance(IN);
        more[0] *= 2;
        byte[] before = rounded(steps, importance(IN));
        byte[] after = rounded(steps, more);
        boolean changed = false;
        for (int i = 0; i < steps.length; i++) {
            changed |= before[i] != after[i];
            assertTrue(before[i] == after[i] || i % IN < Hadamard.LARGEST);
        }
        assertTrue(changed);
    }

    @Test
    void aRowWithoutStepsIsOfZeros() {
        byte[] rounded = ErrorFeedback.of(importance(IN)).rounded(new float[2 * IN], new float[] {0, 1}, LIMIT);
        assertArrayEquals(new byte[2 * IN], rounded);
    }
}
