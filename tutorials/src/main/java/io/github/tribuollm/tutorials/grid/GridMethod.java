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
package io.github.tribuollm.tutorials.grid;

import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.ExcessLossScore;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.Score;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * A column of the grid: maximum likelihood on the quarter of the tokens, or of the documents, that a score ranks
 * highest in each optimiser step, and the two objectives that use all tokens.
 */
enum GridMethod {
    MLE("MLE", seed -> Objective.mle()),
    RANDOM_TOKENS("random, tokens", seed -> tokens(new RandomScore(seed))),
    ENTROPY_TOKENS("entropy, tokens", seed -> tokens(new EntropyScore())),
    LOSS_TOKENS("loss, tokens (Masked MLE)", seed -> tokens(new LossScore())),
    RHO_TOKENS("RHO, tokens", seed -> tokens(new ExcessLossScore()), Reference.HELD_OUT),
    RANDOM_DOCUMENTS("random, documents", seed -> documents(new RandomScore(seed))),
    ENTROPY_DOCUMENTS("entropy, documents", seed -> documents(new EntropyScore())),
    LOSS_DOCUMENTS("loss, documents", seed -> documents(new LossScore())),
    RHO_DOCUMENTS("RHO, documents", seed -> documents(new ExcessLossScore()), Reference.HELD_OUT),
    MASKED_MLE_DISTILL("Masked MLE + Distill", seed -> Objective.maskedMleDistill(GridMethod.QUANTILE), Reference.MLE);

    /** Which model an objective compares with. */
    enum Reference {
        /** The base fine-tuned by maximum likelihood on the same rows: the paper's reference for distillation. */
        MLE,
        /** The base fine-tuned by maximum likelihood on rows that no cell trains on. */
        HELD_OUT
    }

    /** The paper's: the top 25 %. */
    private static final double QUANTILE = 0.75;

    private final String label;
    private final LongFunction<Objective> objective;
    private final Optional<Reference> reference;

    GridMethod(String label, LongFunction<Objective> objective, Reference... reference) {
        this.label = label;
        this.objective = objective;
        this.reference = Arrays.stream(reference).findFirst();
    }

    private static Objective tokens(Score score) {
        return Objectives.maskedMle(score, QUANTILE);
    }

    private static Objective documents(Score score) {
        return Objectives.documentSelection(score, QUANTILE);
    }

    /** {@return its name in tables and pictures} */
    String label() {
        return label;
    }

    /**
     * What is minimised.
     *
     * @param seed decides random scores
     */
    Objective objective(long seed) {
        return objective.apply(seed);
    }

    /** {@return the reference model that the objective needs} */
    Optional<Reference> reference() {
        return reference;
    }
}
