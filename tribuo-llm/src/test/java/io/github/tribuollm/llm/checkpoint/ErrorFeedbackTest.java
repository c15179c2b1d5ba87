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

    private static double[] random(int elements, double most) {
        SplittableRandom random = new SplittableRandom(1);
        return random.doubles(elements, -most, most).toArray();
    }

    private static double[] rounded(double[] steps, float[] importance) {
        double[] rounded = steps.clone();
        ErrorFeedback.of(importance).round(rounded, LIMIT);
        return rounded;
    }

    private static double[] nearest(double[] steps) {
        return Arrays.stream(steps)
                .map(Math::rint)
                .map(q -> Math.max(-LIMIT, Math.min(LIMIT, q)))
                .toArray();
    }

    /** The sum over rows and columns of what the column counts by the square of its error before the rotation. */
    private static double cost(double[] steps, double[] rounded, float[] importance) {
        float[] errors = new float[steps.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = (float) (rounded[i] - steps[i]);
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
        double[] steps = random(ROWS * IN, 130);
        assertArrayEquals(nearest(steps), rounded(steps, ColumnImportance.ALIKE.of("", IN)));
        double[] odd = random(ROWS * 191, 130);
        assertArrayEquals(nearest(odd), rounded(odd, importance(191)));
    }

    @Test
    void aColumnThatCountsLosesLess() {
        double[] steps = random(ROWS * IN, 120);
        float[] importance = importance(IN);
        double[] rounded = rounded(steps, importance);
        double[] nearest = nearest(steps);
        assertTrue(4 * cost(steps, rounded, importance) < cost(steps, nearest, importance));
        float[] others = importance.clone();
        others[LARGE] = 0;
        assertTrue(cost(steps, rounded, others) < 1.5 * cost(steps, nearest, others));
    }

    /** Two numbers a block: rounding all pairs nearby and taking the best is no better by much. */
    @Test
    void twoNumbersAreAlmostTheBestTwo() {
        float[] importance = {16, 1};
        double[] steps = random(2 * ROWS, 100);
        double best = 0;
        for (int row = 0; row < steps.length; row += 2) {
            double[] pair = {steps[row], steps[row + 1]};
            double least = Double.POSITIVE_INFINITY;
            for (int a = -2; a <= 2; a++) {
                for (int b = -2; b <= 2; b++) {
                    double[] candidate = {Math.rint(pair[0]) + a, Math.rint(pair[1]) + b};
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
        double[] steps = random(ROWS * IN, 120);
        float[] scaled = importance(IN);
        for (int i = 0; i < IN; i++) {
            scaled[i] *= Math.scalb(1f, Math.getExponent(unit));
        }
        assertArrayEquals(rounded(steps, importance(IN)), rounded(steps, scaled));
    }

    @Test
    void numbersStayWithinTheLimit() {
        double[] steps = new double[IN];
        Arrays.fill(steps, 126.6);
        double[] rounded = rounded(steps, importance(IN));
        assertTrue(Arrays.stream(rounded).allMatch(q -> Math.abs(q) <= LIMIT && q == Math.rint(q)));
        assertEquals(LIMIT, Arrays.stream(rounded).max().orElseThrow());
    }
}
