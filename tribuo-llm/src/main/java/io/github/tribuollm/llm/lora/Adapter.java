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

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointIdentity;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.progress.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A trained adapter. Immutable, given that nobody writes to the arrays of its modules.
 *
 * @param config its shape
 * @param modules the update of each adapted layer by the layer's full name without {@code .weight}, for example
 *     {@code model.layers.0.self_attn.q_proj}
 * @param baseHash the SHA-256 of the checkpoint that it was trained on, see {@link CheckpointIdentity#sha256()}; empty
 *     when not known, as for adapters from elsewhere
 */
public record Adapter(LoraConfig config, SortedMap<String, LowRank> modules, String baseHash) {
    /**
     * Takes a copy of the map.
     *
     * @param config its shape
     * @param modules the update of each adapted layer
     * @param baseHash the SHA-256 of the base, or empty
     * @throws IllegalArgumentException when there is no module or one has another rank than the configuration
     */
    public Adapter {
        modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
        if (modules.isEmpty()) {
            throw new IllegalArgumentException("an adapter needs at least one module");
        }
        for (Map.Entry<String, LowRank> module : modules.entrySet()) {
            if (module.getValue().rank() != config.rank()) {
                throw new IllegalArgumentException("module '" + module.getKey() + "' has rank "
                        + module.getValue().rank() + ", not " + config.rank());
            }
        }
    }

    /** {@return the number of parameters of all modules} */
    public long parameters() {
        return modules.values().stream()
                .mapToLong(m -> (long) m.a().length + m.b().length)
                .sum();
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

    /** {@return the SHA-256 of names, sizes and values of A and B, in hexadecimal} */
    public String sha256() {
        Sha256 digest = new Sha256();
        modules.forEach((module, pair) -> {
            digest.add(module + " " + pair.out() + " " + pair.in() + " " + pair.rank() + "\n");
            for (float[] values : List.of(pair.a(), pair.b())) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                digest.add(bytes);
            }
        });
        return digest.hex();
    }

    /** {@return rank, alpha, the kinds of layers that are adapted, and the number of parameters, in a line} */
    @Override
    public String toString() {
        String kinds = modules.keySet().stream()
                .map(module -> module.substring(module.lastIndexOf('.') + 1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return "adapter of rank " + config.rank() + " and alpha " + Numbers.plain(config.alpha()) + " on "
                + Numbers.counted(modules.size(), "layer") + " (" + kinds + "), "
                + Numbers.counted(parameters(), "parameter");
    }
}
