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

import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.StepPlan;

/** A way to compute a step: one for each {@link StepPlan}. */
sealed interface StepStrategy extends AutoCloseable permits OwnWeightsStep, GivenWeightsStep, WholeStep {
    /**
     * Computes a step; the gradients are then where those of all steps come.
     *
     * @param batches its micro-batches, which have a completion token
     * @param step its number, from 0
     */
    StepOutcome compute(MicroBatches batches, int step);

    /** Whether its graph is loaded. */
    boolean isOpen();

    /** Frees the graph; it is loaded again when it is needed. */
    @Override
    void close();
}
