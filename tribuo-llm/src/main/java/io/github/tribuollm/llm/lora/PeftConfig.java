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

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An {@code adapter_config.json}. A field that changes what the stored tensors mean is read here, or refused by name,
 * known or not.
 *
 * @param json the file
 * @param lora the form of the updates
 * @param bias which biases of the base have new values
 * @param biasOfB whether B has a bias
 * @param magnitudes whether the rows of the updated matrices are scaled to given norms (DoRA)
 * @param modulesToSave the ends of the names of modules that have new values
 * @param tokens the rows that have new values, by the end of the name of the embedding or output layer
 * @param tying whether what changes the embedding changes the output layer that is tied to it
 */
record PeftConfig(
        CheckpointConfig json,
        LoraConfig lora,
        Bias bias,
        boolean biasOfB,
        boolean magnitudes,
        List<String> modulesToSave,
        Map<String, List<Integer>> tokens,
        boolean tying) {
    static final String NAME = "adapter_config.json";

    /** The embedding that a plain list of tokens means. */
    static final String EMBEDDING = "embed_tokens";

    /** Which biases of the base have new values. */
    enum Bias {
        NONE,
        LORA_ONLY,
        ALL
    }

    /** Fields that are read below. */
    private static final Set<String> READ = Set.of(
            "peft_type",
            "r",
            "lora_alpha",
            "lora_dropout",
            "use_rslora",
            "rank_pattern",
            "alpha_pattern",
            "target_modules",
            "exclude_modules",
            "layers_to_transform",
            "layers_pattern",
            "bias",
            "lora_bias",
            "use_dora",
            "modules_to_save",
            "trainable_token_indices",
            "ensure_weight_tying",
            "task_type",
            "init_lora_weights");

    /**
     * Fields that do not change what the stored tensors mean: where the base came from, who wrote the file, how the
     * tensors were initialised, what belongs to another field.
     */
    private static final Set<String> WITHOUT_MEANING = Set.of(
            "auto_mapping",
            "base_model_name_or_path",
            "revision",
            "peft_version",
            "inference_mode",
            "runtime_config",
            "megatron_core",
            "qalora_group_size",
            "eva_config",
            "corda_config",
            "loftq_config",
            "lora_ga_config");

    /** Fields that PEFT heeds even if their value is an empty object. */
    private static final Set<String> HEEDED_WHEN_EMPTY =
            Set.of("velora_config", "kasa_config", "monteclora_config", "use_bdlora", "arrow_config");

    /** Initialisations that leave the base weights as they are; others take from the base what they give the adapter. */
    private static final Set<String> INITIALISATIONS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    /**
     * Reads the file.
     *
     * @throws CheckpointException if a field has no meaning, or one that is not supported
     * @throws IllegalArgumentException if a value is out of range
     */
    static PeftConfig read(CheckpointConfig json) {
        requireSupported(json);
        return new PeftConfig(
                json,
                lora(json),
                bias(json),
                json.flag("lora_bias", false),
                json.flag("use_dora", false),
                json.texts("modules_to_save"),
                tokens(json),
                json.flag("ensure_weight_tying", false));
    }

    private static void requireSupported(CheckpointConfig json) {
        if (!json.text("peft_type").equals("LORA")) {
            throw unsupported(json, "peft_type");
        }
        if (!json.isVoid("task_type") && !json.text("task_type").equals("CAUSAL_LM")) {
            throw unsupported(json, "task_type");
        }
        if (json.contains("init_lora_weights") && !INITIALISATIONS.contains(initialisation(json))) {
            throw unsupported(json, "init_lora_weights");
        }
        for (String key : json.keys()) {
            boolean silent = HEEDED_WHEN_EMPTY.contains(key) ? !json.contains(key) : json.isVoid(key);
            if (!READ.contains(key) && !WITHOUT_MEANING.contains(key) && !silent) {
                throw unsupported(json, key);
            }
        }
    }

    private static String initialisation(CheckpointConfig json) {
        return json.isText("init_lora_weights")
                ? json.text("init_lora_weights").toLowerCase(Locale.ROOT)
                : json.excerpt("init_lora_weights");
    }

    private static CheckpointException unsupported(CheckpointConfig json, String key) {
        return new CheckpointException(json.file() + ": " + key + " = " + json.excerpt(key)
                + " is not supported; merge the adapter with PEFT and use the merged checkpoint");
    }

    private static LoraConfig lora(CheckpointConfig json) {
        if (!json.contains("target_modules")) {
            throw new CheckpointException(json.file() + ": target_modules is missing, so it does not say which layers"
                    + " are adapted; name them as the training did");
        }
        LayerSelection layers = new LayerSelection(
                names(json, "target_modules"),
                json.isVoid("exclude_modules") ? ModuleNames.none() : names(json, "exclude_modules"),
                json.integers("layers_to_transform"),
                json.texts("layers_pattern").stream()
                        .filter(pattern -> !pattern.isEmpty())
                        .toList());
        LoraScale scale = new LoraScale(
                json.flag("use_rslora", false),
                pattern(json, "rank_pattern", CheckpointConfig::integer),
                pattern(json, "alpha_pattern", CheckpointConfig::number));
        return new LoraConfig(
                json.integer("r"), json.number("lora_alpha"), json.number("lora_dropout", 0), layers, scale);
    }

    private static ModuleNames names(CheckpointConfig json, String key) {
        return json.isText(key)
                ? ModuleNames.matching(json.text(key))
                : ModuleNames.of(json.texts(key).stream().sorted().toList());
    }

    private static <T> Map<String, T> pattern(
            CheckpointConfig json, String key, BiFunction<CheckpointConfig, String, T> value) {
        Map<String, T> pattern = new LinkedHashMap<>();
        json.section(key)
                .ifPresent(section -> section.keys().forEach(name -> pattern.put(name, value.apply(section, name))));
        return pattern;
    }

    private static Bias bias(CheckpointConfig json) {
        return switch (json.text("bias", "none")) {
            case "none" -> Bias.NONE;
            case "lora_only" -> Bias.LORA_ONLY;
            case "all" -> Bias.ALL;
            default -> throw unsupported(json, "bias");
        };
    }

    private static Map<String, List<Integer>> tokens(CheckpointConfig json) {
        String key = "trainable_token_indices";
        if (json.isVoid(key)) {
            return Map.of();
        }
        if (json.isList(key)) {
            return Map.of(EMBEDDING, json.integers(key));
        }
        return pattern(json, key, CheckpointConfig::integers);
    }

    /** Whether a module is among those that have new values: PEFT compares ends of names, be they whole parts or not. */
    boolean saves(String module) {
        return modulesToSave.stream().anyMatch(module::endsWith);
    }

    /** The rows of a module that have new values. */
    List<Integer> tokens(String module) {
        return tokens.entrySet().stream()
                .filter(entry -> module.endsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    /** Whether an update sits on a module, which is on no module that has new values. */
    boolean adapts(String module) {
        return lora.layers().takes(module)
                && modulesToSave.stream()
                        .noneMatch(name -> PythonPattern.ofPart(name).matches(module));
    }
}
