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
package io.github.tribuollm.llm;

import com.google.gson.JsonObject;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.MapProperty;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.TinyTokenizer;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.training.ParameterSet;
import io.github.tribuollm.objectives.Objective;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/** A random Llama of a few thousand parameters with a tokenizer, data for it, and trainers of it. */
public final class TinyModel {
    /** Rows of the data file; a trainer's step takes four of them. */
    public static final int ROWS = 24;

    /** Steps of a run over the data. */
    public static final int STEPS = ROWS / 4;

    private TinyModel() {}

    /** Writes config.json, the tokenizer and random weights. */
    public static Path checkpoint(Path directory, long seed) {
        return checkpoint(directory, seed, TinyTokenizer.SIZE);
    }

    /** Writes a checkpoint whose vocabulary may be larger than its tokenizer's. */
    public static Path checkpoint(Path directory, long seed, int vocabulary) {
        template(directory, vocabulary);
        Map<String, long[]> shapes = Architectures.of(CheckpointConfig.read(directory.resolve("config.json")))
                .shapes();
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        try (ParameterSet parameters = new ParameterSet(shapes)) {
            parameters.initialiseModel(seed, 0.2, 1);
            parameters.forEach((name, sizes, values) -> entries.add(SafetensorsWriter.Entry.of(
                    name,
                    DType.F32,
                    sizes,
                    FloatBuffer.allocate(values.remaining()).put(values).flip())));
        }
        SafetensorsWriter.write(directory.resolve("model.safetensors"), Map.of("format", "pt"), entries);
        return directory;
    }

    /** Writes config.json and the tokenizer only. */
    public static Path template(Path directory, int vocabulary) {
        TinyTokenizer.write(directory, true, true);
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "llama");
        config.addProperty("vocab_size", vocabulary);
        config.addProperty("hidden_size", 16);
        config.addProperty("intermediate_size", 24);
        config.addProperty("num_hidden_layers", 2);
        config.addProperty("num_attention_heads", 4);
        config.addProperty("num_key_value_heads", 2);
        config.addProperty("max_position_embeddings", 128);
        config.addProperty("rms_norm_eps", 1e-5);
        config.addProperty("rope_theta", 10000.0);
        config.addProperty("hidden_act", "silu");
        config.addProperty("tie_word_embeddings", true);
        config.addProperty("torch_dtype", "float32");
        config.addProperty("bos_token_id", TinyTokenizer.BOS);
        config.addProperty("eos_token_id", TinyTokenizer.EOS);
        write(directory.resolve("config.json"), config.toString());
        return directory;
    }

    /** Writes sums in GSM8K's format. */
    public static Path rows(Path file, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        for (int i = 0; i < ROWS; i++) {
            int a = random.nextInt(1000);
            int b = random.nextInt(1000);
            JsonObject row = new JsonObject();
            row.addProperty("question", a + "+" + b + (i % 3 == 0 ? " is how much" : "") + "?");
            row.addProperty("answer", "#### " + (a + b));
            lines.add(row.toString());
        }
        write(file, lines.toString());
        return file;
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes rows and reads them as the checkpoint's tokens.
     *
     * @param checkpoint the base
     * @param file where the rows go
     * @param seed decides the rows
     * @return the data set
     */
    public static TokenSequenceDataset data(Path checkpoint, Path file, long seed) {
        return new TokenSequenceDataset(source(checkpoint, rows(file, seed)));
    }

    /** The rows as token sequences. */
    public static TokenSequenceSource source(Path checkpoint, Path rows) {
        return new TokenSequenceSource(
                checkpoint, new Gsm8kSource(rows), new QuestionAnswerTemplate(), 64, TruncationPolicy.TRUNCATE_END);
    }

    /** A trainer for quick tests: rank 2, steps of four rows, everything else by default. */
    public static CausalLMTrainer trainer(Path checkpoint, Objective objective, Map<String, String> settings) {
        return trainer(checkpoint, objective, settings, Map.of());
    }

    /** A trainer that evaluates on held-out data. */
    public static CausalLMTrainer trainer(
            Path checkpoint,
            Objective objective,
            Map<String, String> settings,
            Map<String, TokenSequenceSource> evaluation) {
        Map<String, String> all = new LinkedHashMap<>(
                Map.of("rank", "2", "alpha", "4", "batchSize", "4", "learningRate", "0.01", "saveInterval", "2"));
        all.putAll(settings);
        ConfigurationManager manager = new ConfigurationManager();
        Map<String, SimpleProperty> heldOut = new LinkedHashMap<>();
        evaluation.forEach((name, source) -> {
            List<ConfigurationData> parts = ProvenanceUtil.extractConfiguration(source.getProvenance());
            manager.addConfiguration(parts);
            heldOut.put(
                    name,
                    new SimpleProperty(named(parts, TokenSequenceSource.class).getName()));
        });
        List<ConfigurationData> parts =
                ProvenanceUtil.extractConfiguration(new CausalLMTrainer(checkpoint, objective).getProvenance());
        ConfigurationData trainer = named(parts, CausalLMTrainer.class);
        all.forEach((name, value) -> trainer.add(name, new SimpleProperty(value)));
        if (!heldOut.isEmpty()) {
            trainer.add("evaluation", new MapProperty(heldOut));
        }
        manager.addConfiguration(parts);
        return (CausalLMTrainer) manager.lookup(trainer.getName());
    }

    private static ConfigurationData named(List<ConfigurationData> parts, Class<?> type) {
        return parts.stream()
                .filter(p -> p.getClassName().equals(type.getName()))
                .findFirst()
                .orElseThrow();
    }
}
