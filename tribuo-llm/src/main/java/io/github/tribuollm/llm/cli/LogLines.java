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
package io.github.tribuollm.llm.cli;

import java.io.PrintStream;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Logs one line a message, {@code WARNING 3 rows dropped}, to the error stream. */
final class LogLines extends StreamHandler {
    private static final String OWN = "io.github.tribuollm";
    private static final String TOKENIZERS = "ai.djl";
    private static final String CONFIGURATION = "com.oracle.labs.mlrg.olcut";

    /** The loggers whose levels are set are kept from the garbage collector. */
    private static final java.util.List<Logger> KEPT =
            java.util.List.of(Logger.getLogger(OWN), Logger.getLogger(TOKENIZERS), Logger.getLogger(CONFIGURATION));

    private LogLines(PrintStream err) {
        super(err, new Line());
        setLevel(Level.ALL);
    }

    /** Sends all log messages of this process to a stream, and nowhere else. */
    static void to(PrintStream err) {
        Logger root = Logger.getLogger("");
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LogLines(err));
        KEPT.get(0).setLevel(Level.INFO);
        KEPT.get(1).setLevel(Level.WARNING);
        KEPT.get(2).setLevel(Level.SEVERE);
    }

    /** Shows more. */
    static void verbose() {
        KEPT.get(0).setLevel(Level.FINE);
        KEPT.get(1).setLevel(Level.INFO);
        KEPT.get(2).setLevel(Level.WARNING);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        super.publish(entry);
        flush();
    }

    /** Leaves the stream open: it is not this handler's, and the log manager closes handlers when a signal arrives. */
    @Override
    public synchronized void close() {
        flush();
    }

    private static final class Line extends Formatter {
        @Override
        public String format(LogRecord entry) {
            String thrown = entry.getThrown() == null ? "" : ": " + entry.getThrown();
            return entry.getLevel().getName() + " " + formatMessage(entry) + thrown + System.lineSeparator();
        }
    }
}
