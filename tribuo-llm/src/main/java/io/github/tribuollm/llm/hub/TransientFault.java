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
package io.github.tribuollm.llm.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A server that is busy or out of order, and may answer later. */
final class TransientFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    TransientFault(String message) {
        this(message, Optional.empty());
    }

    TransientFault(String message, Optional<Duration> retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** How long the server asks to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
