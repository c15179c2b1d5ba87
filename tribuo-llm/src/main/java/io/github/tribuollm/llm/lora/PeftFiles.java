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

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointIdentity;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.MissingFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adapters in PEFT's layout: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 *
 * <p>The SHA-256 of the base checkpoint travels in the safetensors metadata as {@code base_sha256}; PEFT ignores it.
 * Features of PEFT that change what an adapter computes and are not supported here are refused by name, known or not.
 */
public final class PeftFiles {
    private static final String CONFIG = "adapter_config.json";
    private static final String TENSORS = "adapter_model.safetensors";
    private static final String BASE_HASH = "base_sha256";
    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    /** PEFT's name of a matrix; a state that was saved with its adapter's own name in it is loaded by PEFT too. */
    private static final Pattern MATRIX =
            Pattern.compile(Pattern.quote(PREFIX) + "(?<module>.+)\\.lora_(?<matrix>[AB])(\\.default)?\\.weight");

    /** Fields that are read below, or that do not change what the stored tensors mean. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "peft_type",
            "r",
            "lora_alpha",
            "lora_dropout",
            "use_rslora",
            "bias",
            "init_lora_weights",
            "target_modules",
            "auto_mapping",
            "base_model_name_or_path",
            "eva_config",
            "exclude_modules",
            "inference_mode",
            "layers_pattern",
            "layers_to_transform",
            "megatron_core",
            "peft_version",
            "qalora_group_size",
            "revision",
            "runtime_config",
            "task_type");

    /** Initialisations that leave the base weights as they are. */
    private static final Set<String> INITIALISATIONS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    private PeftFiles() {}

    /**
     * Writes an adapter that PEFT loads. The tensors are F32.
     *
     * @param adapter the adapter
     * @param directory the directory, created when missing; files of the same names are replaced
     * @param baseNameOrPath what {@code base_model_name_or_path} should say
     * @param base the identity of the checkpoint that it was trained on
     * @throws CheckpointException when the adapter belongs to another checkpoint or a file cannot be written
     */
    public static void save(Adapter adapter, Path directory, String baseNameOrPath, CheckpointIdentity base) {
        adapter.requireBase(base);
        List<Entry> entries = new ArrayList<>();
        adapter.modules().forEach((name, m) -> {
            entries.add(Entry.of(PREFIX + name + A, DType.F32, new long[] {m.rank(), m.in()}, m.a()));
            entries.add(Entry.of(PREFIX + name + B, DType.F32, new long[] {m.out(), m.rank()}, m.b()));
        });
        Map<String, String> metadata = Map.of("format", "pt", BASE_HASH, base.sha256());
        SafetensorsWriter.write(directory.resolve(TENSORS), metadata, entries);
        AtomicFile.write(directory.resolve(CONFIG), config(adapter, baseNameOrPath));
    }

    private static String config(Adapter adapter, String baseNameOrPath) {
        JsonObject json = new JsonObject();
        json.addProperty("peft_type", "LORA");
        json.addProperty("task_type", "CAUSAL_LM");
        json.addProperty("base_model_name_or_path", baseNameOrPath);
        json.addProperty("inference_mode", true);
        json.addProperty("r", adapter.config().rank());
        json.addProperty("lora_alpha", shortest(adapter.config().alpha()));
        json.addProperty("lora_dropout", adapter.config().dropout());
        json.addProperty("bias", "none");
        json.addProperty("fan_in_fan_out", false);
        json.addProperty("init_lora_weights", true);
        JsonArray targets = new JsonArray();
        adapter.modules().keySet().forEach(targets::add);
        json.add("target_modules", targets);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
    }

    private static Number shortest(double value) {
        return value == Math.rint(value) && value < 1L << 31 ? (Number) (long) value : (Number) value;
    }

    /**
     * Reads an adapter for a base.
     *
     * @throws CheckpointException if it cannot be read, was made for another base, or does not fit its layers
     */
    public static Adapter load(Path directory, Checkpoint base) {
        Adapter adapter = load(directory);
        if (!adapter.baseHash().isEmpty()) {
            adapter.requireBase(base.identity());
        }
        LoraTargets.requireFit(Architectures.of(base), adapter);
        return adapter;
    }

