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
package io.github.tribuollm.fuzz;

import static io.github.tribuollm.fuzz.Checks.finite;
import static io.github.tribuollm.fuzz.Checks.require;

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.QuantisedCheckpoint;
import io.github.tribuollm.llm.checkpoint.ChatFiles;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointIdentity;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.Quantisation;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.checkpoint.TokenizerFiles;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.data.TinyTokenizer;
import io.github.tribuollm.llm.generation.sampling.GenerationDefaults;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.hub.HubListings;
import io.github.tribuollm.llm.hub.HubNames;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Checkpoints, tokenizers and adapters. */
final class CheckpointTargets {
    private static final Path FIXTURES = Path.of(System.getProperty("test.resources"), "fixtures/checkpoints");

    private CheckpointTargets() {}

    static List<Target> all(Path scratch) {
        return List.of(
                configurations(),
                tokenizers(scratch),
                openedTokenizers(scratch),
                generationDefaults(),
                tensors(scratch),
                index(scratch),
                quantised(scratch),
                ggufModel(),
                ggufTokenizer("byte-level.gguf"),
                ggufTokenizer("byte-fallback.gguf"),
                adapters(scratch),
                hub(),
                hubListings());
    }

    /** The files of a directory. */
    static Map<String, byte[]> files(Path directory) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static Target configurations() {
        Map<String, byte[]> files = new TreeMap<>(files(FIXTURES));
        files.keySet().removeIf(name -> !name.endsWith("/config.json"));
        List<String> names = List.copyOf(files.keySet());
        return Target.of("config.json", files, names, directory -> {
            for (String name : names) {
                Architecture architecture = Architectures.of(CheckpointConfig.read(directory.resolve(name)));
                require(architecture.vocabularySize() > 0, "a vocabulary of " + architecture.vocabularySize());
                require(architecture.maxPositions() > 0, "at most " + architecture.maxPositions() + " positions");
                architecture.shapes().forEach((parameter, shape) -> {
                    for (long size : shape) {
                        require(size > 0, parameter + " of size " + size);
                    }
                });
            }
        });
    }

    private static Target tokenizers(Path scratch) {
        Path directory = scratch.resolve("tokenizer");
        TinyTokenizer.write(directory, true, true);
        Map<String, byte[]> files = files(directory);
        files.put(
                "special_tokens_map.json",
                "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}}".getBytes(StandardCharsets.UTF_8));
        files.put("generation_config.json", "{\"eos_token_id\": [1, 0]}".getBytes(StandardCharsets.UTF_8));
        return Target.of("tokenizer files", files, List.copyOf(files.keySet()), TokenizerFiles::read);
    }

    /** Past the validation: what it lets through, the native library opens, and encodes and decodes with. */
    private static Target openedTokenizers(Path scratch) {
        Path directory = scratch.resolve("opened tokenizer");
        TinyTokenizer.write(directory, true, true);
        return Target.of("opened tokenizers", files(directory), List.of("tokenizer.json"), read -> {
            try (Tokenizer tokenizer = Tokenizer.open(read)) {
                int[] tokens = tokenizer.encode("Once upon a t\u00efme </s> \ud83d\ude00");
                for (int token : tokens) {
                    require(token >= 0, "the token " + token);
                }
                tokenizer.display(tokens);
            }
        });
    }

    private static Target generationDefaults() {
        String json = """
                {"do_sample": true, "temperature": 0.7, "top_p": 0.9, "top_k": 20, "eos_token_id": [1, 2],
                 "repetition_penalty": 1.1, "max_new_tokens": 32, "bad_words_ids": [[3, 4]], "suppress_tokens": [5],
                 "transformers_version": "5.24.0", "min_p": null, "bos_token_id": 0, "use_cache": true}
                """;
        return Target.of(
                "generation_config.json",
                "generation_config.json",
                json.getBytes(StandardCharsets.UTF_8),
                directory -> GenerationDefaults.publishedBy(directory, 1024));
    }

    private static Target hubListings() {
        String json = """
                {"_id": "1", "id": "owner/name", "sha": "%s", "private": false, "tags": ["a", 1.5, {"b": null}],
                 "siblings": [{"rfilename": "config.json", "size": 7}, {"rfilename": "a/model.safetensors"}]}
                """.formatted("0123456789".repeat(4));
        return Target.of(
                "listings of a hub",
                "listing.json",
                json.getBytes(StandardCharsets.UTF_8),
                directory -> HubListings.read(Files.readAllBytes(directory.resolve("listing.json"))));
    }

