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
package io.github.tribuollm.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A session keeps the memory of activations or gives it back, as it is told. */
final class ActivationMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int ROWS = 4096;
    private static final int COLUMNS = 16384;

    /** The sum of the products of a column and a row, by way of a quarter of a gigabyte. */
    private static Graph.Model largeSum() {
        Graph graph = new Graph();
        Tensor column = graph.input("column", ElementType.FLOAT, Dim.symbol("N"), Dim.ONE);
        Tensor row = graph.input("row", ElementType.FLOAT, Dim.ONE, Dim.symbol("M"));
        return graph.model(Map.of("sum", column.mul(row).sum()));
    }

    private static double gigabytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("RssAnon:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1e6;
    }

    private static Feeds feeds(int rows) {
        float[] ones = new float[COLUMNS];
        Arrays.fill(ones, 1);
        return new Feeds().floats("column", Arrays.copyOf(ones, rows), rows, 1).floats("row", ones, 1, COLUMNS);
    }

    private static void requireSum(int rows, GraphSession.Outputs outputs) {
        assertEquals((float) rows * COLUMNS, outputs.floats("sum")[0]);
        outputs.close();
    }

    /** ONNX Runtime never gives back the first memory that it takes, which is that of a single row here. */
    @Test
    void activationsStayFromRunToRunAndGoBackWhenToldTo() throws IOException {
        assumeTrue(Files.exists(STATUS), "only Linux says how much memory a process holds");
        try (GraphSession session = GraphSession.open(largeSum());
                Feeds row = feeds(1);
                Feeds many = feeds(ROWS)) {
            requireSum(1, session.run(row));
            double before = gigabytes();
            requireSum(ROWS, session.run(many));
            double kept = gigabytes();
            assertTrue(kept > before + 0.2, before + " GB, then " + kept);
            requireSum(ROWS, session.runAndRelease(many));
            double released = gigabytes();
            assertTrue(released < kept - 0.2, kept + " GB, then " + released);
        }
    }
}
