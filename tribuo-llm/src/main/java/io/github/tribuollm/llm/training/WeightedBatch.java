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

import io.github.tribuollm.llm.graphs.MicroBatch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The completion tokens of a micro-batch that have a weight under some term.
 *
 * @param batch the micro-batch with these completion tokens only, N
 * @param weights their weights, [N] for each term
 */
record WeightedBatch(MicroBatch batch, List<float[]> weights) {
    /** Leaves out the completion tokens whose weights are all 0. */
    static WeightedBatch of(MicroBatch whole, List<float[]> weights) {
        int[] carrying = IntStream.range(0, whole.completionTokens())
                .filter(i -> weights.stream().anyMatch(term -> term[i] != 0))
                .toArray();
        return new WeightedBatch(
                whole.keeping(carrying),
                weights.stream().map(term -> MicroBatch.pick(term, carrying)).toList());
    }
}
