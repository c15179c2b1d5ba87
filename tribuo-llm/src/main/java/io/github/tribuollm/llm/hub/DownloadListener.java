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

import java.time.Duration;

/** Is told how a download proceeds. */
public interface DownloadListener {
    /** Is told nothing. */
    DownloadListener SILENT = new DownloadListener() {};

    /**
     * The state of a file's download.
     *
     * @param file its name
     * @param bytes how many are there, those of an earlier, interrupted download included
     * @param total how many it has
     * @param bytesPerSecond the rate since this download began; 0 where it is not known yet
     * @param elapsed the time since this download began
     */
    record Progress(String file, long bytes, long total, double bytesPerSecond, Duration elapsed) {
        /** {@return the time that the rest will take at this rate; zero where the rate is not known} */
        public Duration remaining() {
            return bytesPerSecond > 0
                    ? Duration.ofMillis(Math.round(1000 * (total - bytes) / bytesPerSecond))
                    : Duration.ZERO;
        }

        /** {@return whether all bytes are there} */
        public boolean isComplete() {
            return bytes == total;
        }
    }

    /**
     * Bytes arrived. Called often, and once more when all are there.
     *
     * @param progress the state
     */
    default void progressed(Progress progress) {}

    /**
     * Something that a person may want to know, such as that a request is repeated.
     *
     * @param note one line
     */
    default void noted(String note) {}
}
