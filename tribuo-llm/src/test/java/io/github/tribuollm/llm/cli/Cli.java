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
package io.github.tribuollm.llm.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the command line within this process. */
public final class Cli {
    public static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    public static final Path TINY = RESOURCES.resolve("tiny-llama");
    public static final Path PROBLEMS = RESOURCES.resolve("data/word-problems-train.jsonl");
    public static final Path HELD_OUT = RESOURCES.resolve("data/word-problems-heldout.jsonl");
    public static final Path INSTRUCTIONS = RESOURCES.resolve("data/instructions-heldout.json");

    private Cli() {}

    /** What a command left behind. */
    public record Outcome(int code, String out, String err) {}

    public static Outcome run(Object... arguments) {
        return run(new Interruption(), arguments);
    }

    static Outcome run(Interruption interruption, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        int code = Main.run(
                texts,
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        interruption));
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A short training of the bundled checkpoint, with options added or replaced. */
    public static Object[] training(Path output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "train",
                "--checkpoint",
                TINY,
                "--data",
                PROBLEMS,
                "--format",
                "gsm8k",
                "--rows",
                12,
                "--max-length",
                96));
        arguments.addAll(List.of("--rank", 2, "--batch-size", 4, "--output", output));
        for (int i = 0; i < more.length; i += 2) {
            int known = arguments.indexOf(more[i]);
            if (known >= 0) {
                arguments.set(known + 1, more[i + 1]);
            } else {
                arguments.add(more[i]);
                arguments.add(more[i + 1]);
            }
        }
        return arguments.toArray();
    }
}
