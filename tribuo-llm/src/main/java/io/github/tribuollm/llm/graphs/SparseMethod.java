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
package io.github.tribuollm.llm.graphs;

/** Which entries of a teacher's distribution are kept. */
public enum SparseMethod {
    /** The most probable tokens with their probabilities: the rest is lost, so the gradient is biased. */
    TOP,
    /**
     * Systematic random samples with the weight 1 / samples each: the expected number of a token's samples is its
     * probability times their number, so the expected gradient is the full teacher's.
     */
    SAMPLED
}
