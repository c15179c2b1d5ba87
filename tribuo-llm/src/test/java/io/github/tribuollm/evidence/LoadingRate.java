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
package io.github.tribuollm.evidence;

import com.sun.management.OperatingSystemMXBean;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.report.PeakMemory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Loads many short rows and says how many a second: java LoadingRate FILE ROWS LEAST. */
public final class LoadingRate {
    private LoadingRate() {}

    /**
     * Writes the rows, and loads them.
     *
     * @param arguments the file; how many rows; the least rows a second that will do
     */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        int rows = Integer.parseInt(arguments[1]);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < rows; i++) {
                out.write("{\"question\": \"What is " + i + " + " + i % 7 + "?\", \"answer\": \"It is " + (i + i % 7)
                        + ".\"}\n");
            }
        }
        Path tiny = Path.of(System.getProperty("test.resources"), "tiny-llama");
        double before = processors();
        long start = System.nanoTime();
        int sequences = new TokenSequenceSource(
                        tiny, new Gsm8kSource(file), new QuestionAnswerTemplate(), 64, TruncationPolicy.TRUNCATE_END)
                .sequences()
                .size();
        double seconds = (System.nanoTime() - start) / 1e9;
        Files.delete(file);
        System.out.printf(
                Locale.ROOT,
                "%d rows in %.1f s, %.0f a second, %.1f s of the processors, %.2f GB at the peak%n",
                sequences,
                seconds,
                rows / seconds,
                processors() - before,
                PeakMemory.bytes() / 1e9);
        System.exit(sequences == rows && rows / seconds >= Double.parseDouble(arguments[2]) ? 0 : 1);
    }

    /** Seconds that this process has used, of all processors together. */
    private static double processors() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }
}
