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
import java.util.Locale;
import java.util.stream.IntStream;

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
     * @param model the model's points
     * @param baseline the baseline's, on the same prompts in the same order
     * @param bootstrap the resampling of prompts
     * @throws EvaluationException if the metrics or the numbers of prompts differ, or no prompt was scored for both
     */
    public static ScoreComparison of(Points model, Points baseline, ClusterBootstrap bootstrap) {
        if (!model.metric().equals(baseline.metric())
                || !model.filter().equals(baseline.filter())
                || model.prompts() != baseline.prompts()) {
            throw new EvaluationException("Only scores on the same prompts can be compared, not " + model.prompts()
                    + " of " + model.metric() + " with " + baseline.prompts() + " of " + baseline.metric());
        }
        PairedScores paired = paired(model, baseline);
        return new ScoreComparison(
                model.score(),
                baseline.score(),
                paired.difference(bootstrap),
                paired.normalisedGain(bootstrap),
                model.areVerdicts() && baseline.areVerdicts()
                        ? McNemar.of(right(paired.model()), right(paired.baseline()))
                                .p()
                        : paired.p(bootstrap));
    }

    /** {@return the points on those prompts that were scored for both models} */
    private static PairedScores paired(Points model, Points baseline) {
        double[] counts = model.counts();
        double[] others = baseline.counts();
        int[] both = IntStream.range(0, counts.length)
                .filter(i -> counts[i] > 0 && others[i] > 0)
                .toArray();
        if (both.length == 0) {
            throw new EvaluationException("No prompt has a score of both models by " + model.metric());
        }
        return new PairedScores(chosen(model.values(), both), chosen(baseline.values(), both), chosen(counts, both));
    }

    private static double[] chosen(double[] values, int[] places) {
        return IntStream.of(places).mapToDouble(i -> values[i]).toArray();
    }

    private static boolean[] right(double[] points) {
        boolean[] right = new boolean[points.length];
        for (int i = 0; i < right.length; i++) {
            right[i] = points[i] == 1;
        }
        return right;
    }

    /** {@return whether the model is better than the baseline, in the direction of the metric} */
    public boolean beats() {
        return model.higherIsBetter() ? difference.value() > 0 : difference.value() < 0;
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
