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
package io.github.tribuollm.llm.training.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The most memory that this process has held at any time. */
public final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String HIGH_WATER_MARK = "VmHWM:";

    private PeakMemory() {}

    /**
     * {@return the peak resident set size of this process in bytes, native memory included, on Linux; elsewhere the sum
     * of the peaks of the JVM's own memory pools}
     */
    public static long bytes() {
        return resident(STATUS).orElseGet(PeakMemory::pools);
    }

    static OptionalLong resident(Path status) {
        if (!Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(HIGH_WATER_MARK))
                    .map(line -> line.substring(HIGH_WATER_MARK.length()).strip())
                    .filter(size -> size.matches("\\d{1,15} kB"))
                    .mapToLong(size -> Long.parseLong(size.substring(0, size.length() - 3)) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static long pools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.isValid())
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
