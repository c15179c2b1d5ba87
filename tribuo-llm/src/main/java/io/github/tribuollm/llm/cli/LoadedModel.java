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

import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A base checkpoint and, where there is one, an adapter that was trained on it.
 *
 * @param checkpoint the base
 * @param adapter the adapter
 */
record LoadedModel(Checkpoint checkpoint, Optional<Adapter> adapter) implements AutoCloseable {
    /**
     * Opens what options name.
     *
     * @throws UsageError if they name nothing, or too much, or no model
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if files are missing, wrong, or do not fit
     * together
     */
    static LoadedModel open(ModelOptions options) {
        if (options.model != null && options.adapter != null) {
            throw new UsageError("--model and --adapter exclude each other; a model has its own adapter");
        }
        if (options.model != null) {
            return ofModel(options.model, Optional.ofNullable(options.checkpoint));
        }
        if (options.checkpoint == null) {
            throw new UsageError("--model FILE or --checkpoint DIR is missing: the model to work on");
        }
        Path directory = Experiment.requireCheckpoint(options.checkpoint);
        return fitting(Checkpoint.open(directory), Optional.ofNullable(options.adapter));
    }

    private static LoadedModel ofModel(Path file, Optional<String> moved) {
        if (!Files.isRegularFile(file)) {
            throw new UsageError("--model: there is no file " + file + "; give the model.tribuo that train wrote");
        }
        CausalLMModel read = CausalLMModel.read(file);
        CausalLMModel model = moved.map(read::withBaseAt).orElse(read);
        Path directory = CheckpointLocation.of(model.checkpointLocation()).place();
        if (!Files.exists(directory)) {
            throw new UsageError(file + " was trained on the checkpoint in " + directory
                    + ", which is not there; say with --checkpoint where it is now");
        }
        return new LoadedModel(model.checkpoint(), model.adapter());
    }

    private static LoadedModel fitting(Checkpoint checkpoint, Optional<Path> adapter) {
        try {
            return new LoadedModel(checkpoint, adapter.map(directory -> PeftFiles.load(directory, checkpoint)));
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
