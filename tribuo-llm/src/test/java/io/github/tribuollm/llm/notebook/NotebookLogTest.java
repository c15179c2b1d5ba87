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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class NotebookLogTest {
    private static String printed(Runnable work) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void linesGoWhereTheCellPrintsNow() {
        NotebookLog log = new NotebookLog();
        Logger logger = Logger.getLogger("io.github.tribuollm.llm.notebook.test");
        log.install();
        try {
            assertEquals(
                    "encoded 3 rows" + System.lineSeparator() + "WARNING: low" + System.lineSeparator(), printed(() -> {
                        logger.info("encoded 3 rows");
                        logger.fine("not told");
                        logger.warning("low");
                    }));
        } finally {
            log.uninstall();
        }
        assertTrue(printed(() -> logger.info("after")).isEmpty());
    }

    @Test
    void parametersAreFilledIn() {
        LogRecord record = new LogRecord(Level.INFO, "{0} of {1}");
        record.setParameters(new Object[] {1, 2});
        assertEquals("1 of 2" + System.lineSeparator(), printed(() -> new NotebookLog().publish(record)));
    }
}
