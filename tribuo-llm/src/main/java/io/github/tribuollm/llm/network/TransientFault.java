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

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** A server that is busy or out of order, and may answer later. */
public final class TransientFault extends IOException {
    private static final long serialVersionUID = 1L;
    private static final Set<Integer> STATUS = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final transient Optional<Duration> retryAfter;

    /**
     * A fault.
     *
     * @param message what went wrong
     */
    public TransientFault(String message) {
        super(message);
        this.retryAfter = Optional.empty();
    }

    /**
     * A response that says so.
     *
     * @param message what went wrong
     * @param response the response, whose header Retry-After may tell how long to wait
     */
    public TransientFault(String message, HttpResponse<?> response) {
        super(message);
        this.retryAfter = response.headers().firstValue("Retry-After").flatMap(TransientFault::delay);
    }

    /** {@return whether a server that answers so may answer otherwise later} */
    public static boolean isTransient(int status) {
        return STATUS.contains(status);
    }

    /** How long the server asks to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    private static Optional<Duration> delay(String text) {
        try {
            return Optional.of(
                    text.matches("[0-9]{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(text))
                            : atLeastZero(Duration.between(
                                    ZonedDateTime.now(),
                                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
