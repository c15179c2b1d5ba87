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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Gives changed files to every parser of data from outside: java Fuzz NOTES SEED MUTANTS [SECONDS [TARGET]]. What a process
 * has done it notes in a file, and the next one with this file goes on after it.
 */
public final class Fuzz {
    private static final int PIECE = 1000;

    private final Path notes;
    private final long seed;
    private final int mutants;
    private final Path scratch;

    private Fuzz(Path notes, long seed, int mutants, Path scratch) {
        this.notes = notes;
        this.seed = seed;
        this.mutants = mutants;
        this.scratch = scratch;
    }

    /**
     * Runs all parsers.
     *
     * @param arguments the file of notes; a seed; the mutants of each parser; the seconds of the processor for all of them,
     *     by default without end; a part of the name of the parsers that run, by default all
     */
    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").setLevel(Level.OFF);
        long seed = Long.parseLong(arguments[1]);
        double seconds = arguments.length > 3 ? Double.parseDouble(arguments[3]) : 1e9;
        String part = arguments.length > 4 ? arguments[4] : "";
        Path directory = Files.createTempDirectory("fuzz");
        Fuzz fuzz = new Fuzz(
                Files.createDirectories(Path.of(arguments[0]).toAbsolutePath().getParent())
                        .resolve(Path.of(arguments[0]).getFileName()),
                seed,
                Integer.parseInt(arguments[2]),
                directory);
        List<Target> targets = Target.all(Files.createDirectories(directory.resolve("seeds")))
                .filter(target -> target.name().contains(part))
                .toList();
        Counts total = Counts.NONE;
        for (Target target : targets) {
            Counts counts = fuzz.run(target, seconds / targets.size());
            System.out.printf(
                    Locale.ROOT, "%-24s %6d accepted %6d refused%n", target, counts.accepted(), counts.refused());
            total = total.plus(counts);
        }
        System.out.printf(
                "%d parsers, seed %d: %d changed files, %d findings%n",
                targets.size(), seed, total.all(), total.findings());
        System.exit(total.findings() == 0 ? 0 : 1);
    }

    /** In pieces, each noted when it is done, so that little is done twice; to the first finding. */
    private Counts run(Target target, double seconds) throws IOException {
        Counts counts = Counts.noted(notes, target.name());
        Path directory = Files.createDirectories(scratch.resolve(target.name()));
        for (double left = seconds; left > 0 && counts.all() < mutants && counts.findings() == 0; ) {
            Fuzzer fuzzer = new Fuzzer(directory, seed);
            fuzzer.run(target, counts.all(), Math.min(mutants, counts.all() + PIECE), left);
            fuzzer.findings().forEach(System.out::println);
            Counts piece = new Counts(
                    fuzzer.accepted(), fuzzer.refused(), fuzzer.findings().size());
            piece.note(notes, target.name());
            counts = counts.plus(piece);
            left = piece.all() == 0 ? 0 : left - fuzzer.spent();
        }
        return counts;
    }
}
