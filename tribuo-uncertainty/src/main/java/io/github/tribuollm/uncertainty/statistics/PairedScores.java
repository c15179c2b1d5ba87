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
 * What two models scored on the same questions. A score is the sum over questions, divided by the sum of counts: a mean
 * where each question counts once. Questions are resampled together with both models' scores.
 *
 * @param model the model's points on each question
 * @param baseline the baseline's points, in the same order
 * @param counts how many points there were to win on each question, at least 0; one of 0 has no points
 */
public record PairedScores(double[] model, double[] baseline, double[] counts) {
    /**
     * Creates scores from copies of the arrays.
     *
     * @param model the model's points
     * @param baseline the baseline's points
     * @param counts points to win
     * @throws IllegalArgumentException if the numbers of questions differ
     */
    public PairedScores {
        if (model.length != baseline.length || model.length != counts.length) {
            throw new IllegalArgumentException("Scores on " + model.length + " and " + baseline.length
                    + " questions, of which " + counts.length + " have a count");
        }
        model = model.clone();
        baseline = baseline.clone();
        counts = counts.clone();
    }

    /**
     * Scores on questions that count once each.
     *
     * @param model the model's score on each question
     * @param baseline the baseline's, in the same order
     */
    public static PairedScores of(double[] model, double[] baseline) {
        double[] once = new double[model.length];
        Arrays.fill(once, 1);
        return new PairedScores(model, baseline, once);
    }

    /**
     * {@return the difference of the scores with its interval}
     *
     * @param bootstrap the resampling
     */
    public Estimate difference(Bootstrap bootstrap) {
        return bootstrap.estimate(model.length, score(model).minus(score(baseline)));
    }

    /**
     * The paper's normalised gain, (model - baseline) / baseline, with its interval.
     *
     * @param bootstrap the resampling
     * @return undefined if the baseline scores nothing, in the data or in any resample
     */
    public Estimate normalisedGain(Bootstrap bootstrap) {
        ClusterStatistic ours = score(model);
        ClusterStatistic theirs = score(baseline);
        return bootstrap.estimate(model.length, copies -> {
            double reference = theirs.of(copies);
            return reference == 0 ? Double.NaN : (ours.of(copies) - reference) / reference;
        });
    }

    /**
     * How likely a difference as large would be by chance: twice the share of resamples in which the difference has the
     * other sign, where half a resample is added to each side; at least 2^(1-n) for n questions, which is the least that a
     * sign test can give.
     *
     * @param bootstrap the resampling
     * @return the two-sided p-value, in (0, 1]; 1 if the models differ on no question, and of a single question
     */
    public double p(Bootstrap bootstrap) {
        double[] resampled = differences(bootstrap);
        double notAbove = Arrays.stream(resampled).filter(d -> d <= 0).count() + 0.5;
        double notBelow = Arrays.stream(resampled).filter(d -> d >= 0).count() + 0.5;
        double least = Math.pow(2, 1 - model.length);
        return Math.min(1, Math.max(least, 2 * Math.min(notAbove, notBelow) / (resampled.length + 1)));
    }

    /**
     * {@return the difference of the scores in each resample}
     *
     * @param bootstrap the resampling
     */
    public double[] differences(Bootstrap bootstrap) {
        ClusterStatistic difference = score(model).minus(score(baseline));
        return IntStream.range(0, bootstrap.resamples())
                .mapToDouble(resample -> difference.of(bootstrap.copies(model.length, resample)))
                .toArray();
    }

    private ClusterStatistic score(double[] points) {
        return copies -> {
            double sum = 0;
            double all = 0;
            for (int question = 0; question < copies.length; question++) {
                sum += copies[question] * points[question];
                all += copies[question] * counts[question];
            }
            return sum / all;
        };
    }
}
