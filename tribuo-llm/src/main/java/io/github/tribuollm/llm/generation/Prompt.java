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
package io.github.tribuollm.llm.generation;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model continues. Immutable: the tokens are copied on the way in and out.
 *
 * @param origin where it comes from, for people: {@code file:line}, or {@code memory}
 * @param layout whether there is anything around the question
 * @param question what is asked, without the layout around it
 * @param reference the answer that the data give, if they give one
 * @param tokens the tokens of the whole layout, at least one
 */
public record Prompt(String origin, Layout layout, String question, Optional<String> reference, int[] tokens) {
    /** What stands around a question. */
    public enum Layout {
        /** Nothing: the model continues the text. */
        PLAIN,
        /** A conversation: the model says its next message. */
        CONVERSATION
    }

    /** Copies the tokens. */
    public Prompt {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(reference, "reference");
        tokens = tokens.clone();
    }

    /** The same, said to come from elsewhere. */
    public Prompt from(String place) {
        return new Prompt(place, layout, question, reference, tokens);
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    /** {@return the number of tokens} */
    public int length() {
        return tokens.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prompt that
                && origin.equals(that.origin)
                && layout == that.layout
                && question.equals(that.question)
                && reference.equals(that.reference)
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(origin, layout, question, reference, Arrays.hashCode(tokens));
    }

    @Override
    public String toString() {
        return origin + " (" + tokens.length + " tokens): " + question;
    }
}
