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
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointIdentity;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.progress.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A trained adapter: low-rank updates of layers, and new values of tensors of the base. Immutable, given that nobody
 * writes to the arrays of its modules.
 *
 * @param config its shape
 * @param modules the update of each adapted layer by the layer's full name without {@code .weight}, for example
 *     {@code model.layers.0.self_attn.q_proj}
 * @param replaced new values by the full names of the tensors, for example {@code lm_head.weight}
 * @param tied whether, on a base whose output layer is its embedding, what becomes of the embedding becomes of the
 *     output layer too (PEFT's {@code ensure_weight_tying}); otherwise an adapter of the one parts it from the other
 * @param baseHash the SHA-256 of the checkpoint that it was trained on, see {@link CheckpointIdentity#sha256()}; empty
 *     when not known, as for adapters from elsewhere
 */
public record Adapter(
        LoraConfig config,
        SortedMap<String, LowRank> modules,
        SortedMap<String, Replacement> replaced,
        boolean tied,
        String baseHash) {
    /**
     * Takes copies of the maps.
     *
     * @param config its shape
     * @param modules the update of each adapted layer
     * @param replaced new values of tensors of the base
     * @param tied whether the output layer follows the embedding that it is tied to
     * @param baseHash the SHA-256 of the base, or empty
     * @throws IllegalArgumentException when there is no module or one has another rank than the configuration
     */
    public Adapter {
        modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
        replaced = Collections.unmodifiableSortedMap(new TreeMap<>(replaced));
        if (modules.isEmpty()) {
            throw new IllegalArgumentException("an adapter needs at least one module");
        }
        for (Map.Entry<String, LowRank> module : modules.entrySet()) {
            int rank = config.rank(module.getKey());
            if (module.getValue().rank() != rank) {
                throw new IllegalArgumentException("module '" + module.getKey() + "' has rank "
                        + module.getValue().rank() + ", not " + rank);
            }
        }
    }

    /**
     * Low-rank updates alone.
     *
     * @param config its shape
     * @param modules the update of each adapted layer
     * @param baseHash the SHA-256 of the base, or empty
     * @throws IllegalArgumentException when there is no module or one has another rank than the configuration
     */
    public Adapter(LoraConfig config, SortedMap<String, LowRank> modules, String baseHash) {
        this(config, modules, Collections.emptySortedMap(), false, baseHash);
    }

    /** {@return all that graphs need to know of it but its values} */
    public AdapterForm form() {
        return AdapterForm.of(this);
    }

    /** {@return the values of all tensors by the names that {@link AdapterForm} gives them} */
    public Map<String, Replacement> tensors() {
        Map<String, Replacement> tensors = new LinkedHashMap<>();
        AdapterForm form = form();
        modules.forEach((module, pair) -> {
            Iterator<float[]> values = pair.values().iterator();
            form.shapes(module)
                    .forEach((name, shape) -> tensors.put(name, new Replacement.Whole(shape, values.next())));
        });
        replaced.forEach((name, replacement) -> tensors.put(
                AdapterForm.fresh(name, replacement instanceof Replacement.Rows),
                new Replacement.Whole(replacement.shape(), replacement.values())));
        return tensors;
    }

    /**
     * The same form with other values.
     *
     * @param values gives the values of a tensor by its name, see {@link #tensors}
     * @param hash the SHA-256 of the base, or empty
     * @return the adapter
     */
    public Adapter with(Function<String, float[]> values, String hash) {
        AdapterForm form = form();
        SortedMap<String, LowRank> updates = new TreeMap<>();
        modules.forEach((module, pair) -> updates.put(
                module,
                pair.with(form.shapes(module).keySet().stream().map(values).toList())));
        SortedMap<String, Replacement> fresh = new TreeMap<>();
        replaced.forEach((name, replacement) -> fresh.put(
                name,
                replacement.with(values.apply(AdapterForm.fresh(name, replacement instanceof Replacement.Rows)))));
        return new Adapter(config, updates, fresh, tied, hash);
    }

    /** Whether an output layer that is tied to the embedding is no longer the same with this adapter. */
    boolean partsHead(Architecture architecture) {
        return !tied
                && Stream.of(architecture.embedding(), architecture.outputLayer())
                        .map(LinearLayer::module)
                        .anyMatch(module -> modules.containsKey(module) || replaced.containsKey(module + ".weight"));
    }

    /** {@return the number of parameters} */
    public long parameters() {
        return modules.values().stream().mapToLong(LowRank::parameters).sum()
                + replaced.values().stream().mapToLong(r -> r.values().length).sum();
    }

    /**
     * Checks that the adapter belongs to a checkpoint. One whose base is not known belongs to any.
     *
     * @param base the checkpoint's identity
     * @throws CheckpointException when it was trained on another checkpoint
     */
    public void requireBase(CheckpointIdentity base) {
        if (!baseHash.isEmpty() && !baseHash.equals(base.sha256())) {
            throw new CheckpointException("the adapter was trained on the checkpoint with SHA-256 " + baseHash
                    + ", but this one has " + base.sha256() + "; use the checkpoint that it was trained on");
        }
    }

    /** {@return the SHA-256 of names, sizes and values, in hexadecimal} */
    public String sha256() {
        Sha256 digest = new Sha256();
        modules.forEach((module, pair) -> {
            digest.add(module + " " + pair.out() + " " + pair.in() + " " + pair.rank() + "\n");
            List.of(pair.a(), pair.b()).forEach(values -> digest.add(bytes(values)));
            pair.bias().ifPresent(values -> digest.add("bias\n").add(bytes(values)));
            pair.magnitude().ifPresent(values -> digest.add("magnitude\n").add(bytes(values)));
        });
        replaced.forEach((name, replacement) -> {
            String rows = replacement instanceof Replacement.Rows some ? Arrays.toString(some.rows()) : "";
            digest.add(name + " " + Arrays.toString(replacement.shape()) + rows + "\n");
            digest.add(bytes(replacement.values()));
        });
        if (tied) {
            digest.add("tied\n");
        }
        return digest.hex();
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /** {@return rank, alpha, the kinds of layers that are adapted, and the number of parameters, in a line} */
    @Override
    public String toString() {
        String kinds = modules.keySet().stream()
                .map(module -> module.substring(module.lastIndexOf('.') + 1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String more = replaced.isEmpty() ? "" : ", new values of " + String.join(", ", replaced.keySet());
        return "adapter of rank " + config.rank() + " and alpha " + Numbers.plain(config.alpha()) + config.exceptions()
                + " on " + Numbers.counted(modules.size(), "layer") + " (" + kinds + ")" + more + ", "
                + Numbers.counted(parameters(), "parameter");
    }
}
