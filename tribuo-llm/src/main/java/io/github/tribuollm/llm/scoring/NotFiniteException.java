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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.runtime.UserException;

/** A measure of a completion token is NaN or infinite. The message names document, position and cause. */
public final class NotFiniteException extends UserException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(String message) {
        super(message);
    }

    /**
     * The same of one model among several.
     *
     * @param model which, as the subject of a sentence
     * @return an exception whose message begins with it
     */
    public NotFiniteException of(String model) {
        return new NotFiniteException(model + " predicts what is not finite: " + getMessage());
    }
}
