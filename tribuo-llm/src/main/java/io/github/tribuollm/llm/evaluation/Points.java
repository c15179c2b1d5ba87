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
package io.github.tribuollm.llm.evaluation;

import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/**
 * What a model scored on each prompt by one metric. A score is the sum of the points over the sum of the counts: a mean
 * where each prompt counts once.
 *
 * @param metric what was asked of the answers, such as {@code exact_match}
 * @param filter the way in which they were read
 * @param values the points on each prompt
 * @param counts how much each prompt counts, at least 0; one that counts 0 was not scored
 * @param higherIsBetter whether more points are better
 */
public record Points(String metric, String filter, double[] values, double[] counts, boolean higherIsBetter) {
    /**
     * Creates points from copies of the arrays.
     *
     * @param metric what was asked of the answers
     * @param filter the way in which they were read
     * @param values the points on each prompt
     * @param counts how much each prompt counts
     * @param higherIsBetter whether more points are better
     * @throws IllegalArgumentException if the numbers of prompts differ
     */
    public Points {
        if (values.length != counts.length) {
            throw new IllegalArgumentException(
                    metric + " has points on " + values.length + " prompts, and counts of " + counts.length);
        }
        values = values.clone();
        counts = counts.clone();
    }

    /** {@return a point for each favourable verdict} */
    static Points of(String metric, String filter, List<List<Boolean>> verdicts) {
        return new Points(
                metric,
                filter,
                verdicts.stream()
                        .mapToDouble(prompt -> prompt.stream().filter(v -> v).count())
                        .toArray(),
                verdicts.stream().mapToDouble(List::size).toArray(),
                true);
    }

    /** {@return a copy of the points} */
    @Override
    public double[] values() {
        return values.clone();
    }

    /** {@return a copy of the counts} */
    @Override
    public double[] counts() {
        return counts.clone();
    }

    /** {@return the number of prompts} */
    public int prompts() {
        return values.length;
    }

    /**
     * What is said of one prompt.
     *
     * @param prompt its number, from 0
     * @return such as {@code right}, {@code wrong}, {@code 2 of 3}, or {@code none} where it was not scored
     */
    public String verdict(int prompt) {
        if (counts[prompt] == 0) {
            return "none";
        }
        if (counts[prompt] != 1) {
            return written(values[prompt]) + " of " + written(counts[prompt]);
        }
        return values[prompt] == 1 ? "right" : values[prompt] == 0 ? "wrong" : written(values[prompt]);
    }

    private static String written(double value) {
        return new BigDecimal(value)
                .setScale(3, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** {@return whether each prompt counts once} */
    boolean countPromptsOnce() {
        return Arrays.stream(counts).allMatch(count -> count == 1);
    }

    /** {@return whether each prompt is right or wrong, once} */
    boolean areVerdicts() {
        return countPromptsOnce() && Arrays.stream(values).allMatch(value -> value == 0 || value == 1);
    }

    /**
     * The score with its interval, which stays where scores can be: Wilson's of verdicts, else by resampled prompts.
     *
     * @param bootstrap the resampling
     * @return the estimate; its interval is undefined for a single prompt that is no verdict
     */
    public Estimate estimate(ClusterBootstrap bootstrap) {
        if (areVerdicts()) {
            return Estimate.ofShare(Math.round(Arrays.stream(values).sum()), prompts(), bootstrap.confidence());
        }
        return bootstrap.estimate(prompts(), copies -> weighted(values, copies) / weighted(counts, copies));
    }

    private static double weighted(double[] values, int[] copies) {
        double sum = 0;
        for (int prompt = 0; prompt < values.length; prompt++) {
            sum += copies[prompt] * values[prompt];
        }
        return sum;
    }

    /**
     * {@return the score, with its standard error over prompts}
     *
     * <p>Prompts are independent of each other, while what is counted within one need not be: the error is that of a
     * ratio of sums. Where each prompt counts once it is the sample deviation over the root of the number of prompts;
     * of a single prompt it is undefined.
     */
    public Score score() {
        double all = Arrays.stream(counts).sum();
        double mean = Arrays.stream(values).sum() / all;
        double squares = 0;
        double scored = 0;
        for (int prompt = 0; prompt < values.length; prompt++) {
            double residual = values[prompt] - mean * counts[prompt];
            squares += residual * residual;
            scored += counts[prompt] > 0 ? 1 : 0;
        }
        double error = scored > 1 ? Math.sqrt(squares * scored / (scored - 1)) / all : Double.NaN;
        return new Score(metric, filter, mean, error, Math.round(all), higherIsBetter);
    }
}
