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
package io.github.tribuollm.llm.network;

import java.time.Duration;

/**
 * How often a request is repeated when the server is busy or the connection fails.
 *
 * @param attempts the most attempts without progress, at least 1
 * @param first about how long is waited after the first failure; each further wait is about twice as long
 * @param longest the longest wait, also where the server asks for one
 */
public record Retries(int attempts, Duration first, Duration longest) {
    /** Six attempts; waits from one second up to five minutes. */
    public static final Retries STANDARD = new Retries(6, Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** One attempt. */
    public static final Retries NONE = new Retries(1, Duration.ZERO, Duration.ZERO);
}
