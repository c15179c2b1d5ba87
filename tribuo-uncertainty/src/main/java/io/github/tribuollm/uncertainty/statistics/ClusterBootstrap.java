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

import io.github.tribuollm.objectives.token.CounterRandom;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Confidence intervals by resampling whole documents with replacement. The tokens of a document depend on each other;
 * resampling tokens would take them for so many independent observations, and the intervals would be far too narrow.
 *
 * <p>Intervals are Efron's BCa: percentiles of the resampled statistic, corrected for its bias and for how its spread
 * changes with its value (the acceleration, from a jackknife over at most {@value #JACKKNIFE_GROUPS} groups of
 * documents). In simulations of correlations, intervals of 95 % held the truth 91 to 93 % of the time with 30
 * documents, and 94 to 96 % with 120 or more. Resamples run in parallel, and are a pure function of the seed and their
 * index: the same interval, bit for bit, on any number of threads.
 *
 * @param resamples the number of resamples, at least 100
 * @param confidence the nominal coverage, in (0, 1)
 * @param seed of the resamples
 */
public record ClusterBootstrap(int resamples, double confidence, long seed) implements Bootstrap {

    /** 2,000 resamples for intervals of 95 %. */
    public static final ClusterBootstrap STANDARD = new ClusterBootstrap(2000, 0.95, 1);

    private static final int FEWEST_RESAMPLES = 100;
    private static final int JACKKNIFE_GROUPS = 400;
    private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

    /**
     * Checks the settings.
     *
     * @param resamples the number of resamples, at least 100
     * @param confidence the nominal coverage, in (0, 1)
     * @param seed of the resamples
     * @throws IllegalArgumentException if a setting is out of its range
     */
    public ClusterBootstrap {
        if (resamples < FEWEST_RESAMPLES) {
            throw new IllegalArgumentException(
                    "resamples: must be at least " + FEWEST_RESAMPLES + ", better 2000: " + resamples);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence: must be in (0, 1), such as 0.95: " + confidence);
        }
    }

    /**
     * A statistic with its interval. The interval is undefined if there are fewer than two documents, or if the
     * statistic is undefined for the data or for any resample.
     *
     * @param documents the number of documents
     * @param statistic a statistic of them
     * @return the estimate
     */
    @Override
    public Estimate estimate(int documents, ClusterStatistic statistic) {
        int[] once = new int[documents];
        Arrays.fill(once, 1);
        double value = statistic.of(once);
        if (documents < 2 || Double.isNaN(value)) {
            return new Estimate(value, Double.NaN, Double.NaN);
        }
        double[] resampled = IntStream.range(0, resamples)
                .parallel()
                .mapToDouble(resample -> statistic.of(copies(documents, resample)))
                .toArray();
        double[] jackknife = jackknife(documents, statistic);
        if (IntStream.range(0, resamples).anyMatch(r -> Double.isNaN(resampled[r]))) {
            return new Estimate(value, Double.NaN, Double.NaN);
        }
        return corrected(value, resampled, acceleration(jackknife));
    }

    /**
     * How often each document is in a resample: as many draws as there are documents.
     *
     * @param documents the number of documents
     * @param resample the number of the resample, from 0
     */
    @Override
    public int[] copies(int documents, int resample) {
        int[] copies = new int[documents];
        for (int draw = 0; draw < documents; draw++) {
            double uniform = (CounterRandom.bits(seed, resample, draw) >>> 11) * 0x1p-53;
            copies[(int) (uniform * documents)]++;
        }
        return copies;
    }

    /** {@return the statistic without each group of documents in turn} */
    private static double[] jackknife(int documents, ClusterStatistic statistic) {
        int groups = Math.min(documents, JACKKNIFE_GROUPS);
        return IntStream.range(0, groups)
                .parallel()
                .mapToDouble(group -> {
                    int[] copies = new int[documents];
                    Arrays.fill(copies, 1);
                    int from = (int) ((long) group * documents / groups);
                    int to = (int) ((group + 1L) * documents / groups);
                    Arrays.fill(copies, from, to, 0);
                    return statistic.of(copies);
                })
                .toArray();
    }

    /** {@return a sixth of the skewness of the statistic's influence; 0 where it does not vary or is undefined} */
    private static double acceleration(double[] jackknife) {
        double mean = Arrays.stream(jackknife).average().orElseThrow();
        double squares = 0;
        double cubes = 0;
        for (double without : jackknife) {
            double influence = mean - without;
            squares += influence * influence;
            cubes += influence * influence * influence;
        }
        double acceleration = cubes / (6 * Math.pow(squares, 1.5));
        return Double.isFinite(acceleration) ? acceleration : 0;
    }

    private Estimate corrected(double value, double[] resampled, double acceleration) {
        double bias = NORMAL.inverseCumulativeProbability(shareBelow(value, resampled));
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        percentile.setData(resampled);
        double[] ends = new double[2];
        for (int end = 0; end < 2; end++) {
            double tail = NORMAL.inverseCumulativeProbability((1 + (2 * end - 1) * confidence) / 2);
            double shifted = bias + (bias + tail) / (1 - acceleration * (bias + tail));
            double share = NORMAL.cumulativeProbability(shifted);
            ends[end] = percentile.evaluate(100 * Math.max(share, Double.MIN_NORMAL));
        }
        return new Estimate(value, ends[0], ends[1]);
    }

    /** {@return the share of resamples below a value, ties as half, at least half a resample from 0 and 1} */
    private double shareBelow(double value, double[] resampled) {
        double below = Arrays.stream(resampled)
                .map(other -> other < value ? 1 : other == value ? 0.5 : 0)
                .sum();
        return Math.max(0.5, Math.min(resamples - 0.5, below)) / resamples;
    }
}
