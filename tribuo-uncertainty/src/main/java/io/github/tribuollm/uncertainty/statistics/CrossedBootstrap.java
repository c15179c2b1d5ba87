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

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Confidence intervals where each of several runs answered the same questions: runs of other seeds, and other questions,
 * might have come out otherwise. Runs and questions are each resampled with replacement, independently of each other, and
 * a cell, one run's answer to one question, is in a resample as often as its run times its question (Owen's pigeonhole
 * bootstrap, 2007, which errs to the wide side). Intervals are percentiles. A single run is not resampled: its intervals
 * are over questions alone, and say nothing of another seed.
 *
 * @param runs the number of runs; cells are given run by run
 * @param resamples the number of resamples, at least 100
 * @param confidence the nominal coverage, in (0, 1)
 * @param seed of the resamples
 */
public record CrossedBootstrap(int runs, int resamples, double confidence, long seed) implements Bootstrap {
    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a setting is out of its range
     */
    public CrossedBootstrap {
        if (runs < 1) {
            throw new IllegalArgumentException("runs: must be at least 1: " + runs);
        }
        new ClusterBootstrap(resamples, confidence, seed);
    }

    /**
     * 2,000 resamples for intervals of 95 %.
     *
     * @param runs the number of runs
     */
    public static CrossedBootstrap of(int runs) {
        ClusterBootstrap usual = ClusterBootstrap.STANDARD;
        return new CrossedBootstrap(runs, usual.resamples(), usual.confidence(), usual.seed());
    }

    /**
     * How often each cell is in a resample.
     *
     * @param units the number of cells, a multiple of that of runs
     * @param resample the number of the resample, from 0
     * @throws IllegalArgumentException if runs have different numbers of cells
     */
    @Override
    public int[] copies(int units, int resample) {
        if (units % runs != 0) {
            throw new IllegalArgumentException(units + " cells are no table of " + runs + " runs");
        }
        int questions = units / runs;
        int[] ofRuns = new ClusterBootstrap(resamples, confidence, ~seed).copies(runs, resample);
        int[] ofQuestions = new ClusterBootstrap(resamples, confidence, seed).copies(questions, resample);
        return IntStream.range(0, units)
                .map(cell -> ofRuns[cell / questions] * ofQuestions[cell % questions])
                .toArray();
    }

    @Override
    public Estimate estimate(int units, ClusterStatistic statistic) {
        int[] once = new int[units];
        Arrays.fill(once, 1);
        double[] resampled = IntStream.range(0, resamples)
                .parallel()
                .mapToDouble(resample -> statistic.of(copies(units, resample)))
                .toArray();
        return units / runs < 2
                ? new Estimate(statistic.of(once), Double.NaN, Double.NaN)
                : Estimate.ofPercentiles(statistic.of(once), resampled, confidence);
    }
}
