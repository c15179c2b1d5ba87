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
package io.github.tribuollm.llm.evaluation;

import java.util.List;
import java.util.Objects;

/**
 * How a model is asked: greedily, from a prompt, to the first stop or the last token.
 *
 * @param input what the model reads
 * @param stops texts at whose first occurrence the answer is cut, beside the model's own end of sequence
 * @param maxTokens the most tokens of an answer, at least 1
 */
public record Query(ModelInput input, List<String> stops, int maxTokens) {
    /**
     * Creates a query with a copy of the stops.
     *
     * @param input what the model reads
     * @param stops where the answer is cut
     * @param maxTokens the most tokens of an answer
     * @throws IllegalArgumentException if there is no room for an answer, or a stop is empty
     */
    public Query {
        Objects.requireNonNull(input, "input");
        stops = List.copyOf(stops);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("An answer needs at least 1 token: " + maxTokens);
        }
        if (stops.contains("")) {
            throw new IllegalArgumentException("An empty stop cuts every answer");
        }
    }
}
