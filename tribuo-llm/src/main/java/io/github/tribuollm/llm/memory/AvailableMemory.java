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
package io.github.tribuollm.llm.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How much memory this process may still take, without driving others out. */
public final class AvailableMemory {
    private final Path root;

    private AvailableMemory(Path root) {
        this.root = root;
    }

    /**
     * The least of what the machine has and of what the control groups (version 1 or 2) of this process allow. Files
     * that the system keeps in memory count as available.
     *
     * @return bytes; on systems without /proc, the machine's memory that is free
     */
    public static long bytes() {
        return under(Path.of("/"))
                .orElseGet(() -> ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getFreeMemorySize());
    }

    /** {@return the most bytes that this JVM may hold in direct buffers} */
    static long direct() {
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = hotSpot == null
                ? 0
                : Long.parseLong(hotSpot.getVMOption("MaxDirectMemorySize").getValue());
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }

    /** {@return how many bytes this JVM may add to its direct buffers, those that nobody uses any more not counted} */
    public static long directLeft() {
        long used = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return Math.max(0, direct() - used);
    }

    static OptionalLong under(Path root) {
        AvailableMemory memory = new AvailableMemory(root);
        OptionalLong machine = memory.number("proc/meminfo", "MemAvailable:", 1024);
        return machine.isEmpty()
                ? machine
                : OptionalLong.of(Math.min(machine.getAsLong(), Math.min(memory.unified(), memory.old())));
    }

    /** What the groups of version 2 leave: this process's own and all that enclose it. */
    private long unified() {
        String own = field("proc/self/cgroup", "0::").orElse("/");
        long least = Long.MAX_VALUE;
        for (Path group = Path.of("/", own).normalize(); group != null; group = group.getParent()) {
            least = Math.min(least, left("sys/fs/cgroup" + group, "memory.max", "memory.current", "file"));
        }
        return least;
    }

    private long old() {
        return left("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache");
    }

    private long left(String group, String limit, String usage, String cache) {
        OptionalLong most = number(group + "/" + limit, "", 1);
        if (most.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long used = number(group + "/" + usage, "", 1).orElse(0);
        long files = number(group + "/memory.stat", cache + " ", 1).orElse(0);
        return Math.max(0, most.getAsLong() - Math.max(0, used - files));
    }

    /** A number in a file: the first on the line that begins so; none if there is no such file, line or number. */
    private OptionalLong number(String file, String prefix, long unit) {
        return field(file, prefix)
                .map(text -> text.split(" ")[0])
                .filter(text -> text.matches("\\d{1,15}"))
                .map(text -> OptionalLong.of(unit * Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** The rest of the first line of a file that begins so. */
    private Optional<String> field(String file, String prefix) {
        Path path = root.resolve(file);
        if (!Files.isReadable(path)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(path)) {
            return lines.filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
