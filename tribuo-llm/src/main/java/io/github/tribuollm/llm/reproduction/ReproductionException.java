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
package io.github.tribuollm.llm.reproduction;

import io.github.tribuollm.runtime.UserException;

/** A model cannot be reproduced: an input is not what it was, or its provenance does not say how it was made. */
public final class ReproductionException extends UserException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what is wrong, where, and what to do
     */
    ReproductionException(String message) {
        super(message);
    }

    /**
     * A failure with a cause.
     *
     * @param message what is wrong, where, and what to do
     * @param cause why
     */
    ReproductionException(String message, Throwable cause) {
        super(message, cause);
    }
}
