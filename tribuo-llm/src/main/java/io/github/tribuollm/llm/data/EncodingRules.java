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
package io.github.tribuollm.llm.data;

/**
 * What becomes of rows when they are encoded.
 *
 * @param maxLength the most tokens a sequence may have, at least 2
 * @param truncation what happens to longer rows
 * @param promptWeight how much a token of the prompt counts beside one of the answer, which counts 1: in [0, 1]; at 0
 *     prompts are only read
 * @param skipBadRows whether rows that cannot be used are left out and counted, or else stop the encoding
 */
public record EncodingRules(int maxLength, TruncationPolicy truncation, double promptWeight, boolean skipBadRows) {
    /**
     * Creates rules.
     *
     * @throws IllegalArgumentException if {@code maxLength} is below 2, or {@code promptWeight} is not in [0, 1]
     */
    public EncodingRules {
        if (maxLength < 2) {
            throw new IllegalArgumentException("maxLength must be at least 2, not " + maxLength);
        }
        if (!(promptWeight >= 0 && promptWeight <= 1)) {
            throw new IllegalArgumentException("promptWeight must lie in [0, 1], not " + promptWeight);
        }
    }

    /**
     * Rules under which only answers are learned and every row has to be good.
     *
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     */
    public EncodingRules(int maxLength, TruncationPolicy truncation) {
        this(maxLength, truncation, 0, false);
    }

    /** Whether prompts are learned, more or less. */
    boolean learnsPrompts() {
        return promptWeight > 0;
    }

    /** Whether tokens of the prompt count other than those of the answer, so that sequences say how much. */
    boolean weighsPrompts() {
        return learnsPrompts() && promptWeight < 1;
    }
}
