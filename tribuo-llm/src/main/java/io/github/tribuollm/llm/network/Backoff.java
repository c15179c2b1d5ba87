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

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Waits between the attempts at one thing: twice as long each time, within a factor of two by chance. */
public final class Backoff {
    /** What is attempted. */
    @FunctionalInterface
    public interface Attempt<T> {
        /**
         * Tries once.
         *
         * @throws IOException if another attempt may help
         */
        T run() throws IOException;
    }

    private final Retries retries;
    private final ProgressListener listener;
    private int failures;

    /**
     * Begins without failures.
     *
     * @param retries how often and how long
     * @param listener is told of failures
     */
    public Backoff(Retries retries, ProgressListener listener) {
        this.retries = retries;
        this.listener = listener;
    }

    /**
     * Runs until it succeeds.
     *
     * @throws IOException the last failure, when there were too many
     * @throws CheckpointException at once where another attempt would not help
     */
    public <T> T run(Attempt<T> attempt) throws IOException {
        while (true) {
            try {
                return attempt.run();
            } catch (IOException e) {
                failures++;
                Optional<Duration> wait = failures < retries.attempts() ? wait(e) : Optional.empty();
                listener.noted(reason(e)
                        + wait.map(w -> "; trying again in " + w.toMillis() / 1000.0 + " s")
                                .orElse(""));
                pause(wait.orElseThrow(() -> e));
            }
        }
    }

    /** Forgets earlier failures, since there was progress. */
    public void reset() {
        failures = 0;
    }

    /** Empty if the server asks for more patience than there is. */
    private Optional<Duration> wait(IOException failure) {
        if (failure instanceof TransientFault fault && fault.retryAfter().isPresent()) {
            return fault.retryAfter().filter(asked -> asked.compareTo(retries.longest()) <= 0);
        }
        double doubled = retries.first().toMillis() * Math.pow(2, failures - 1.0);
        double millis = Math.min(
                retries.longest().toMillis(),
                doubled * ThreadLocalRandom.current().nextDouble(0.5, 1));
        return Optional.of(Duration.ofMillis(Math.round(millis)));
    }

    /** {@return what is said of a failure} */
    public static String reason(IOException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Waits; a thread that is interrupted stops with a message. */
    public static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckpointException(
                    "The requests were interrupted; what has arrived is kept for the next time", e);
        }
    }
}
