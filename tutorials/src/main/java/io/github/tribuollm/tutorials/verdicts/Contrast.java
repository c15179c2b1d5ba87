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
package io.github.tribuollm.tutorials.verdicts;

import io.github.tribuollm.uncertainty.statistics.CrossedBootstrap;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import io.github.tribuollm.uncertainty.statistics.PairedScores;
import java.util.Arrays;

/**
 * Two models beside each other on a task: the same prompts, and for each seed the same rows in the same order from the
 * same initial adapter.
 *
 * @param panel the task
 * @param model the one
 * @param rival the other
 * @param seeds with how many seeds both were trained
 * @param score the one's, over all prompts and seeds
 * @param rivalScore the other's
 * @param gain (score - rivalScore) / rivalScore, turned so that more is better, with its interval over prompts and
 *     seeds; over prompts alone where there is one seed
 * @param difference score - rivalScore, turned and with its interval likewise; defined also where there is no gain over
 *     nothing
 * @param differences of the scores in each resample, turned so that more is better
 */
record Contrast(
        Panel panel,
        String model,
        String rival,
        int seeds,
        double score,
        double rivalScore,
        Estimate gain,
        Estimate difference,
        double[] differences) {
    static Contrast of(Panel panel, String model, String rival, int seeds, PairedScores scores) {
        CrossedBootstrap bootstrap = CrossedBootstrap.of(seeds);
        double all = Arrays.stream(scores.counts()).sum();
        Estimate gain = scores.normalisedGain(bootstrap);
        Estimate difference = scores.difference(bootstrap);
        double[] differences = scores.differences(bootstrap);
        boolean turned = !panel.higherIsBetter();
        return new Contrast(
                panel,
                model,
                rival,
                seeds,
                Arrays.stream(scores.model()).sum() / all,
                Arrays.stream(scores.baseline()).sum() / all,
                turned ? gain.negated() : gain,
                turned ? difference.negated() : difference,
                turned ? Arrays.stream(differences).map(d -> -d).toArray() : differences);
    }

    /** Whether the one is better. */
    boolean beats() {
        return difference.value() > 0;
    }

    /** Of the claim that the one is better; defined also where the other scores nothing. */
    Verdict verdict() {
        return Verdict.of(difference);
    }
}
