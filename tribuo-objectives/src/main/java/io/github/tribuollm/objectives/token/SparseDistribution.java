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
package io.github.tribuollm.objectives.token;

import io.github.tribuollm.graph.Tensor;

/**
 * Distributions of N tokens that are 0 but for k entries each. An id may occur several times in a row; its
 * probabilities then add up. A row need not sum to 1.
 *
 * @param ids int64 [N, k]
 * @param probabilities [N, k], at least 0, without a gradient
 */
public record SparseDistribution(Tensor ids, Tensor probabilities) {
    /** {@return the same rows, each scaled to the sum 1; a row must not be all 0} */
    public SparseDistribution renormalised() {
        return new SparseDistribution(ids, probabilities.div(probabilities.sum(-1)));
    }
}
