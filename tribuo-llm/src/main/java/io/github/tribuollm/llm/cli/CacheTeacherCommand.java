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
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.teacher.TeacherWriter;
import io.github.tribuollm.runtime.Backend;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keeps a teacher's distributions sparsely in a file. */
final class CacheTeacherCommand implements Command<CacheTeacherOptions> {
    @Override
    public String name() {
        return "cache-teacher";
    }

    @Override
    public String summary() {
        return "Runs a teacher over training data once and keeps a few entries of each distribution.";
    }

    @Override
    public String description() {
        return "Writes a file from which a SparseTarget with a CachedTeacher distils without running the teacher"
                + " again. It fits the very data it was made for: same rows, template, tokenizer and maximal length.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "32 samples a token of the bundled model",
                        "--checkpoint test-resources/tiny-llama --output runs/teacher\n"
                                + "--data test-resources/data/word-problems-train.jsonl --format gsm8k"),
                new Example(
                        "The 50 most probable tokens, for the data of an experiment",
                        "--checkpoint test-resources/tiny-llama --output runs/teacher\n"
                                + "--config tutorials/configs/quick-start.xml --method top --entries 50"));
    }

    @Override
    public CacheTeacherOptions options() {
        return new CacheTeacherOptions();
    }

    @Override
    public void run(CacheTeacherOptions options, ConfigurationManager configuration, Terminal terminal) {
        if (options.output == null) {
            throw new UsageError("--output FILE is missing: where the teacher's distributions go");
        }
        UsageError.requirePositive("--batch-size", options.batchSize);
        options.output = new WrittenFiles().reading("--data", options.data.data).writing("--output", options.output);
        SparseMethod method = Choices.among("--method", options.method, SparseMethod.class);
        try (LoadedModel model = LoadedModel.open(options.model);
                ParameterSet adapter =
                        model.adapter().map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of()))) {
            List<TokenSequence> data = Experiment.source(
                            options.experiment, options.data, configuration, model.checkpoint())
                    .sequences();
            Backend backend = Experiment.execution(options.experiment, options.execution, configuration)
                    .backend();
            int longest = data.stream().mapToInt(TokenSequence::length).max().orElseThrow();
            TeacherWriter writer = new TeacherWriter(
                    ModelShape.of(Architectures.of(model.checkpoint()), model.adapter(), longest, options.batchSize)
                            .on(backend),
                    adapter,
                    model.checkpoint().weights().source(Storage.AUTO, backend),
                    CheckpointFiles.of(model.checkpoint().place()).sha256(Tokenizer.FILE),
                    model.checkpoint().numbers()
                            + model.adapter()
                                    .map(Adapter::sha256)
                                    .map(h -> " " + h)
                                    .orElse(""));
            double bytes = writer.write(options.output, data, method, options.entries, options.seed);
            terminal.out().printf(Locale.ROOT, "%d sequences, %.1f bytes a completion token%n", data.size(), bytes);
        }
    }
}
