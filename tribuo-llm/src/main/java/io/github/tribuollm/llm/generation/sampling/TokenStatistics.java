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
package io.github.tribuollm.llm.generation.sampling;

/** What is told of each generated token beside its id; all but ids takes a pass over the vocabulary a token. */
public sealed interface TokenStatistics {
    /** Ids alone: all other numbers are NaN. */
    record None() implements TokenStatistics {}

    /**
     * Log-probabilities and entropies.
     *
     * @param alternatives how many of the likeliest tokens are told, at least 0
     */
    record OfPrediction(int alternatives) implements TokenStatistics {
        /** Checks the number. */
        public OfPrediction {
            if (alternatives < 0) {
                throw new IllegalArgumentException("There are at least 0 alternatives, not " + alternatives);
            }
        }
    }
}
