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
package io.github.tribuollm.llm.lora;

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointIdentity;
import io.github.tribuollm.llm.checkpoint.MissingFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Adapters in PEFT's layout: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 *
 * <p>The SHA-256 of the base checkpoint travels in the safetensors metadata as {@code base_sha256}; PEFT ignores it.
 * Features of PEFT that change what an adapter computes and are not supported here are refused by name, known or not.
 */
public final class PeftFiles {
    private static final String TENSORS = "adapter_model.safetensors";
    private static final String BASE_HASH = "base_sha256";

    private PeftFiles() {}

    /**
     * Writes an adapter that PEFT loads. The tensors are F32; the target modules are the whole paths of the adapted
     * layers, whatever has chosen them.
     *
     * @param adapter the adapter
     * @param directory the directory, created when missing; files of the same names are replaced
     * @param baseNameOrPath what {@code base_model_name_or_path} should say
     * @param base the identity of the checkpoint that it was trained on
     * @throws CheckpointException when the adapter belongs to another checkpoint or a file cannot be written
     */
    public static void save(Adapter adapter, Path directory, String baseNameOrPath, CheckpointIdentity base) {
        adapter.requireBase(base);
        Map<String, String> metadata = Map.of("format", "pt", BASE_HASH, base.sha256());
        PeftWriter writer = new PeftWriter(adapter);
        SafetensorsWriter.write(directory.resolve(TENSORS), metadata, writer.tensors());
        AtomicFile.write(directory.resolve(PeftConfig.NAME), writer.config(baseNameOrPath));
    }

    /**
     * Reads an adapter for a base. Tensors of F16 and BF16 are widened.
     *
     * @param directory the directory
     * @param base the base
     * @return the adapter; its base hash is empty when the files do not tell it
     * @throws CheckpointException if it cannot be read, was made for another base, does not fit its layers, if its two
     *     files do not say the same, or it needs a feature that is not supported
     */
    public static Adapter load(Path directory, Checkpoint base) {
        return read(directory, (reader, file) -> {
            Adapter adapter = adapter(reader, file);
            if (!adapter.baseHash().isEmpty()) {
                adapter.requireBase(base.identity());
            }
            Architecture architecture = Architectures.of(base);
            LoraTargets.requireFit(architecture, adapter);
            reader.requireComplete(architecture, base, adapter);
            return adapter;
        });
    }

    /**
     * Reads an adapter without its base, so that only what its two files say of each other is checked.
     *
     * @param directory the directory
     * @return the adapter; its base hash is empty when the files do not tell it
     * @throws CheckpointException when a file is missing or broken, when the configuration does not speak of a tensor,
     *     or the adapter needs a feature that is not supported
     */
    public static Adapter load(Path directory) {
        return read(directory, PeftFiles::adapter);
    }

    private static Adapter read(Path directory, BiFunction<PeftReader, SafetensorsFile, Adapter> with) {
        CheckpointConfig json = CheckpointConfig.read(directory.resolve(PeftConfig.NAME));
        try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(TENSORS), MissingFile.ADAPTER)) {
            return with.apply(new PeftReader(PeftConfig.read(json), file), file);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(json.file() + ": " + e.getMessage(), e);
        }
    }

    private static Adapter adapter(PeftReader reader, SafetensorsFile file) {
        return reader.adapter(file.metadata().getOrDefault(BASE_HASH, ""));
    }
}
