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
package io.github.tribuollm.llm.training;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Low-rank adapters on linear layers; the base stays as it is. By default the paper's: rank 32 and alpha 64 on all
 * linear layers, without dropout. Immutable.
 */
public final class Lora implements Tuning {
    static final String BASE = "base-sha256";
    static final String INITIAL = "initial-adapter-sha256";

    @Config(description = "The rank of the adapters.")
    private int rank = 32;

    @Config(description = "Alpha; the update is scaled by alpha / rank.")
    private double alpha = 64;

    @Config(description = "The dropout rate of the adapters' inputs, in [0, 1).")
    private double dropout = 0;

    @Config(description = "Names of the adapted layers, such as q_proj, or all-linear.")
    private List<String> targetModules = List.of(LoraConfig.ALL_LINEAR);

    @Config(
            description =
                    "A directory with an adapter in PEFT's format to start from, which brings its own rank, alpha,"
                            + " dropout and layers.")
    private Path initialAdapter = null;

    /** The paper's adapters. */
    public Lora() {}

    private Lora(Lora other) {
        rank = other.rank;
        alpha = other.alpha;
        dropout = other.dropout;
        targetModules = other.targetModules;
        initialAdapter = other.initialAdapter;
    }

    private Lora with(Consumer<Lora> change) {
        Lora changed = new Lora(this);
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with another rank. Alpha stays, so that a lower rank gives a larger scale.
     *
     * @param number at least 1
     * @throws PropertyException if it is out of range
     */
    public Lora withRank(int number) {
        return with(lora -> lora.rank = number);
    }

    /**
     * The same with another alpha.
     *
     * @param numerator positive; the update is scaled by alpha / rank
     * @throws PropertyException if it is out of range
     */
    public Lora withAlpha(double numerator) {
        return with(lora -> lora.alpha = numerator);
    }

    /**
     * The same with dropout of the adapters' inputs.
     *
     * @param rate in [0, 1)
     * @throws PropertyException if it is out of range
     */
    public Lora withDropout(double rate) {
        return with(lora -> lora.dropout = rate);
    }

    /**
     * The same on other layers.
     *
     * @param names the last parts of the layers' names, such as {@code q_proj}; or {@code all-linear} alone
     * @throws PropertyException if there is none, or {@code all-linear} is not alone
     */
    public Lora withTargetModules(String... names) {
        return with(lora -> lora.targetModules = Arrays.asList(Settings.requireGiven("targetModules", names)));
    }

    /**
     * The same from an adapter instead of from zero.
     *
     * @param directory an adapter in PEFT's format, which brings its own rank, alpha, dropout and layers
     */
    public Lora withInitialAdapter(Path directory) {
        return with(lora -> lora.initialAdapter = directory);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Settings.require("rank", rank >= 1, "must be at least 1: " + rank);
        Settings.require(
                "rank", rank <= LoraConfig.HIGHEST_RANK, "must be at most " + LoraConfig.HIGHEST_RANK + ": " + rank);
        Settings.require("alpha", alpha > 0 && Double.isFinite(alpha), "must be positive: " + alpha);
        Settings.require("dropout", dropout >= 0 && dropout < 1, "must lie in [0, 1): " + dropout);
        targetModules.forEach(name -> Settings.requireGiven("targetModules", name));
        targetModules = List.copyOf(targetModules);
        try {
            config();
        } catch (IllegalArgumentException e) {
            throw new PropertyException(e, "", "targetModules", e.getMessage());
        }
    }

    /** {@return the form of an adapter that starts from zero} */
    LoraConfig config() {
        return new LoraConfig(rank, alpha, dropout, targetModules);
    }

    /** {@return the directory of the adapter to start from} */
    Optional<Path> initialAdapter() {
        return Optional.ofNullable(initialAdapter);
    }

    @Override
    public SortedMap<String, HashedInput> inputs(CheckpointLocation base) {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(base.directory())) {
            inputs.put(BASE, new HashedInput(base.name(), checkpoint.identity().sha256()));
        }
        initialAdapter()
                .ifPresent(directory -> inputs.put(
                        INITIAL,
                        new HashedInput(
                                directory.toString(), PeftFiles.load(directory).sha256())));
        return inputs;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Tuning");
    }

    @Override
    public String toString() {
        return initialAdapter == null
                ? "LoRA of rank " + rank + ", alpha " + alpha + ", dropout " + dropout + " on "
                        + String.join(", ", targetModules)
                : "LoRA from the adapter " + initialAdapter;
    }
}
