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
package io.github.tribuollm.tutorials.toy;

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.uncertainty.charts.Chart;
import java.nio.file.Path;

/**
 * What an experiment found.
 *
 * @param table its figures
 * @param confirmed whether they say what the paper says
 * @param verdict that in one line, with the figure that decides
 * @param chart its picture
 */
public record ToyReport(String table, boolean confirmed, String verdict, Chart chart) {
    /**
     * Writes the picture, and the table with the verdict.
     *
     * @param directory where to
     * @param name the files' name, without ending
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if they cannot be written
     */
    public void write(Path directory, String name) {
        AtomicFile.write(directory.resolve(name + ".png"), chart.png());
        AtomicFile.write(directory.resolve(name + ".txt"), text());
    }

    /** {@return the table with the verdict} */
    public String text() {
        return table
                + System.lineSeparator()
                + (confirmed ? "confirmed: " : "not confirmed: ")
                + verdict
                + System.lineSeparator();
    }
}
