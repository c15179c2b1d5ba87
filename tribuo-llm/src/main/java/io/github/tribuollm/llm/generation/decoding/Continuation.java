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
package io.github.tribuollm.llm.generation.decoding;

import java.util.OptionalInt;

/** A sequence that is being continued: where it starts, and what decides how it goes on. */
public interface Continuation {
    /** {@return the tokens that it begins with, at least one; the same in every call} */
    int[] prompt();

    /** {@return how many tokens may follow at most, at least 1} */
    int mostNewTokens();

    /**
     * {@return which text of a data set it is, from 0, by which dropout has its masks; empty for its number in the run}
     */
    default OptionalInt text() {
        return OptionalInt.empty();
    }

    /**
     * Decides what comes next.
     *
     * @param prediction what the model says of the next token, valid during the call
     * @return a token, or the end
     */
    Choice choose(Prediction prediction);

    /**
     * Tells that nothing more will follow, in the order in which sequences end.
     *
     * @param ending why
     */
    default void ended(Ending ending) {}
}
