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

import java.util.List;

/** What the paper claims of two objectives, by the names that they have in the experiment. */
enum Claim {
    MASKED_IN("3", "Masked MLE beats MLE in distribution", true, "masked-mle", "mle"),
    FINER_LOSS("3", "by token beats by document in distribution: loss", true, "masked-mle", "loss-documents"),
    FINER_ENTROPY(
            "3", "by token beats by document in distribution: entropy", true, "entropy-tokens", "entropy-documents"),
    FINER_RHO("3", "by token beats by document in distribution: RHO", true, "rho-tokens", "rho-documents"),
    MASKED_OUT("5, 6A", "Masked MLE is worse than MLE out of distribution", false, "mle", "masked-mle"),
    DISTILL_IN("5, 6A", "Masked MLE + Distill beats MLE in distribution", true, "masked-mle-distill", "mle"),
    DISTILL_OUT("5, 6A", "Masked MLE + Distill beats MLE out of distribution", false, "masked-mle-distill", "mle"),
    DISTILL_HELPS(
            "5, 6A", "distillation helps Masked MLE out of distribution", false, "masked-mle-distill", "masked-mle");

    private final String figure;
    private final String sentence;
    private final boolean inDistribution;
    private final String better;
    private final String worse;

    Claim(String figure, String sentence, boolean inDistribution, String better, String worse) {
        this.figure = figure;
        this.sentence = sentence;
        this.inDistribution = inDistribution;
        this.better = better;
        this.worse = worse;
    }

    /** The paper's figure. */
    String figure() {
        return figure;
    }

    String sentence() {
        return sentence;
    }

    /** The two objectives on every task that the claim is about. */
    List<Contrast> contrasts(List<Panel> panels) {
        return panels.stream()
                .filter(panel -> panel.inDistribution() == inDistribution && panel.measures(better, worse))
                .map(panel -> panel.contrast(better, worse))
                .toList();
    }
}
