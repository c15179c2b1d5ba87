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

/** What a run needs of the machine and its settings is not there, such as a directory for temporary files. */
public final class UnusableSurroundings extends UserException {
    private static final long serialVersionUID = 1L;

    /**
     * Surroundings that cannot be used.
     *
     * @param message what is missing, and what to do
     * @param cause what reported it
     */
    public UnusableSurroundings(String message, Throwable cause) {
        super(message, cause);
    }
}