    /**
     * Reads an adapter that PEFT or {@link #save} wrote. Tensors of F16 and BF16 are widened. A rank-stabilised scale
     * becomes the alpha of the same scale. The configuration's target modules are the last parts of the adapted layers'
     * names.
     *
     * @param directory the directory
     * @return the adapter; its base hash is empty when the files do not tell it
     * @throws CheckpointException when a file is missing or broken, or the adapter needs a feature that is not
     * supported
     */
    public static Adapter load(Path directory) {
        CheckpointConfig json = CheckpointConfig.read(directory.resolve(CONFIG));
        requireSupported(json);
        try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(TENSORS), MissingFile.ADAPTER)) {
            SortedMap<String, LowRank> modules = modules(file);
            LoraConfig config = config(json, modules);
            modules.forEach((name, module) -> {
                if (module.rank() != config.rank()) {
                    throw new CheckpointException(file.file() + ": module '" + name + "' has rank " + module.rank()
                            + ", but " + CONFIG + " says r = " + config.rank());
                }
            });
            return new Adapter(config, modules, file.metadata().getOrDefault(BASE_HASH, ""));
        }
    }

    private static void requireSupported(CheckpointConfig json) {
        if (!json.text("peft_type").equals("LORA")) {
            throw unsupported(json, "peft_type");
        }
        if (!json.text("bias", "none").equals("none")) {
            throw unsupported(json, "bias");
        }
        if (json.contains("init_lora_weights")) {
            String value = json.isText("init_lora_weights")
                    ? json.text("init_lora_weights")
                    : json.excerpt("init_lora_weights");
            if (!INITIALISATIONS.contains(value)) {
                throw unsupported(json, "init_lora_weights");
            }
        }
        for (String key : json.keys()) {
            if (!UNDERSTOOD.contains(key) && !json.isVoid(key)) {
                throw unsupported(json, key);
            }
        }
    }

    private static CheckpointException unsupported(CheckpointConfig json, String key) {
        return new CheckpointException(json.file() + ": " + key + " = " + json.excerpt(key)
                + " is not supported; merge the adapter with PEFT and use the merged checkpoint");
    }

    private static LoraConfig config(CheckpointConfig json, SortedMap<String, LowRank> modules) {
        int rank = json.integer("r");
        double alpha = json.number("lora_alpha");
        if (json.flag("use_rslora", false)) {
            alpha *= Math.sqrt(rank);
        }
        List<String> targets = modules.keySet().stream()
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .distinct()
                .sorted()
                .toList();
        try {
            return new LoraConfig(rank, alpha, json.number("lora_dropout", 0), targets);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(json.file() + ": " + e.getMessage(), e);
        }
    }

    private static SortedMap<String, LowRank> modules(SafetensorsFile file) {
        SortedMap<String, Map<String, String>> matrices = new TreeMap<>();
        for (String key : file.names()) {
            Matcher name = MATRIX.matcher(key);
            if (!name.matches()) {
                throw new CheckpointException(file.file() + ": tensor '" + key
                        + "' is not a LoRA matrix of a linear layer; merge the adapter with PEFT and use the merged"
                        + " checkpoint");
            }
            String twin = matrices.computeIfAbsent(name.group("module"), module -> new TreeMap<>())
                    .put(name.group("matrix"), key);
            if (twin != null) {
                throw new CheckpointException(
                        file.file() + ": '" + twin + "' and '" + key + "' are the same matrix; remove one of them");
            }
        }
        if (matrices.isEmpty()) {
            throw new CheckpointException(file.file() + ": holds no LoRA matrix");
        }
        SortedMap<String, LowRank> modules = new TreeMap<>();
        matrices.forEach((module, keys) -> modules.put(module, module(file, module, keys)));
        return modules;
    }

    private static LowRank module(SafetensorsFile file, String module, Map<String, String> keys) {
        StoredTensor a = matrix(file, keys.getOrDefault("A", PREFIX + module + A));
        StoredTensor b = matrix(file, keys.getOrDefault("B", PREFIX + module + B));
        if (a.shape()[0] != b.shape()[1]) {
            throw new CheckpointException(file.file() + ": module '" + module + "' has A of shape "
                    + Arrays.toString(a.shape()) + " and B of shape " + Arrays.toString(b.shape())
                    + ", which do not fit");
        }
        return new LowRank((int) a.shape()[1], (int) b.shape()[0], (int) a.shape()[0], finite(a), finite(b));
    }

    private static StoredTensor matrix(SafetensorsFile file, String name) {
        StoredTensor tensor = file.stored(name);
        if (tensor.shape().length != 2 || tensor.elements() == 0) {
            throw new CheckpointException(file.file() + ": tensor '" + name + "' has shape "
                    + Arrays.toString(tensor.shape()) + ", not that of a matrix");
        }
        return tensor;
    }

    private static float[] finite(StoredTensor tensor) {
        float[] values = tensor.floats();
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new CheckpointException(tensor.file() + ": tensor '" + tensor.name() + "' holds " + value
                        + "; the training that made it diverged");
            }
        }
        return values;
    }
}
