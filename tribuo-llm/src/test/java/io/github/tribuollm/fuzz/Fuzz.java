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

/** Gives changed files to every parser of data from outside: java Fuzz SEED MUTANTS [SECONDS [TARGET]]. */
public final class Fuzz {
    private Fuzz() {}

    /**
     * Runs all parsers.
     *
     * @param arguments a seed; the mutants of each parser; the seconds of the processor for all
     * of them, by default without end; a part
     *     of the name of the parsers that run, by default all
     */
    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").setLevel(Level.OFF);
        long seed = Long.parseLong(arguments[0]);
        int mutants = Integer.parseInt(arguments[1]);
        double seconds = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 1e6;
        String part = arguments.length > 3 ? arguments[3] : "";
        Path directory = Files.createTempDirectory("fuzz");
        List<Target> targets = Target.all(Files.createDirectories(directory.resolve("seeds")))
                .filter(target -> target.name().contains(part))
                .toList();
        int total = 0;
        int findings = 0;
        for (Target target : targets) {
            Fuzzer fuzzer = new Fuzzer(Files.createDirectories(directory.resolve(target.name())), seed);
            fuzzer.run(target, mutants, seconds / targets.size());
            System.out.printf(
                    Locale.ROOT, "%-24s %6d accepted %6d refused%n", target, fuzzer.accepted(), fuzzer.refused());
            fuzzer.findings().forEach(System.out::println);
            total += fuzzer.accepted() + fuzzer.refused();
            findings += fuzzer.findings().size();
        }
        System.out.printf(
                "%d parsers, seed %d: %d changed files, %d findings%n", targets.size(), seed, total, findings);
        System.exit(findings == 0 ? 0 : 1);
    }
}
