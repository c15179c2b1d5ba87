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

import io.github.tribuollm.runtime.UserException;

/** A prompt, a setting or a model from which no text can be generated. */
public final class GenerationException extends UserException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the refusal.
     *
     * @param message what is wrong, where, and what to do
     */
    public GenerationException(String message) {
        super(message);
    }

    /**
     * Makes the refusal.
     *
     * @param message what is wrong, where, and what to do
     * @param cause what was found
     */
    public GenerationException(String message, Throwable cause) {
        super(message, cause);
    }
}
