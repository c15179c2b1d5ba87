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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.ColumnImportance;
import io.github.tribuollm.llm.checkpoint.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.logging.Logger;

/** The registry of architectures by the {@code model_type} of a checkpoint's config.json. */
public final class Architectures {
    private static final Map<String, Function<CheckpointConfig, Architecture>> BY_MODEL_TYPE =
            new TreeMap<>(Map.ofEntries(
                    Map.entry("gemma", Gemma::new),
                    Map.entry("gemma2", Gemma2::new),
                    Map.entry("gemma3_text", Gemma3::new),
                    Map.entry("granite", Granite::new),
                    Map.entry("llama", Llama::new),
                    Map.entry("mistral", Mistral::new),
                    Map.entry("olmo2", Olmo2::new),
                    Map.entry("phi3", Phi3::new),
                    Map.entry("qwen2", Qwen2::new),
                    Map.entry("qwen3", Qwen3::new),
                    Map.entry("smollm3", SmolLm3::new)));

    /** Models that people ask for, and what stands in the way. */
    private static final Map<String, String> NOT_HERE = Map.of(
            "gemma3", "it sees images too; save its text model by itself, whose model_type is gemma3_text",
            "gemma4", "its layers share keys and values and have token embeddings and head sizes of their own",
            "gemma4_text", "its layers share keys and values and have token embeddings and head sizes of their own",
            "qwen3_5", "three of four layers are gated delta networks instead of attention",
            "qwen3_5_text", "three of four layers are gated delta networks instead of attention",
            "mixtral", "its feed-forward networks are mixtures of experts",
            "qwen3_moe", "its feed-forward networks are mixtures of experts",
            "gpt_oss", "its feed-forward networks are mixtures of experts");

    private static final Logger LOGGER = Logger.getLogger(Architectures.class.getName());

    private Architectures() {}

    /**
     * The architecture of a configuration.
     *
     * @param config a checkpoint's config.json
     * @return its architecture
     * @throws CheckpointException if the model type is unknown or the configuration asks for what is not supported
     */
    public static Architecture of(CheckpointConfig config) {
        Function<CheckpointConfig, Architecture> constructor = BY_MODEL_TYPE.get(config.modelType());
        if (constructor == null) {
            String reason = NOT_HERE.getOrDefault(config.modelType(), "it is unknown");
            throw new CheckpointException(config.file() + ": field model_type: the architecture \"" + config.modelType()
                    + "\" is not supported: " + reason + "; supported are " + BY_MODEL_TYPE.keySet());
        }
        return constructor.apply(config);
    }

    /**
     * The architecture of a checkpoint, after comparing the shapes of all its weights. An output layer that the files
     * hold beside a token embedding of other elements is used, as transformers 5 does, even if config.json ties the two.
     * The weights learn how to find out which of their columns count, see {@link ColumnImportance}.
     *
     * @param checkpoint the checkpoint
     * @return its architecture
     * @throws CheckpointException if a weight is missing, has another shape than config.json implies, or is unknown
     */
    public static Architecture of(Checkpoint checkpoint) {
        Architecture architecture = withItsHead(of(checkpoint.config()), checkpoint);
        Weights weights = checkpoint.weights();
        architecture.shapes().forEach((name, shape) -> {
            if (!weights.contains(name)) {
                throw new CheckpointException(checkpoint.place() + ": the weight " + name
                        + " that config.json implies is in no file; is the checkpoint complete?");
            }
            if (!Arrays.equals(weights.shape(name), shape)) {
                throw new CheckpointException(checkpoint.place() + ": the weight " + name + " has shape "
                        + Arrays.toString(weights.shape(name)) + ", config.json implies " + Arrays.toString(shape));
            }
        });
        TreeSet<String> unknown = new TreeSet<>(weights.names());
        unknown.removeAll(architecture.shapes().keySet());
        unknown.removeIf(
                name -> name.endsWith(".rotary_emb.inv_freq") || architecture.tiedHead() && name.equals(Weights.HEAD));
        if (!unknown.isEmpty()) {
            throw new CheckpointException(checkpoint.place() + ": the weight " + unknown.first() + " (of "
                    + unknown.size() + " such) has no place in the architecture "
                    + checkpoint.config().modelType());
        }
        weights.countColumns(new InputPower(architecture, weights));
        return architecture;
    }

    private static Architecture withItsHead(Architecture declared, Checkpoint checkpoint) {
        if (!declared.tiedHead() || !checkpoint.weights().holdAnotherHead()) {
            return declared;
        }
        LOGGER.warning(() -> checkpoint.place() + ": config.json ties " + Weights.HEAD + " to " + Weights.EMBEDDING
                + ", but the weights hold two that differ, so both are used; set tie_word_embeddings to false if that"
                + " is meant");
        return of(checkpoint.config().with("tie_word_embeddings", false));
    }
}