    private static Target tensors(Path scratch) {
        Path file = scratch.resolve("model.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of("format", "pt"),
                List.of(
                        SafetensorsWriter.Entry.of("a", DType.F32, new long[] {2, 3}, new float[6]),
                        SafetensorsWriter.Entry.of("b.weight", DType.BF16, new long[] {4}, new float[4]),
                        SafetensorsWriter.Entry.of("c", DType.F16, new long[] {1, 1, 2}, new float[2])));
        return Target.of("safetensors", "t.safetensors", bytes(file), directory -> {
            try (SafetensorsFile read = SafetensorsFile.open(directory.resolve("t.safetensors"))) {
                for (String name : read.names()) {
                    read.stored(name).floats();
                }
            }
        });
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Target index(Path scratch) {
        List<String> map = new ArrayList<>();
        Map<String, byte[]> files = new TreeMap<>();
        for (int shard = 1; shard <= 2; shard++) {
            String name = "model-0000" + shard + "-of-00002.safetensors";
            Path file = scratch.resolve(name);
            SafetensorsWriter.write(
                    file,
                    Map.of("format", "pt"),
                    List.of(SafetensorsWriter.Entry.of("w" + shard, DType.F32, new long[] {2, 2}, new float[4])));
            files.put(name, bytes(file));
            map.add("\"w" + shard + "\": \"" + name + "\"");
        }
        String index = "model.safetensors.index.json";
        String json = "{\"metadata\": {\"total_size\": 32}, \"weight_map\": {" + String.join(", ", map) + "}}";
        files.put(index, json.getBytes(StandardCharsets.UTF_8));
        return Target.of("index of shards", files, List.of(index), directory -> {
            try (Weights weights = Weights.open(directory)) {
                require(!weights.names().isEmpty(), "no tensor");
            }
        });
    }

    /** Matrices in four bits, and in bytes where their width does not divide. */
    private static Target quantised(Path scratch) {
        Path directory = scratch.resolve("quantised");
        try (Checkpoint base = Checkpoint.open(FIXTURES.resolve("llama-tied"))) {
            QuantisedCheckpoint.write(base, Storage.INT4, directory);
        }
        List<String> mutated = List.of(Checkpoint.CONFIG, Quantisation.FILE);
        return Target.of("quantised checkpoints", files(directory), mutated, read -> {
            try (Checkpoint opened = Checkpoint.open(read)) {
                Weights weights = opened.weights();
                weights.names().forEach(name -> weights.stored(name).floats());
                Architecture architecture = Architectures.of(opened);
                if (weights.quantisation().isPresent()) {
                    attach(architecture, weights.source(weights.held(Storage.AUTO), Backend.cpu()));
                }
            }
        });
    }

    /** What graphs attach has the size that they take for granted. */
    private static void attach(Architecture architecture, WeightSource source) {
        ModelShape shape = ModelShape.of(architecture, Optional.empty(), 4, 1);
        new LanguageModelGraph(shape, source)
                .measuring(List.of(TokenMeasure.NLL))
                .weights()
                .forEach((name, type) -> {
                    long elements = 1;
                    for (int i = 0; i < type.shape().rank(); i++) {
                        elements *= type.shape().dim(i).factor();
                    }
                    long bytes =
                            ((WeightSource.Memory) source.place(name)).bytes().remaining();
                    require(bytes == elements * type.element().bytes(), name + " of " + bytes + " bytes");
                });
    }

    private static byte[] gguf(String name) {
        return bytes(FIXTURES.resolveSibling("gguf").resolve(name));
    }

    private static Target ggufModel() {
        return Target.of("GGUF model", "llama.gguf", gguf("llama.gguf"), directory -> {
            try (Checkpoint read = Checkpoint.open(directory.resolve("llama.gguf"))) {
                for (String name : read.weights().names()) {
                    read.weights().stored(name).floats();
                }
                Architectures.of(read);
            }
        });
    }

    private static Target ggufTokenizer(String name) {
        return Target.of("GGUF tokenizer " + name, name, gguf(name), directory -> {
            ChatFiles.read(directory.resolve(name));
            GenerationDefaults.publishedBy(directory.resolve(name), 1 << 20);
            try (Tokenizer tokenizer = Tokenizer.open(directory.resolve(name))) {
                int[] tokens = tokenizer.encode("Once upon a t\u00efme </s> \ud83d\ude00");
                for (int token : tokens) {
                    require(token >= 0, "the token " + token);
                }
                tokenizer.display(tokens);
            }
        });
    }

    private static Target adapters(Path scratch) {
        Path directory = scratch.resolve("adapter");
        LowRank module = new LowRank(3, 4, 2, new float[] {1, 2, 3, 4, 5, 6}, new float[8]);
        TreeMap<String, LowRank> modules = new TreeMap<>();
        modules.put("model.layers.0.self_attn.q_proj", module);
        modules.put("model.layers.0.self_attn.v_proj", module);
        Adapter adapter = new Adapter(new LoraConfig(2, 4, 0.1, List.of("q_proj", "v_proj")), modules, "");
        PeftFiles.save(adapter, directory, "base", new CheckpointIdentity("0".repeat(64), new TreeMap<>()));
        Map<String, byte[]> files = files(directory);
        return Target.of("adapters", files, List.of("adapter_config.json", "adapter_model.safetensors"), read -> {
            Adapter loaded = PeftFiles.load(read);
            finite("alpha", loaded.config().alpha());
            finite("dropout", loaded.config().dropout());
            require(loaded.config().rank() > 0, "rank " + loaded.config().rank());
            loaded.modules().values().forEach(pair -> {
                finite("A", pair.a());
                finite("B", pair.b());
            });
        });
    }

    private static Target hub() {
        String location = "hf://some-Owner/a.name_2@refs/pr/1";
        return Target.of(
                "names in a hub",
                "name",
                location.getBytes(StandardCharsets.UTF_8),
                directory -> HubNames.read(Files.readString(directory.resolve("name"), StandardCharsets.ISO_8859_1)));
    }
}
