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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A GGUF file, of whose metadata the documents of a checkpoint are made when they are asked for. */
final class GgufFiles implements CheckpointFiles {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private static final Map<String, Function<GgufModel, byte[]>> DOCUMENTS = Map.of(
            Checkpoint.CONFIG,
            model -> bytes(GgufConfig.of(model)),
            Tokenizer.FILE,
            model -> GgufTokenizer.of(model).json(),
            Tokenizer.CONFIG,
            model -> bytes(GgufTokenizer.of(model).config()),
            "generation_config.json",
            model -> bytes(GgufTokenizer.of(model).generation()));

    private final Path place;
    private final Map<String, byte[]> made = new TreeMap<>();

    GgufFiles(Path place) {
        this.place = place;
    }

    private static byte[] bytes(JsonObject json) {
        return (GSON.toJson(json) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Path place() {
        return place;
    }

    @Override
    public boolean has(String document) {
        return DOCUMENTS.containsKey(document);
    }

    @Override
    public synchronized byte[] bytes(String document, long limit) {
        if (!has(document)) {
            throw new CheckpointException(place + ": a GGUF file has no " + document);
        }
        byte[] bytes = made.computeIfAbsent(document, this::make);
        if (bytes.length > limit) {
            throw new CheckpointException(
                    path(document) + ": " + bytes.length + " bytes, more than the limit of " + limit);
        }
        return bytes;
    }

    private byte[] make(String document) {
        try (GgufFile file = GgufFile.open(place)) {
            return DOCUMENTS.get(document).apply(GgufModel.of(file));
        }
    }

    @Override
    public void copy(String document, Path target) {
        AtomicFile.write(target, new String(bytes(document, Tokenizer.LARGEST_FILE), StandardCharsets.UTF_8));
    }

    @Override
    public Weights weights() {
        return Weights.of(GgufTensors.open(place));
    }

    /** The file's own hash. */
    @Override
    public CheckpointIdentity identity(Weights weights) {
        return CheckpointIdentity.ofFile(place);
    }
}
