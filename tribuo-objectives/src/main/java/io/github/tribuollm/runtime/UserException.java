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
package io.github.tribuollm.runtime;

/**
 * What a user can mend: an input, a setting or the surroundings of a run. The message is for people and complete: it
 * says what is wrong, where (file, field or token), and what to do. Whoever shows it needs no stack trace beside it.
 */
public abstract class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A problem found by a check.
     *
     * @param message what is wrong, where, and what to do
     */
    protected UserException(String message) {
        super(message);
    }

    /**
     * A problem reported by something below.
     *
     * @param message what is wrong, where, and what to do
     * @param cause what reported it
     */
    protected UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
