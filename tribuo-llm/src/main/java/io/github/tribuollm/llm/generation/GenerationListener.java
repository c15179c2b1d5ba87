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

/** Hears what is generated, while it is; called from the thread that generates. */
public interface GenerationListener {
    /** Hears nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /**
     * An answer has grown.
     *
     * @param prompt to which prompt
     * @param sample the number of the answer, from 0
     * @param text what was added, whole characters; never a part of a stop string, nor the end token
     */
    default void added(Prompt prompt, int sample, String text) {}

    /**
     * All answers to a prompt are there. Prompts are told in the order in which they are done.
     *
     * @param generation the prompt and the answers
     */
    default void generated(Generation generation) {}

    /**
     * {@return whether to go on; asked before each token, and if not, all answers end where they are}
     */
    default boolean goesOn() {
        return true;
    }
}
