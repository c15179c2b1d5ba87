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
import io.github.tribuollm.llm.architecture.QuantisedCheckpoint;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.Quantisation;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Rounds a checkpoint once, in place of each time that it is opened. */
final class QuantiseCommand implements Command<QuantiseOptions> {
    private static final List<String> STORAGES = List.of("int8", "int4");

    @Override
    public String name() {
        return "quantise";
    }

    @Override
    public String summary() {
        return "Rounds a checkpoint once, so that it opens at once with the storage int8 or int4.";
    }

    @Override
    public String description() {
        return "Writes a checkpoint whose linear layers are rounded as --storage of the other commands rounds them each"
                + " time that they open one. It is mapped into memory as it lies there; results are the same to the bit,"
                + " and adapters of either checkpoint go with both. Only this program reads it. Matrices are rounded one"
                + " by one; nothing that exists is overwritten.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A checkpoint in four bits, to train on",
                        "--checkpoint Llama-3.2-1B --storage int4 --output Llama-3.2-1B-int4"),
                new Example(
                        "Of a GGUF file, in bytes", "--checkpoint model-Q8_0.gguf --storage int8 --output model-int8"));
    }

    @Override
    public QuantiseOptions options() {
        return new QuantiseOptions();
    }

    @Override
    public void run(QuantiseOptions options, ConfigurationManager configuration, Terminal terminal) {
        if (options.storage == null) {
            throw new UsageError("--storage int8 or --storage int4 is missing: how to round");
        }
        if (options.output == null) {
            throw new UsageError("--output DIR is missing: where the rounded checkpoint goes");
        }
        Storage storage = Storage.valueOf(Choices.constant(Choices.among("--storage", options.storage, STORAGES)));
        Path output = WrittenFiles.requireNew("--output", options.output);
        try (Checkpoint base = Checkpoint.open(Experiment.requireCheckpoint(options.checkpoint))) {
            QuantisedCheckpoint.write(base, storage, output);
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "Wrote the checkpoint in %s to %s, %.1f MB of weights%n",
                        storage,
                        output,
                        bytes(output.resolve(Quantisation.FILE)) / 1e6);
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new CheckpointException(file + ": " + e.getMessage(), e);
        }
    }
}
