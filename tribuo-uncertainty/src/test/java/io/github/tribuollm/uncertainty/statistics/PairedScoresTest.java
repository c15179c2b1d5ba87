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
package io.github.tribuollm.uncertainty.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.objectives.token.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Paired tests beside SciPy's and statsmodels' (make_preferences.py), and intervals that cover. */
class PairedScoresTest {
    private static final ClusterBootstrap BOOTSTRAP = new ClusterBootstrap(1000, 0.95, 3);

    private static boolean[] verdicts(int both, int onlyModel, int onlyBaseline, boolean model) {
        boolean[] right = new boolean[both + onlyModel + onlyBaseline + 5];
        Arrays.fill(right, 0, both, true);
        Arrays.fill(
                right,
                model ? both : both + onlyModel,
                model ? both + onlyModel : both + onlyModel + onlyBaseline,
                true);
        return right;
    }

    @Test
    void mcNemarIsThatOfStatsmodels() {
        McNemar test = McNemar.of(verdicts(10, 21, 6, true), verdicts(10, 21, 6, false));
        assertEquals(new McNemar(21, 6, test.p()), test);
        assertEquals(0.005924612283706665, test.p(), 1e-12);
        assertEquals(1, McNemar.of(new boolean[3], new boolean[3]).p());
        assertThrows(IllegalArgumentException.class, () -> McNemar.of(new boolean[3], new boolean[2]));
    }

    @Test
    void holmIsThatOfStatsmodels() {
        assertArrayEquals(
                new double[] {0.04, 0.09, 0.09, 0.025, 0.5},
                HolmCorrection.of(new double[] {0.01, 0.04, 0.03, 0.005, 0.5}),
                1e-12);
        assertArrayEquals(
                new double[] {0.03, 0.06, 0.06, 0.02},
                HolmCorrection.of(new double[] {0.01, 0.04, 0.03, 0.005}),
                1e-15);
    }

    @Test
    void pairedTestIsThatOfScipy() {
        PairedDifference difference =
                PairedDifference.of(List.of(1.2, 3.4, 2.2, 5.0, 4.1), List.of(1.0, 3.1, 2.6, 4.2, 3.3));
        assertEquals(0.34, difference.mean(), 1e-12);
        assertEquals(0.6183436844829648, difference.halfWidth(), 1e-9);
        assertEquals(0.201555455632515, difference.p(), 1e-9);
    }

    @Test
    void equalMeasurementsDoNotDiffer() {
        PairedDifference difference = PairedDifference.of(List.of(1.0, 2.0), List.of(1.0, 2.0));
        assertEquals(new PairedDifference(0, 0, 1), difference);
    }

    @Test
    void intervalsOfSharesAreThoseOfScipy() {
        double[][] expected = {
            {8, 10, 0.4901624715366418, 0.9433178485456248},
            {0, 32, 0, 0.1071791982550706},
            {50, 50, 0.9286524008666412, 1},
            {3, 32, 0.032401551298366194, 0.24218154728387864}
        };
        for (double[] one : expected) {
            Estimate share = Estimate.ofShare((long) one[0], (long) one[1], 0.95);
            assertEquals(one[0] / one[1], share.value());
            assertEquals(one[2], share.low(), 1e-9);
            assertEquals(one[3], share.high(), 1e-9);
        }
    }

    @Test
    void gainsAreRelativeToTheBaseline() {
        PairedScores scores =
                new PairedScores(new double[] {2, 1, 3, 2}, new double[] {1, 1, 2, 1}, new double[] {2, 2, 3, 3});
        assertEquals(0.3, scores.difference(BOOTSTRAP).value(), 1e-12);
        assertEquals(0.6, scores.normalisedGain(BOOTSTRAP).value(), 1e-12);
        PairedScores nothing = PairedScores.of(new double[] {1, 1}, new double[] {0, 0});
        assertTrue(Double.isNaN(nothing.normalisedGain(BOOTSTRAP).value()));
        assertThrows(IllegalArgumentException.class, () -> PairedScores.of(new double[3], new double[2]));
    }

    @Test
    void modelsThatDifferNowhereHaveAPOfOne() {
        double[] same = {1, 0, 1};
        assertEquals(1, PairedScores.of(same, same).p(BOOTSTRAP));
        double[] better = new double[50];
        Arrays.fill(better, 1);
        assertTrue(PairedScores.of(better, new double[50]).p(BOOTSTRAP) < 0.01);
    }

    @Test
    void fewQuestionsShowNoMoreThanASignTest() {
        assertEquals(1, PairedScores.of(new double[] {2}, new double[] {1}).p(BOOTSTRAP));
        assertEquals(
                Math.pow(2, -4),
                PairedScores.of(new double[] {2, 3, 4, 5, 6}, new double[5]).p(BOOTSTRAP));
    }

    @Test
    void intervalsOfDifferencesCoverAndTestsKeepTheirLevel() {
        int covered = 0;
        int rejected = 0;
        int runs = 300;
        for (int run = 0; run < runs; run++) {
            double[] model = new double[80];
            double[] baseline = new double[80];
            for (int i = 0; i < model.length; i++) {
                double shared = uniform(run, i, 0);
                model[i] = shared + uniform(run, i, 1) < 1 ? 1 : 0;
                baseline[i] = shared + uniform(run, i, 2) < 1 ? 1 : 0;
            }
            PairedScores scores = PairedScores.of(model, baseline);
            ClusterBootstrap bootstrap = new ClusterBootstrap(300, 0.95, run);
            Estimate difference = scores.difference(bootstrap);
            covered += difference.low() <= 0 && difference.high() >= 0 ? 1 : 0;
            rejected += scores.p(bootstrap) < 0.05 ? 1 : 0;
        }
        System.out.printf(
                "coverage of differences %.3f of 95 %%, %.3f rejected at 5 %%%n", covered / 300.0, rejected / 300.0);
        assertTrue(covered >= 0.91 * runs, covered + " of " + runs);
        assertTrue(rejected <= 0.09 * runs, rejected + " of " + runs);
    }

    private static double uniform(int run, int question, int which) {
        return (CounterRandom.bits(run, question, which) >>> 11) * 0x1p-53;
    }
}
