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
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import io.github.tribuollm.llm.lora.PeftTensor.Part;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * From PEFT's configuration and tensors to an adapter. Both must say the same: a tensor that the configuration does not
 * speak of is refused, and so is a module that it speaks of without a tensor.
 */
final class PeftReader {
    private static final String HEAD = "lm_head";

    private final PeftConfig config;
    private final SafetensorsFile file;
    private final SortedMap<String, Map<Part, PeftTensor>> modules = new TreeMap<>();

    /**
     * Sorts the tensors of a file.
     *
     * @throws CheckpointException if a name is none of PEFT's, or two mean the same
     */
    PeftReader(PeftConfig config, SafetensorsFile file) {
        this.config = config;
        this.file = file;
        for (String key : file.names()) {
            PeftTensor tensor = PeftTensor.of(key)
                    .orElseThrow(() -> refusal("tensor '" + key + "' is none that PEFT writes for LoRA; merge the"
                            + " adapter with PEFT and use the merged checkpoint"));
            PeftTensor twin = modules.computeIfAbsent(tensor.module(), module -> new EnumMap<>(Part.class))
                    .put(tensor.part(), tensor);
            if (twin != null) {
                throw refusal("'" + twin.key() + "' and '" + key + "' are the same tensor; remove one of them");
            }
        }
    }

    private CheckpointException refusal(String problem) {
        return new CheckpointException(file.file() + ": " + problem);
    }

    /** The adapter, as far as its files tell. */
    Adapter adapter(String baseHash) {
        SortedMap<String, LowRank> updates = new TreeMap<>();
        SortedMap<String, Replacement> replaced = new TreeMap<>();
        modules.forEach((module, tensors) -> {
            if (isUpdated(tensors)) {
                updates.put(module, update(module, tensors));
            }
            replacements(module, tensors, replaced);
        });
        if (updates.isEmpty()) {
            throw refusal("holds no LoRA matrix");
        }
        return new Adapter(config.lora(), updates, replaced, isTied(updates, replaced), baseHash);
    }

    private static boolean isUpdated(Map<Part, PeftTensor> tensors) {
        return List.of(Part.A, Part.B, Part.EMBEDDING_A, Part.EMBEDDING_B, Part.BIAS_OF_B, Part.MAGNITUDE).stream()
                .anyMatch(tensors::containsKey);
    }

    private LowRank update(String module, Map<Part, PeftTensor> tensors) {
        boolean embedding = tensors.containsKey(Part.EMBEDDING_A) || tensors.containsKey(Part.EMBEDDING_B);
        if (!config.adapts(module) && !followsEmbedding(module)) {
            throw refusal("the tensors of module '" + module + "' are not those of " + PeftConfig.NAME
                    + ", whose target_modules are " + config.lora().layers() + ", so that PEFT would leave them out;"
                    + " name the module there, or remove its tensors");
        }
        StoredTensor a = matrix(module, tensors, embedding ? Part.EMBEDDING_A : Part.A);
        StoredTensor b = matrix(module, tensors, embedding ? Part.EMBEDDING_B : Part.B);
        if (a.shape()[0] != b.shape()[1]) {
            throw refusal("module '" + module + "' has A of shape " + Arrays.toString(a.shape()) + " and B of shape "
                    + Arrays.toString(b.shape()) + ", which do not fit; copy the adapter again");
        }
        requireRank(module, (int) a.shape()[0]);
        int out = (int) b.shape()[0];
        return new LowRank(
                (int) a.shape()[1],
                out,
                (int) a.shape()[0],
                finite(a),
                finite(b),
                vector(module, tensors, Part.BIAS_OF_B, out, "lora_bias", config.biasOfB()),
                vector(module, tensors, Part.MAGNITUDE, out, "use_dora", config.magnitudes()));
    }

    /** Whether PEFT has given the output layer the update of the embedding that it is tied to. */
    private boolean followsEmbedding(String module) {
        return config.tying()
                && module.equals(HEAD)
                && modules.keySet().stream().anyMatch(other -> AdapterForm.isEmbedding(other) && config.adapts(other));
    }

    private void requireRank(String module, int rank) {
        int expected = config.lora().rank(module);
        if (rank != expected) {
            String field = expected == config.lora().rank() ? "r" : "rank_pattern";
            throw refusal("module '" + module + "' has rank " + rank + ", but " + PeftConfig.NAME + " says " + field
                    + " = " + expected + "; take both files from one adapter");
        }
    }

