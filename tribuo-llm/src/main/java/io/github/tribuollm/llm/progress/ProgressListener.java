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
package io.github.tribuollm.llm.progress;

import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Is told how work proceeds. */
public interface ProgressListener {
    /** Is told nothing. */
    ProgressListener NONE = new ProgressListener() {};

    /**
     * Some more is done. Called often, and once more when all is done.
     *
     * @param progress how far the work has come
     */
    default void progressed(Progress progress) {}

    /**
     * Something that a person may want to know, such as that a request is repeated.
     *
     * @param note one line
     */
    default void noted(String note) {}

    /**
     * Logs plain lines: none for work of less than three seconds, then one every ten seconds, and in work of hours one
     * a minute.
     *
     * @param logger is told at the level INFO
     * @return the listener
     */
    static ProgressListener logging(Logger logger) {
        return new ProgressLog(lines(logger));
    }

    /**
     * Logs lines under the logger's own name.
     *
     * @param logger is told at the level INFO
     * @return takes a line
     */
    static Consumer<String> lines(Logger logger) {
        return line -> logger.logp(Level.INFO, logger.getName(), null, line);
    }
}
