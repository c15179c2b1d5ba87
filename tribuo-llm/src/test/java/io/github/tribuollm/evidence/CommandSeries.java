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

import io.github.tribuollm.llm.cli.Main;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs commands of the command line one after the other in one process, which takes a quarter of the time. */
final class CommandSeries {
    private CommandSeries() {}

    /**
     * Runs each line of a file: a name, the command and its options, with tabs between them. What a command prints becomes
     * NAME.txt and NAME.log in the present folder. Ends with the exit code of a command that fails.
     *
     * @param args the file
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            List<String> words = List.of(line.split("\t"));
            int code = run(words.get(0), words.subList(1, words.size()));
            if (code != Main.DONE) {
                System.err.print(Files.readString(log(words.get(0))));
                System.err.println(String.join(" ", words) + ": exit code " + code);
                System.exit(code);
            }
        }
    }

    private static int run(String name, List<String> command) throws IOException {
        try (PrintStream out = new PrintStream(name + ".txt");
                PrintStream err = new PrintStream(log(name).toFile())) {
            return Main.run(command, out, err);
        }
    }

    private static Path log(String name) {
        return Path.of(name + ".log");
    }
}