    private StoredTensor matrix(String module, Map<Part, PeftTensor> tensors, Part part) {
        PeftTensor tensor = tensors.get(part);
        if (tensor == null) {
            throw refusal("module '" + module + "' has no tensor " + part + ", which belongs to "
                    + tensors.values().iterator().next().key() + "; copy the adapter again");
        }
        StoredTensor stored = file.stored(tensor.key());
        if (stored.shape().length != 2 || stored.elements() == 0) {
            throw refusal("tensor '" + tensor.key() + "' of module '" + module + "' has shape "
                    + Arrays.toString(stored.shape()) + ", not that of a matrix; save the adapter again, with whole"
                    + " parameters where it was trained in shards");
        }
        return stored;
    }

    /** A vector that the configuration announces with a field, or none. */
    private Optional<float[]> vector(
            String module, Map<Part, PeftTensor> tensors, Part part, int size, String field, boolean announced) {
        PeftTensor tensor = tensors.get(part);
        if ((tensor != null) != announced) {
            throw refusal("module '" + module + "' has " + (announced ? "no tensor " : "a tensor ") + part + ", but "
                    + PeftConfig.NAME + " says " + field + " = " + announced + "; take both files from one adapter");
        }
        return Optional.ofNullable(tensor).map(found -> {
            StoredTensor stored = file.stored(found.key());
            if (stored.elements() != size) {
                throw refusal("tensor '" + found.key() + "' has shape " + Arrays.toString(stored.shape())
                        + ", but module '" + module + "' has " + size + " outputs");
            }
            return finite(stored);
        });
    }

    private void replacements(String module, Map<Part, PeftTensor> tensors, SortedMap<String, Replacement> replaced) {
        tensors.forEach((part, tensor) -> {
            Replacement twin = switch (part) {
                case WEIGHT -> replaced.put(module + ".weight", whole(tensor, config::saves, "modules_to_save"));
                case BIAS, ADAPTED_BIAS -> replaced.put(module + ".bias", whole(tensor, this::hasBias, "bias"));
                case ROWS -> replaced.put(module + ".weight", rows(tensor));
                case ADAPTED_WEIGHT -> requireEmbedded(tensor);
                case A, B, BIAS_OF_B, EMBEDDING_A, EMBEDDING_B, MAGNITUDE -> null;
            };
            if (twin != null) {
                throw refusal("'" + tensor.key() + "' and another tensor are both new values of module '" + module
                        + "'; remove one of them");
            }
        });
    }

    private boolean hasBias(String module) {
        return config.saves(module)
                || config.bias() == PeftConfig.Bias.ALL
                || config.bias() == PeftConfig.Bias.LORA_ONLY && config.adapts(module);
    }

    /** New values of a tensor that the configuration speaks of; PEFT writes embedding and output layer without a word. */
    private Replacement whole(PeftTensor tensor, Predicate<String> announced, String field) {
        boolean either = isEmbeddingOrHead(tensor.module());
        if (!announced.test(tensor.module()) && !either && !followsEmbedding(tensor.module())) {
            throw refusal("tensor '" + tensor.key() + "' has new values of module '" + tensor.module() + "', of which "
                    + field + " in " + PeftConfig.NAME + " does not speak; take both files from one adapter, or merge"
                    + " it with PEFT");
        }
        StoredTensor stored = file.stored(tensor.key());
        return new Replacement.Whole(stored.shape(), finite(stored));
    }

    private Replacement rows(PeftTensor tensor) {
        List<Integer> rows = config.tokens(tensor.module());
        StoredTensor stored = matrix(tensor.module(), Map.of(Part.ROWS, tensor), Part.ROWS);
        if (stored.shape()[0] != rows.size()) {
            throw refusal("tensor '" + tensor.key() + "' has " + stored.shape()[0] + " rows, but " + PeftConfig.NAME
                    + " says trainable_token_indices of " + rows.size() + " tokens; take both files from one adapter");
        }
        try {
            return new Replacement.Rows(
                    rows.stream().mapToInt(Integer::intValue).toArray(), (int) stored.shape()[1], finite(stored));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(config.json().file() + ": trainable_token_indices: " + e.getMessage(), e);
        }
    }

    /** PEFT writes the base's own tensor of an embedding or output layer that has an update. */
    private Replacement requireEmbedded(PeftTensor tensor) {
        if (!isEmbeddingOrHead(tensor.module())) {
            throw refusal("tensor '" + tensor.key() + "' has values of the base's layer '" + tensor.module()
                    + "', which an adapter does not change; merge the adapter with PEFT and use the merged checkpoint");
        }
        return null;
    }

    private static boolean isEmbeddingOrHead(String module) {
        return module.equals(HEAD) || AdapterForm.isEmbedding(module);
    }

