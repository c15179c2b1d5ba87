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
package io.github.tribuollm.llm.notebook;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Brings what the library logs below the cell that runs. The kernel's own console, where the handlers of
 * java.util.logging write, is not seen in a notebook.
 */
final class NotebookLog extends Handler {
    private static final Logger LIBRARY = Logger.getLogger("io.github.tribuollm");

    private final SimpleFormatter formatter = new SimpleFormatter();

    NotebookLog() {
        setLevel(Level.INFO);
    }

    void install() {
        LIBRARY.addHandler(this);
    }

    void uninstall() {
        LIBRARY.removeHandler(this);
    }

    /** Writes to the output as it is now, since a kernel exchanges it from cell to cell. */
    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            String level = record.getLevel().intValue() > Level.INFO.intValue() ? record.getLevel() + ": " : "";
            System.out.println(level + formatter.formatMessage(record));
        }
    }

    @Override
    public void flush() {
        System.out.flush();
    }

    @Override
    public void close() {}
}
