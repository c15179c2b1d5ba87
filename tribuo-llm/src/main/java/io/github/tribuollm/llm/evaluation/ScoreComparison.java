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
import io.github.tribuollm.uncertainty.statistics.McNemar;
import io.github.tribuollm.uncertainty.statistics.PairedScores;
import java.util.List;
import java.util.Locale;

/**
 * A model's score beside a baseline's on the same prompts.
 *
 * @param model the model's score
 * @param baseline the baseline's score
 * @param difference the model's minus the baseline's, with its interval over prompts
 * @param normalisedGain (model - baseline) / baseline, with its interval; undefined where the baseline scores nothing
 * @param p that they differ by chance: McNemar's exact test where each prompt has one verdict, else the paired bootstrap.
 *     Several comparisons are corrected by {@link io.github.tribuollm.uncertainty.statistics.HolmCorrection}.
 */
public record ScoreComparison(Score model, Score baseline, Estimate difference, Estimate normalisedGain, double p) {
    /**
     * Compares two models.
     *
     * @param model the model's judged answers
     * @param baseline the baseline's, to the same prompts in the same order
     * @param metric what is compared
     * @param filter the way in which answers were read
     * @param bootstrap the resampling of prompts
     * @throws EvaluationException if the tasks or the numbers of prompts differ
     */
    public static ScoreComparison of(
            TaskScores model, TaskScores baseline, String metric, String filter, ClusterBootstrap bootstrap) {
        List<List<Boolean>> ours = model.verdicts(metric, filter);
        List<List<Boolean>> theirs = baseline.verdicts(metric, filter);
        if (!model.task().equals(baseline.task()) || ours.size() != theirs.size()) {
            throw new EvaluationException("Only answers to the same prompts can be compared, not " + ours.size()
                    + " of " + model.task() + " with " + theirs.size() + " of " + baseline.task());
        }
        double[] counts = ours.stream().mapToDouble(List::size).toArray();
        PairedScores paired = new PairedScores(points(ours), points(theirs), counts);
        boolean single = ours.stream().allMatch(verdicts -> verdicts.size() == 1);
        return new ScoreComparison(
                model.score(metric, filter),
                baseline.score(metric, filter),
                paired.difference(bootstrap),
                paired.normalisedGain(bootstrap),
                single ? McNemar.of(right(ours), right(theirs)).p() : paired.p(bootstrap));
    }

    private static double[] points(List<List<Boolean>> verdicts) {
        return verdicts.stream()
                .mapToDouble(prompt -> prompt.stream().filter(v -> v).count())
                .toArray();
    }

    private static boolean[] right(List<List<Boolean>> verdicts) {
        boolean[] right = new boolean[verdicts.size()];
        for (int i = 0; i < right.length; i++) {
            right[i] = verdicts.get(i).get(0);
        }
        return right;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s beside %.4f: difference %s, normalised gain %s, p %.4f",
                model,
                baseline.value(),
                difference,
                normalisedGain,
                p);
    }
}