    /**
     * Whether an output layer that is tied to the embedding follows it: where the configuration ensures it, where both
     * were saved without a word, since the base has one tensor for them, and where only tokens of the embedding are new.
     */
    private boolean isTied(SortedMap<String, LowRank> updates, SortedMap<String, Replacement> replaced) {
        boolean unannounced = replaced.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Replacement.Whole)
                .map(entry -> AdapterForm.module(entry.getKey()))
                .anyMatch(module -> isEmbeddingOrHead(module) && !config.saves(module) && !followsEmbedding(module));
        boolean rows = replaced.entrySet().stream()
                .anyMatch(entry -> entry.getValue() instanceof Replacement.Rows
                        && AdapterForm.isEmbedding(AdapterForm.module(entry.getKey())));
        boolean whole = updates.keySet().stream().anyMatch(PeftReader::isEmbeddingOrHead)
                || replaced.entrySet().stream()
                        .anyMatch(entry -> entry.getValue() instanceof Replacement.Whole
                                && isEmbeddingOrHead(AdapterForm.module(entry.getKey())));
        if (rows && whole) {
            throw refusal("trainable_token_indices beside another change of the embedding or the output layer is not"
                    + " supported; merge the adapter with PEFT and use the merged checkpoint");
        }
        if (config.tying()
                && updates.entrySet().stream()
                        .anyMatch(entry -> isEmbeddingOrHead(entry.getKey())
                                && entry.getValue().magnitude().isPresent())) {
            throw refusal("use_dora of an embedding with ensure_weight_tying is not supported; merge the adapter with"
                    + " PEFT and use the merged checkpoint");
        }
        return config.tying() || unannounced || rows && !replaced.containsKey(HEAD + ".weight");
    }

    /**
     * Checks that nothing is missing of what the configuration says of a base.
     *
     * @throws CheckpointException if a module has no tensor, or the file has other values of the base's own tensors
     */
    void requireComplete(Architecture architecture, Checkpoint base, Adapter adapter) {
        Set<String> tensors = new LinkedHashSet<>(architecture.shapes().keySet());
        tensors.add(weight(architecture.outputLayer()));
        for (String name : tensors) {
            String module = AdapterForm.module(name);
            boolean saved = config.saves(module)
                    || config.bias() == PeftConfig.Bias.ALL && name.endsWith(".bias")
                    || config.bias() == PeftConfig.Bias.LORA_ONLY && name.endsWith(".bias") && config.adapts(module);
            if (saved && !adapter.replaced().containsKey(name)) {
                throw refusal("has no tensor with new values of '" + name + "', which modules_to_save or bias in "
                        + PeftConfig.NAME + " announces; copy the adapter again");
            }
        }
        config.tokens().keySet().forEach(name -> requireTokens(name, architecture, adapter));
        modules.forEach((module, parts) -> Optional.ofNullable(parts.get(Part.ADAPTED_WEIGHT))
                .ifPresent(tensor -> requireSame(tensor, architecture, base)));
    }

    private void requireTokens(String name, Architecture architecture, Adapter adapter) {
        List<String> named = List.of(architecture.embedding(), architecture.outputLayer()).stream()
                .map(LinearLayer::module)
                .filter(module -> module.endsWith(name))
                .toList();
        if (named.isEmpty()) {
            throw refusal("trainable_token_indices in " + PeftConfig.NAME + " speaks of '" + name
                    + "', which is neither the embedding nor the output layer");
        }
        boolean follows = adapter.tied() && architecture.tiedHead() && named.contains(HEAD);
        if (!follows
                && named.stream()
                        .noneMatch(module -> adapter.replaced().get(module + ".weight") instanceof Replacement.Rows)) {
            throw refusal("has no tensor with the tokens of '" + name + "' that trainable_token_indices in "
                    + PeftConfig.NAME + " announces; copy the adapter again");
        }
    }

    private void requireSame(PeftTensor tensor, Architecture architecture, Checkpoint base) {
        boolean shared = tensor.module().equals(HEAD) && architecture.tiedHead();
        String name = shared ? weight(architecture.embedding()) : tensor.module() + ".weight";
        StoredTensor own = base.weights().stored(name);
        StoredTensor stored = file.stored(tensor.key());
        if (!Arrays.equals(own.shape(), stored.shape()) || !Arrays.equals(own.floats(), stored.floats())) {
            throw refusal("tensor '" + tensor.key() + "' is not '" + name + "' of " + base.place()
                    + "; use the checkpoint that the adapter was trained on, or merge it with PEFT");
        }
    }

    private static String weight(LinearLayer layer) {
        return layer.module() + ".weight";
    }

    private float[] finite(StoredTensor tensor) {
        float[] values = tensor.floats();
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw refusal("tensor '" + tensor.name() + "' holds " + value + "; the training that made it diverged,"
                        + " so take an adapter that was saved before");
            }
        }
        return values;
    }
}
