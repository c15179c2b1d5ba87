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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.data.DataException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every parser of data from outside refuses changed files as it says, or reads what they may say; see {@link Fuzz}. */
class FuzzTest {
    private static final int MUTANTS = 150;
    private static final double SECONDS_EACH = 1.2;
    private static final byte[] FILE = "{\"a\": 1.5, \"b\": \"text\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path scratch;

    @TempDir
    private Path directory;

    private static Level level;

    @BeforeAll
    static void hush() {
        level = Logger.getLogger("").getLevel();
        Logger.getLogger("").setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        Logger.getLogger("").setLevel(level);
    }

    static Stream<Target> targets() {
        return Target.all(scratch);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void changedFilesAreRefusedOrRight(Target target) {
        Fuzzer fuzzer = new Fuzzer(directory, 1);
        fuzzer.run(target, MUTANTS, SECONDS_EACH);
        assertEquals(List.of(), fuzzer.findings());
        assertTrue(fuzzer.accepted() + fuzzer.refused() > 0);
    }

    @Test
    void theSeedDecidesTheChanges() {
        for (int mutant = 0; mutant < 200; mutant++) {
            assertArrayEquals(
                    Mutation.some(FILE, new SplittableRandom(mutant)),
                    Mutation.some(FILE, new SplittableRandom(mutant)));
        }
    }

    private List<Finding> findings(Target.Reader reader) {
        Fuzzer fuzzer = new Fuzzer(directory, 1);
        fuzzer.run(Target.of("a parser", "f", FILE, reader), 50, 60);
        return fuzzer.findings();
    }

    @Test
    void unexpectedExceptionsAreFound() {
        int[] calls = new int[1];
        List<Finding> findings = findings(read -> {
            if (calls[0]++ == 10) {
                throw new IllegalStateException("a bug");
            }
        });
        assertEquals(9, findings.get(0).mutant());
        assertTrue(findings.get(0).problem().contains("a bug"));
    }

    @Test
    void refusalsInTheWordsOfNobodyAreFound() {
        int[] calls = new int[1];
        assertFalse(findings(read -> {
                    if (calls[0]++ > 0) {
                        throw new DataException("");
                    }
                })
                .isEmpty());
    }

    @Test
    void parsersThatDoNotReadWhatTheyShouldAreFound() {
        List<Finding> findings = findings(read -> {
            throw new DataException("f: is never right");
        });
        assertEquals(-1, findings.get(0).mutant());
    }

    @Test
    void wasteIsFound() {
        assertTrue(findings(read -> {
                    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
                    long end = threads.getCurrentThreadCpuTime() + 2_100_000_000L;
                    while (threads.getCurrentThreadCpuTime() < end) {
                        Thread.onSpinWait();
                    }
                })
                .get(0)
                .problem()
                .contains("s of the processor"));
        List<byte[]> kept = new java.util.ArrayList<>();
        assertTrue(findings(read -> {
                    for (int i = 0; i < 9; i++) {
                        kept.add(new byte[64 << 20]);
                        kept.clear();
                    }
                })
                .get(0)
                .problem()
                .contains("allocates"));
    }
}
