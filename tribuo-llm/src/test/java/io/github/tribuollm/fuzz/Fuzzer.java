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
package io.github.tribuollm.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Gives changed files to parsers. A mutant is refused as documented or accepted; what is accepted is checked by the
 * target; neither may take more than {@value #MOST_SECONDS} s of the processor, nor {@value #MOST_BYTES} bytes.
 */
final class Fuzzer {
    static final double MOST_SECONDS = 2;
    static final long MOST_BYTES = 512L << 20;

    /** How long a busy machine may take for what takes no time of the processor. */
    private static final long PATIENCE_MS = 60_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Path directory;
    private final long seed;
    private final List<Finding> findings = new ArrayList<>();
    private int accepted;
    private int refused;
    private double spent;

    /**
     * Prepares a run.
     *
     * @param directory an empty directory for the files
     * @param seed decides all changes
     */
    Fuzzer(Path directory, long seed) {
        this.directory = directory;
        this.seed = seed;
    }

    /**
     * Gives mutants to a parser, after it has accepted the unchanged files.
     *
     * @param mutants how many at most
     * @param seconds of the processor after which none is begun: how busy the machine is decides nothing
     */
    void run(Target target, int mutants, double seconds) {
        run(target, 0, mutants, seconds);
    }

    /**
     * Gives some of the mutants to a parser.
     *
     * @param from the first
     * @param to the one after the last
     * @param seconds of the processor after which none is begun
     */
    void run(Target target, int from, int to, double seconds) {
        Map<String, byte[]> files = new TreeMap<>(target.files());
        files.forEach(this::write);
        Throwable unchanged = read(target);
        if (unchanged != null) {
            findings.add(Finding.thrown(target.name(), seed, -1, unchanged));
            return;
        }
        accepted = 0;
        refused = 0;
        spent = 0;
        for (int mutant = from; mutant < to && spent < seconds && findings.isEmpty(); mutant++) {
            SplittableRandom random = random(target, mutant);
            String file = target.mutated().get(random.nextInt(target.mutated().size()));
            write(file, Mutation.some(files.get(file), random));
            judge(target, mutant);
            write(file, files.get(file));
        }
    }

    /** Of one mutant alone, so that it can be made again without those before it. */
    private SplittableRandom random(Target target, int mutant) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + target.name().hashCode() * 31L + mutant);
    }

    private void judge(Target target, int mutant) {
        Throwable thrown = read(target);
        if (thrown == null) {
            accepted++;
        } else if (target.refuses(thrown)
                && thrown.getMessage() != null
                && !thrown.getMessage().isBlank()) {
            refused++;
        } else {
            findings.add(Finding.thrown(target.name(), seed, mutant, thrown));
        }
    }

    /** What a parser throws, or null; an error for what takes too long or too much. */
    private Throwable read(Target target) {
        Attempt attempt = new Attempt(target, directory);
        Thread thread = new Thread(null, attempt, "fuzz " + target.name(), 1 << 20);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
        if (thread.isAlive()) {
            Error hang = new AssertionError("does not come to an end");
            hang.setStackTrace(thread.getStackTrace());
            return hang;
        }
        spent += attempt.seconds;
        return attempt.outcome();
    }

    private static final class Attempt implements Runnable {
        private final Target target;
        private final Path directory;
        private Throwable thrown;
        private double seconds;
        private long bytes;

        Attempt(Target target, Path directory) {
            this.target = target;
            this.directory = directory;
        }

        @Override
        public void run() {
            try {
                target.reader().read(directory);
            } catch (Throwable e) {
                thrown = e;
            }
            seconds = THREADS.getCurrentThreadCpuTime() * 1e-9;
            bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        }

        Throwable outcome() {
            if (seconds > MOST_SECONDS) {
                return new AssertionError("takes " + seconds + " s of the processor", thrown);
            }
            return bytes > MOST_BYTES ? new AssertionError("allocates " + bytes + " bytes", thrown) : thrown;
        }
    }

    private void write(String name, byte[] bytes) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** {@return the seconds of the processor that the last run took} */
    double spent() {
        return spent;
    }

    /** {@return how many mutants of the last parser it accepted} */
    int accepted() {
        return accepted;
    }

    /** {@return how many mutants of the last parser it refused} */
    int refused() {
        return refused;
    }
}
