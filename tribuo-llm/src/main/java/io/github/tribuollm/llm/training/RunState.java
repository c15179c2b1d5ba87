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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.graphs.ParameterSet;
import java.util.Optional;

/**
 * What steps change.
 *
 * @param parameters what is trained
 * @param adam its moments
 * @param lossScale the scale of the next step's loss; empty where losses are not scaled
 * @param taken what the steps said
 * @param best what held-out losses have come to
 */
record RunState(ParameterSet parameters, AdamW adam, Optional<LossScale> lossScale, BestSoFar best, StepsTaken taken) {
    /** The steps done, skipped ones included. */
    int steps() {
        return adam.steps() + lossScale.map(LossScale::skippedSteps).orElse(0);
    }

    /** The factor of the next step's gradients. */
    float scale() {
        return lossScale.map(LossScale::value).orElse(1f);
    }

    /** Whether a step whose gradients overflow is skipped, because a smaller scale may save the next one. */
    boolean skipsOverflows() {
        return lossScale.filter(scale -> !scale.isSmallest()).isPresent();
    }

    /** The state after a step, which had a loss and selected a fraction of the completion tokens. */
    RunState after(boolean skipped, double loss, double selectedFraction) {
        return new RunState(
                parameters,
                adam,
                lossScale.map(s -> skipped ? s.afterOverflow() : s.afterGoodStep()),
                best,
                taken.after(loss, selectedFraction));
    }

    /** The state after an evaluation. */
    RunState with(BestSoFar found) {
        return new RunState(parameters, adam, lossScale, found, taken);
    }
}
