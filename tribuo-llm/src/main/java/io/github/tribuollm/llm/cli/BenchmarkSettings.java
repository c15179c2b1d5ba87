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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.alpacaeval.GamedBaselines;
import io.github.tribuollm.llm.evaluation.judge.Judge;
import io.github.tribuollm.llm.evaluation.run.Benchmark;
import io.github.tribuollm.llm.evaluation.run.HeldOutBenchmark;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.token.TokenSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What options say about all benchmarks. */
final class BenchmarkSettings {
    /** Longer held-out rows are cut. */
    private static final int HELD_OUT_LENGTH = 1024;

    /** A task of held-out data: one, or one of several by a name each. */
    private static final Pattern HELD_OUT = Pattern.compile("held_out(_[\\w-]+)?");

    private static final Set<String> DATA =
            Set.of("gsm8k", "gsm8k_train", "ifeval", "alpaca_eval", "alpaca_eval_gamed");

    private final EvaluateOptions options;
    private final Map<String, String> data;

    /**
     * Settings.
     *
     * @throws UsageError if an option is wrong, or data are named that no task has
     */
    BenchmarkSettings(EvaluateOptions options) {
        this.options = options;
        this.data = NamedPaths.of("--data", options.data);
        data.keySet().stream()
                .filter(name -> !DATA.contains(name) && !isHeldOut(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new UsageError("--data: no task has data named " + name + "; name of "
                            + DATA.stream().sorted().toList() + ", held_out, or held_out_NAME as --tasks does");
                });
        requireNotNegative("--limit", options.limit);
        shots().ifPresent(shots -> requireNotNegative("--num-fewshot", shots));
        maxTokens().ifPresent(tokens -> UsageError.requirePositive("--max-gen-toks", tokens));
    }

    private static void requireNotNegative(String option, int value) {
        if (value < 0) {
            throw new UsageError(option + ": must be at least 0, not " + value);
        }
    }

    int limit() {
        return options.limit;
    }

    Optional<Integer> shots() {
        return Optional.ofNullable(options.numFewshot);
    }

    Optional<Integer> maxTokens() {
        return Optional.ofNullable(options.maxGenToks);
    }

    Asking asking() {
        return !options.applyChatTemplate ? Asking.TEXT : options.fewshotAsMultiturn ? Asking.CHAT_TURNS : Asking.CHAT;
    }

    /** The file of a task's data; where it is missing, the source that opens it says where it comes from. */
    Path file(String name, String usual) {
        return Path.of(data.getOrDefault(name, usual));
    }

    Path gsm8kTest() {
        Path given = file("gsm8k", "gsm8k");
        return Files.isRegularFile(given) ? given : given.resolve("test.jsonl");
    }

    Path gsm8kTrain() {
        Path given = file("gsm8k", "gsm8k");
        Path beside = Files.isRegularFile(given) ? given.resolveSibling("train.jsonl") : given.resolve("train.jsonl");
        return file("gsm8k_train", beside.toString());
    }

    /** What lengths are controlled with. */
    Optional<GamedBaselines> gamed() {
        return Optional.ofNullable(data.get("alpaca_eval_gamed")).map(Path::of).map(GamedBaselines::new);
    }

    Judge judge() {
        return options.judge.judge();
    }

    /** Whether a task measures the loss on held-out rows. */
    static boolean isHeldOut(String task) {
        return HELD_OUT.matcher(task).matches();
    }

    /** The loss on held-out rows. */
    private Benchmark heldOut(String task) {
        if (!data.containsKey(task)) {
            throw new UsageError("--data " + task
                    + "=FORMAT:FILE is missing: the rows whose completions are measured, of the"
                    + " format alpaca, gsm8k, sharegpt, messages, prompt-completion or text");
        }
        HeldOutFile file = HeldOutFile.parse(data.get(task));
        DataFormat format = file.format()
                .orElseThrow(() -> new UsageError("--data " + task + "=" + file.file()
                        + ": say what its rows look like, such as " + task + "=gsm8k:" + file.file()));
        DataOptions rows = new DataOptions();
        rows.rows = options.limit;
        rows.maxLength = Math.min(HELD_OUT_LENGTH, positions());
        rows.template = options.applyChatTemplate ? "auto" : null;
        ConfigurationManager configuration = new ConfigurationManager();
        new Components(configuration).source(task, "data", file.file(), format, options.checkpoint, rows);
        return new HeldOutBenchmark((TokenSource) configuration.lookup(task)).withName(task);
    }

    /** The tokens that the models have positions for. */
    private int positions() {
        Path directory = CheckpointLocation.of(options.checkpoint).place();
        try (Checkpoint base = Checkpoint.open(directory)) {
            return Architectures.of(base).maxPositions();
        }
    }

    /**
     * The benchmarks that options name.
     *
     * @throws UsageError if there is none, or one is unknown, or its data are missing
     */
    List<Benchmark> benchmarks() {
        if (options.tasks.isEmpty()) {
            throw new UsageError("--tasks is missing: what the models are measured by, of " + BenchmarkName.known());
        }
        options.tasks.stream()
                .filter(task -> Collections.frequency(options.tasks, task) > 1)
                .findFirst()
                .ifPresent(task -> {
                    throw new UsageError("--tasks: " + task + " is given twice; give it once");
                });
        return options.tasks.stream().map(this::benchmark).toList();
    }

    private Benchmark benchmark(String task) {
        return isHeldOut(task) ? heldOut(task) : BenchmarkName.named(task).benchmark(this);
    }
}
