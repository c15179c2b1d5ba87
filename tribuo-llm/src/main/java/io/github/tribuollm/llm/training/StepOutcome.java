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

import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.runtime.GraphSession;

/**
 * What a way to compute a step reports of it, beside its gradients.
 *
 * @param totalWeight the sum of all weights of all terms; nothing was run under weights whose sum is not finite
 * @param carrying the number of completion tokens with a weight under some term; without any there are no gradients
 * @param selected the number of completion tokens that the first term takes
 * @param sums over the tokens that it learns from
 */
record StepOutcome(double totalWeight, long carrying, long selected, StepSums sums) {
    /** Of no tokens yet. */
    static StepOutcome none(int terms) {
        return new StepOutcome(0, 0, 0, StepSums.none(terms));
    }

    /** The outcome of a graph that computes its weights. */
    static StepOutcome of(GraphSession.Outputs outputs, int terms) {
        return new StepOutcome(
                outputs.scalar(Names.TOTAL_WEIGHT),
                (long) outputs.scalar(Names.CARRYING),
                (long) outputs.scalar(Names.SELECTED),
                StepSums.of(outputs, terms));
    }

    /** Of this part of a step and another one. */
    StepOutcome plus(StepOutcome other) {
        return new StepOutcome(
                totalWeight + other.totalWeight,
                carrying + other.carrying,
                selected + other.selected,
                sums.plus(other.sums));
    }
}
