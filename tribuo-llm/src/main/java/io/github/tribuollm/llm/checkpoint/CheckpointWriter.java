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
package io.github.tribuollm.llm.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Writes checkpoint directories that transformers and {@link Checkpoint} load. */
public final class CheckpointWriter {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create();

    private static final String TIED = "tie_word_embeddings";

    private CheckpointWriter() {}

    /**
     * Writes the weights, the tokenizer files and the configuration of a model.
     *
     * @param directory the directory to write, which must be missing or empty; it is there whole or not at all
     * @param template a checkpoint with config.json and tokenizer files, which are copied; when all tensors have one
     *     type, config.json's {@code torch_dtype} (or {@code dtype}) becomes that type, and where the tensors have an
     *     output layer, {@code tie_word_embeddings} becomes false
     * @param tensors the weights, under the names that the architecture gives them; a tied head is left out
     * @throws CheckpointException when there is something in the directory, a file of the template is missing, or writing
     *     fails
     */
    public static void write(Path directory, Path template, List<SafetensorsWriter.Entry> tensors) {
        NewDirectory.requireFree(directory);
        replace(directory, template, tensors);
    }

    /**
     * The same, in place of what is in the directory, which stays until the new checkpoint is whole.
     *
     * @throws CheckpointException when a file of the template is missing, or writing fails
     */
    public static void replace(Path directory, Path template, List<SafetensorsWriter.Entry> tensors) {
        CheckpointFiles files = CheckpointFiles.of(template);
        String config = config(files.config(Checkpoint.CONFIG), tensors);
        replace(
                directory,
                files,
                config,
                unfinished ->
                        SafetensorsWriter.write(unfinished.resolve(Weights.SINGLE), Map.of("format", "pt"), tensors));
    }

    /**
     * Writes a checkpoint with linear layers that are rounded once, matrix by matrix. It has the identity of the checkpoint that it is made of.
     *
     * @param directory the directory to write, which must be missing or empty; it is there whole or not at all
     * @param base the checkpoint, of floats
     * @param storage how layers are rounded: {@link Storage#INT8} or {@link Storage#INT4}
     * @param matrices the matrices that are rounded
     * @param others the tensors that are written as they are
     * @throws CheckpointException when there is something in the directory, the checkpoint is quantised, a matrix has
     *     elements that are not finite or needs 2 GiB or more, or writing fails
     */
    public static void quantise(
            Path directory, Checkpoint base, Storage storage, List<String> matrices, List<String> others) {
        NewDirectory.requireFree(directory);
        if (base.weights().quantisation().isPresent()) {
            throw new CheckpointException(
                    base.place() + ": is quantised; name the checkpoint of floats that it was made of");
        }
        CheckpointConfig floats = untied(base.config(), matrices.contains(Weights.HEAD));
        Quantisation said = Quantisation.of(storage, base.identity().sha256(), floats);
        JsonObject config = floats.copy();
        JsonObject fields = new JsonObject();
        said.fields().forEach(fields::addProperty);
        config.add(Quantisation.FIELD, fields);
        List<SafetensorsWriter.Entry> entries = RoundedEntries.of(base.weights(), storage, matrices, others);
        replace(
                directory,
                CheckpointFiles.of(base.place()),
                GSON.toJson(config) + "\n",
                unfinished ->
                        SafetensorsWriter.writeInOrder(unfinished.resolve(Quantisation.FILE), said.fields(), entries));
    }

    private static void replace(Path directory, CheckpointFiles files, String config, Consumer<Path> weights) {
        NewDirectory.replace(directory, unfinished -> {
            weights.accept(unfinished);
            for (String name : Checkpoint.COMPANIONS) {
                if (files.has(name)) {
                    files.copy(name, unfinished.resolve(name));
                }
            }
            AtomicFile.write(unfinished.resolve(Checkpoint.CONFIG), config);
        });
    }

    private static String config(CheckpointConfig config, List<SafetensorsWriter.Entry> tensors) {
        boolean head = tensors.stream().anyMatch(tensor -> tensor.name().equals(Weights.HEAD));
        JsonObject json = untied(config, head).copy();
        json.remove(Quantisation.FIELD);
        String key = config.contains("dtype") ? "dtype" : "torch_dtype";
        commonType(tensors).ifPresent(dtype -> json.addProperty(key, dtype.torchName()));
        return GSON.toJson(json) + "\n";
    }

    /** Where there is an output layer, it is used. */
    private static CheckpointConfig untied(CheckpointConfig config, boolean head) {
        return head && config.flag(TIED, true) ? config.with(TIED, false) : config;
    }

    private static Optional<DType> commonType(List<SafetensorsWriter.Entry> tensors) {
        Set<DType> types = tensors.stream().map(SafetensorsWriter.Entry::dtype).collect(Collectors.toUnmodifiableSet());
        return types.size() == 1 ? types.stream().filter(DType::widensToFloat32).findFirst() : Optional.empty();
    }
}
