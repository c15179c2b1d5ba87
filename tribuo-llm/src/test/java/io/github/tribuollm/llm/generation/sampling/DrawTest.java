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
package io.github.tribuollm.llm.generation.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.objectives.token.CounterRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Draws come with the frequencies of the processed prediction, and only the likeliest are put in order. */
final class DrawTest {
    private static final int DRAWS = 100_000;

    /** The probability that a true chi-squared statistic is larger is 1e-6 at mean + 4.75 deviations and a little. */
    private static final double DEVIATIONS = 5.5;

    private static float[] logits(int size, double scale) {
        Random random = new Random(3);
        float[] logits = new float[size];
        for (int i = 0; i < size; i++) {
            logits[i] = (float) (scale * random.nextGaussian());
        }
        return logits;
    }

    private static void assertFrequencies(String name, Sampling sampling, float[] logits) {
        Candidates candidates = new Candidates(logits.clone());
        TokenHistory history = new TokenHistory(new int[] {1, 2, 3});
        sampling.penalties(new int[0]).forEach(p -> p.process(candidates, history));
        sampling.warpers().forEach(p -> p.process(candidates, history));
        Softmax prediction = candidates.softmax();
        int[] counts = new int[logits.length];
        for (int sample = 0; sample < DRAWS; sample++) {
            counts[prediction.quantile(Draw.of(7, new int[] {1, 2, 3}, sample).at(sample % 11))]++;
        }
        assertChiSquared(name, prediction, counts);
    }

    /** Tokens that are expected less than five times are taken together. */
    private static void assertChiSquared(String name, Softmax prediction, int[] counts) {
        double statistic = 0;
        double restExpected = 0;
        double restFound = 0;
        int cells = 0;
        for (int token = 0; token < counts.length; token++) {
            double expected = DRAWS * prediction.probability(token);
            assertTrue(expected > 0 || counts[token] == 0, "a banned token was drawn: " + token);
            if (expected < 5) {
                restExpected += expected;
                restFound += counts[token];
            } else {
                statistic += square(counts[token] - expected) / expected;
                cells++;
            }
        }
        if (restExpected >= 5) {
            statistic += square(restFound - restExpected) / restExpected;
            cells++;
        }
        int freedom = cells - 1;
        double bound = freedom + DEVIATIONS * Math.sqrt(2.0 * freedom);
        System.out.printf(Locale.ROOT, "chi-squared of %s: %.1f, %d degrees of freedom%n", name, statistic, freedom);
        assertTrue(freedom > 0 && statistic < bound, name + ": " + statistic + " at " + freedom);
    }

    private static double square(double x) {
        return x * x;
    }

    @Test
    void frequenciesAreThoseOfTheProcessedPrediction() {
        Sampling plain = new Sampling().withDoSample(true).withTopK(0);
        assertFrequencies("no warper", plain, logits(1000, 2));
        assertFrequencies("temperature", plain.withTemperature(0.7), logits(200, 2));
        assertFrequencies("top k", plain.withTopK(20), logits(1000, 1));
        assertFrequencies("top p", plain.withTopP(0.8), logits(1000, 2));
        assertFrequencies("min p", plain.withMinP(0.05), logits(1000, 2));
        assertFrequencies("typical p", plain.withTypicalP(0.7), logits(1000, 2));
        assertFrequencies("repetition penalty", plain.withRepetitionPenalty(3), logits(12, 1));
        assertFrequencies("several", plain.withTemperature(1.3).withTopK(40).withTopP(0.9), logits(49_152, 2));
    }

    @Test
    void otherFrequenciesAreFound() {
        Softmax told = new Candidates(logits(50, 1)).softmax();
        Softmax other = new Candidates(logits(50, 1.05)).softmax();
        int[] counts = new int[50];
        for (int sample = 0; sample < DRAWS; sample++) {
            counts[other.quantile(Draw.of(7, new int[] {1}, sample).at(0))]++;
        }
        boolean passed = true;
        try {
            assertChiSquared("another prediction", told, counts);
        } catch (AssertionError e) {
            passed = false;
        }
        assertFalse(passed, "a prediction that is 5 % flatter passes");
    }

    @Test
    void aDrawIsAFunctionOfSeedPromptSampleAndPosition() {
        double draw = Draw.of(1, new int[] {4, 5}, 2).at(3);
        assertEquals(draw, Draw.of(1, new int[] {4, 5}, 2).at(3));
        double[] others = {
            Draw.of(2, new int[] {4, 5}, 2).at(3),
            Draw.of(1, new int[] {5, 4}, 2).at(3),
            Draw.of(1, new int[] {4}, 2).at(3),
            Draw.of(1, new int[] {4, 5}, 3).at(3),
            Draw.of(1, new int[] {4, 5}, 2).at(4),
        };
        assertEquals(
                5,
                Arrays.stream(others).filter(other -> other != draw).distinct().count());
    }

    @Test
    void theLargestAreThoseOfAFullSort() {
        for (int n : new int[] {1, 2, 7, 100, 500, 600}) {
            float[] logits = logits(500, 2);
            for (int i = 0; i < logits.length; i++) {
                logits[i] = Math.round(3 * logits[i]);
            }
            Candidates candidates = new Candidates(logits);
            int[] sorted = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted(Comparator.comparing((Integer i) -> -logits[i]).thenComparing(i -> i))
                    .limit(n)
                    .mapToInt(i -> i)
                    .toArray();
            assertArrayEquals(sorted, Largest.of(candidates, n, candidates::logit), "the first " + n);
        }
    }

    @Test
    void uniformNumbersFillTheirRange() {
        double mean = 0;
        for (int i = 0; i < DRAWS; i++) {
            double u = Draw.of(CounterRandom.bits(i), new int[] {1}, 0).at(0);
            assertTrue(u >= 0 && u < 1);
            mean += u / DRAWS;
        }
        assertEquals(0.5, mean, 5 / Math.sqrt(12.0 * DRAWS));
    }
}
