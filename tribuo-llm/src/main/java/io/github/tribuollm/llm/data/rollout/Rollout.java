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
package io.github.tribuollm.llm.data.rollout;

import java.util.Optional;

/**
 * A completion that a model gave to a prompt, with what is known of it.
 *
 * @param prompt what the model read
 * @param completion what it wrote, its end-of-sequence token included if it wrote one
 * @param oldLogProbabilities log p of each completion token when it was sampled
 * @param referenceLogProbabilities log p of each completion token under a reference model
 * @param advantage one for the completion or one for each of its tokens
 * @param reward one for the completion or one for each of its tokens
 * @param group what the rewards are compared within, such as the prompt's number
 * @param origin where the row comes from, for error messages
 */
public record Rollout(
        Span prompt,
        Span completion,
        Optional<float[]> oldLogProbabilities,
        Optional<float[]> referenceLogProbabilities,
        Optional<Credit> advantage,
        Optional<Credit> reward,
        Optional<String> group,
        String origin) {
    /**
     * One number for the completion, or one for each of its tokens.
     *
     * @param values the numbers
     * @param perToken whether there is one for each token; otherwise there is just one
     */
    public record Credit(float[] values, boolean perToken) {
        static Credit ofCompletion(float value) {
            return new Credit(new float[] {value}, false);
        }
    }

    /** Text, or tokens. */
    public sealed interface Span {}

    /**
     * Text that a tokenizer turns into tokens.
     *
     * @param text the text
     */
    public record Text(String text) implements Span {}

    /**
     * Tokens as the model read or wrote them.
     *
     * @param ids their ids
     */
    public record Ids(int[] ids) implements Span {}
}
