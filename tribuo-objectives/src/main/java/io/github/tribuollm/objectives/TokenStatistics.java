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
package io.github.tribuollm.objectives;

import io.github.tribuollm.graph.Tensor;

/**
 * What a weight may look at: one entry for each of the N candidate tokens of its scope (the completion tokens of a
 * micro-batch or of an optimiser step), in the order of the data. Nothing here carries a gradient.
 */
public interface TokenStatistics {
    /** {@return the model's loss -log p(label), [N], nats} */
    Tensor nll();

    /** {@return the entropy of the model's prediction, [N], nats} */
    Tensor entropy();

    /**
     * A score that does not come from the model.
     *
     * @param score its values are asked for when the graph runs
     * @return [N]
     */
    Tensor external(ExternalScore score);

    /** {@return the document of each token, int64 [N], ids in [0, D)} */
    Tensor documents();

    /** {@return 0, 1, ..., D-1, int64 [D]} */
    Tensor documentIds();

    /** {@return the number of tokens in the scope, prompts included, padding not, float scalar} */
    Tensor allTokens();
}
