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
package io.github.tribuollm.kills;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is killed: each command that writes, on the bundled checkpoint, one line each. */
final class Commands {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path TINY = RESOURCES.resolve("tiny-llama");
    private static final Path ROWS = RESOURCES.resolve("data/word-problems-train.jsonl");
    private static final Path HELD_OUT = RESOURCES.resolve("data/word-problems-heldout.jsonl");

    private Commands() {}

    /**
     * A command.
     *
     * @param name what it is called here
     * @param words the command and its options, which write into the directory {@code out} beside {@code adapter}
     */
    record Killed(String name, List<String> words) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * All of them.
     *
     * @param directory where they write
     */
    static List<Killed> in(Path directory) {
        Path out = directory.resolve("out");
        Path adapter = directory.resolve("adapter");
        List<Killed> all = new ArrayList<>();
        all.add(training("train", out, "--objective", "masked-mle", "--keep-best", "true", "--eval-every", 2));
        all.add(training("reference", out, "--objective", "masked-mle-distill"));
        all.add(training("full", out, "--tuning", "full"));
        all.add(training("compare", out, "--objectives", "mle,masked-mle-distill", "--documents", 1));
        all.add(killed("cache-teacher", "cache-teacher", "--output", out.resolve("teacher"), rows(ROWS, 16)));
        all.add(killed("export", "export", adapted(adapter), "--peft", out.resolve("p"), "--merged", out.resolve("m")));
        all.add(killed("quantise", "quantise", quantised(out)));
        all.add(killed("generate", "generate", generated(out), rows(HELD_OUT, 96)));
        all.add(killed("score", "score", "--output", out.resolve("s"), "--html", out.resolve("h"), rows(HELD_OUT, 8)));
        all.add(killed("evaluate", "evaluate", "--checkpoint", TINY, "--adapter", "tuned=" + adapter, evaluated(out)));
        return all;
    }

    /** Makes what the commands read. */
    static Killed preparation(Path directory) {
        return training("adapter", directory.resolve("adapter run"), "--epochs", 1);
    }

    private static Killed training(String name, Path out, Object... more) {
        List<Object> words = new ArrayList<>(List.of(name.equals("compare") ? "compare" : "train"));
        Collections.addAll(
                words,
                rows(ROWS, 12),
                "--max-length",
                96,
                "--held-out",
                HELD_OUT,
                "--held-out-rows",
                4,
                "--batch-size",
                4);
        Collections.addAll(words, "--save-every", 1, "--output", out);
        Collections.addAll(words, more);
        if (!words.contains("full")) {
            Collections.addAll(words, "--rank", 2);
        }
        return killed(name, words.toArray());
    }

    private static List<Object> rows(Path file, int rows) {
        return List.of(
                "--checkpoint",
                TINY,
                "--data",
                file,
                "--format",
                "gsm8k",
                "--template",
                "question-answer",
                "--rows",
                rows);
    }

    private static List<Object> adapted(Path adapter) {
        return List.of("--checkpoint", TINY, "--adapter", adapter);
    }

    private static List<Object> quantised(Path out) {
        return List.of("--checkpoint", TINY, "--storage", "int4", "--output", out.resolve("q"));
    }

    private static List<Object> generated(Path out) {
        return List.of("--output", out.resolve("answers.jsonl"), "--max-new-tokens", 8, "--batch-size", 2, "--tokens");
    }

    private static List<Object> evaluated(Path out) {
        String data = "gsm8k=" + HELD_OUT + ",held_out=gsm8k:" + HELD_OUT;
        List<Object> words = new ArrayList<>(List.of("--tasks", "gsm8k_cot,held_out", "--data", data, "--limit", 24));
        Collections.addAll(words, "--num-fewshot", 1, "--max-gen-toks", 8, "--batch-size", 2);
        Collections.addAll(words, "--output", out.resolve("evaluation"));
        return words;
    }

    private static Killed killed(String name, Object... words) {
        List<String> flat = new ArrayList<>();
        for (Object word : words) {
            if (word instanceof List<?> several) {
                several.forEach(one -> flat.add(one.toString()));
            } else {
                flat.add(word.toString());
            }
        }
        return new Killed(name, List.copyOf(flat));
    }
}
