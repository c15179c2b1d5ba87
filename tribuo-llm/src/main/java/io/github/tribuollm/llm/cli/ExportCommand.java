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
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.NewDirectory;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.MergedCheckpoint;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.runtime.UserException;
import java.nio.file.Path;
import java.util.List;

/** Writes a model for other programs. */
final class ExportCommand implements Command<ExportOptions> {
    private static final List<String> DTYPES = List.of("f32", "bf16", "f16");

    @Override
    public String name() {
        return "export";
    }

    @Override
    public String summary() {
        return "Writes an adapter for PEFT, or a merged checkpoint for transformers.";
    }

    @Override
    public String description() {
        return "Writes the adapter of a model in PEFT's format (--peft), or folds it into the weights of its base and"
                + " writes a whole checkpoint (--merged), or both. A merge adds the adapter to the checkpoint's own"
                + " weights, also where it was trained on rounded ones (--storage). Nothing that exists is"
                + " overwritten.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A merged checkpoint in bfloat16",
                        "--model runs/gsm8k/model.tribuo --merged merged --dtype bf16"),
                new Example(
                        "The adapter of a model file, and a merge of an adapter that PEFT wrote",
                        "--checkpoint Llama-3.2-1B --adapter peft-adapter --merged merged"));
    }

    @Override
    public ExportOptions options() {
        return new ExportOptions();
    }

    @Override
    public void run(ExportOptions options, ConfigurationManager configuration, Terminal terminal) {
        if (options.peft == null && options.merged == null) {
            throw new UsageError("--peft DIR or --merged DIR is missing: what to write");
        }
        if (options.dtype != null && options.merged == null) {
            throw new UsageError("--dtype is for merged weights; give --merged DIR, or leave it out");
        }
        String dtype = options.dtype == null ? null : Choices.among("--dtype", options.dtype, DTYPES);
        options.peft = WrittenFiles.behindLinks(options.peft);
        options.merged = WrittenFiles.requireNew("--merged", options.merged);
        if (options.merged == null) {
            WrittenFiles.requireNew("--peft", options.peft);
        }
        try (LoadedModel model = LoadedModel.open(options.model)) {
            Adapter adapter = model.adapter()
                    .orElseThrow(() -> new UsageError("The model has no adapter: the checkpoint in "
                            + model.checkpoint().place() + " is the model; give --adapter DIR, or copy it"));
            if (options.peft != null) {
                write(model, adapter, options.peft);
                terminal.out().println("Wrote the adapter to " + options.peft);
            }
            if (options.merged != null) {
                merge(model, adapter, options.merged, dtype);
                terminal.out()
                        .println("Wrote the merged checkpoint to " + options.merged + ", the adapter added to "
                                + weights(model.checkpoint()));
            }
        }
    }

    private static String weights(Checkpoint base) {
        return base.weights().quantisation().isPresent()
                ? "the floats that the checkpoint's rounded weights stand for"
                : "the checkpoint's own weights";
    }

    /** What the same command wrote, before it was killed while it merged, stays. */
    private static void write(LoadedModel model, Adapter adapter, Path directory) {
        if (holds(directory, adapter)) {
            return;
        }
        WrittenFiles.requireNew("--peft", directory);
        String base = model.checkpoint().place().toString();
        NewDirectory.write(
                directory,
                unfinished -> PeftFiles.save(
                        adapter, unfinished, base, model.checkpoint().identity()));
    }

    private static boolean holds(Path directory, Adapter adapter) {
        try {
            return PeftFiles.load(directory).sha256().equals(adapter.sha256());
        } catch (UserException e) {
            return false;
        }
    }

    private static void merge(LoadedModel model, Adapter adapter, Path directory, String dtype) {
        if (dtype == null) {
            MergedCheckpoint.write(model.checkpoint(), adapter, directory);
        } else {
            MergedCheckpoint.write(model.checkpoint(), adapter, directory, DType.valueOf(Choices.constant(dtype)));
        }
    }
}
