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

import java.util.Map;

/**
 * What the held-out losses of a run have come to, as transformers' Trainer and EarlyStoppingCallback see them.
 *
 * @param loss the least loss; infinite before the first evaluation
 * @param step the steps done when it was found
 * @param stale how many evaluations in turn have not improved on the best by more than the least improvement
 * @param parameters those of that step, by name; empty if they are not kept
 */
record BestSoFar(double loss, int step, int stale, Map<String, float[]> parameters) {
    /** Before the first evaluation. */
    static final BestSoFar NONE = new BestSoFar(Double.POSITIVE_INFINITY, 0, 0, Map.of());

    /**
     * After one more evaluation.
     *
     * @param found its loss
     * @param done the steps done
     * @param minDelta the improvement that counts must be larger
     * @param present the parameters to keep if it is the best; empty if they are not kept
     */
    BestSoFar after(double found, int done, double minDelta, Map<String, float[]> present) {
        int turns = loss - found > minDelta ? 0 : stale + 1;
        return found < loss ? new BestSoFar(found, done, turns, present) : new BestSoFar(loss, step, turns, parameters);
    }
}
