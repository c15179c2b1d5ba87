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
import io.github.tribuollm.llm.lora.LayerSelection;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraScale;
import io.github.tribuollm.llm.lora.ModuleNames;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Low-rank adapters on linear layers; the base stays as it is. By default the paper's: rank 32 and alpha 64 on all
 * linear layers, without dropout. Immutable.
 */
public final class Lora implements Tuning {
    private static final Pattern PATTERN = Pattern.compile("(.+)=([0-9]{1,9}(?:\\.[0-9]{1,9})?)");

    static final String BASE = "base-sha256";
    static final String INITIAL = "initial-adapter-sha256";

    @Config(description = "The rank of the adapters.")
    private int rank = 32;

    @Config(description = "Alpha; the update is scaled by alpha / rank.")
    private double alpha = 64;

    @Config(description = "The dropout rate of the adapters' inputs, in [0, 1).")
    private double dropout = 0;

    @Config(
            description =
                    "Names of the adapted layers: whole paths or their ends, such as q_proj; one regular expression"
                            + " of whole paths between slashes; or all-linear.")
    private List<String> targetModules = List.of(LoraConfig.ALL_LINEAR);

    @Config(description = "Layers among them that get no adapter, named in the same way.")
    private List<String> excludedModules = List.of();

    @Config(description = "The numbers of the layers, from 0, whose parts get adapters; empty for all.")
    private List<Integer> layersToTransform = List.of();

    @Config(
            description =
                    "What comes before a layer's number in a path, such as layers, as regular expressions; empty for"
                            + " the first number.")
    private List<String> layersPattern = List.of();

    @Config(description = "Whether the update is scaled by alpha / sqrt(rank) instead (rsLoRA).")
    private boolean rankStabilised = false;

    @Config(
            description = "Other ranks by the ends of paths, as regular expressions: q_proj=8. The first that matches"
                    + " counts.")
    private List<String> rankPattern = List.of();

    @Config(description = "Other alphas by the ends of paths, as regular expressions: q_proj=16.")
    private List<String> alphaPattern = List.of();

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
        excludedModules = other.excludedModules;
        layersToTransform = other.layersToTransform;
        layersPattern = other.layersPattern;
        rankStabilised = other.rankStabilised;
        rankPattern = other.rankPattern;
        alphaPattern = other.alphaPattern;
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
     * @param names the last parts of the layers' names, such as {@code q_proj}; a regular expression of whole names in
     *     Python's language, between slashes, alone; or {@code all-linear} alone
     * @throws PropertyException if there is none, or one that is to be alone is not
     */
    public Lora withTargetModules(String... names) {
        return with(lora -> lora.targetModules = Arrays.asList(Settings.requireGiven("targetModules", names)));
    }

    /**
     * The same without some layers (PEFT's {@code exclude_modules}).
     *
     * @param names as in {@link #withTargetModules}; none to exclude none
     * @throws PropertyException if an expression cannot be read
     */
    public Lora withExcludedModules(String... names) {
        return with(lora -> lora.excludedModules = Arrays.asList(Settings.requireGiven("excludedModules", names)));
    }

    /**
     * The same on the parts of some layers (PEFT's {@code layers_to_transform}).
     *
     * @param numbers of the layers, from 0; none for all
     * @throws PropertyException if a number is negative, or the target modules are an expression
     */
    public Lora withLayersToTransform(int... numbers) {
        int[] given = Settings.requireGiven("layersToTransform", numbers);
        return with(
                lora -> lora.layersToTransform = Arrays.stream(given).boxed().toList());
    }

    /**
     * The same with the layers' numbers elsewhere in their paths (PEFT's {@code layers_pattern}).
     *
     * @param patterns what comes before a number, such as {@code layers}, as regular expressions; none for the first
     *     number
     * @throws PropertyException if an expression cannot be read, or no layers are chosen
     */
    public Lora withLayersPattern(String... patterns) {
        return with(lora -> lora.layersPattern = Arrays.asList(Settings.requireGiven("layersPattern", patterns)));
    }

    /**
     * The same with another scale (PEFT's {@code use_rslora}).
     *
     * @param whether true for alpha / sqrt(rank), false for alpha / rank
     */
    public Lora withRankStabilised(boolean whether) {
        return with(lora -> lora.rankStabilised = whether);
    }

    /**
     * The same with other ranks of some layers (PEFT's {@code rank_pattern}).
     *
     * @param ranks by the ends of paths, as regular expressions in Python's language, such as {@code q_proj=8}; the
     *     first that matches counts
     * @throws PropertyException if an expression cannot be read, or a rank is out of range
     */
    public Lora withRankPattern(String... ranks) {
        return with(lora -> lora.rankPattern = Arrays.asList(Settings.requireGiven("rankPattern", ranks)));
    }

    /**
     * The same with other alphas of some layers (PEFT's {@code alpha_pattern}).
     *
     * @param alphas in the same way, such as {@code q_proj=16}
     * @throws PropertyException if an expression cannot be read, or an alpha is out of range
     */
    public Lora withAlphaPattern(String... alphas) {
        return with(lora -> lora.alphaPattern = Arrays.asList(Settings.requireGiven("alphaPattern", alphas)));
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
        targetModules = copy("targetModules", targetModules);
        excludedModules = copy("excludedModules", excludedModules);
        layersToTransform = copy("layersToTransform", layersToTransform);
        layersPattern = copy("layersPattern", layersPattern);
        rankPattern = copy("rankPattern", rankPattern);
        alphaPattern = copy("alphaPattern", alphaPattern);
        named("rankPattern", () -> new LoraScale(false, ranks(), Map.of()));
        named("alphaPattern", () -> new LoraScale(false, Map.of(), alphas()));
        named("targetModules", () -> layers(List.of(), List.of(), List.of()));
        named("excludedModules", () -> layers(excludedModules, List.of(), List.of()));
        named("layersToTransform", () -> layers(excludedModules, layersToTransform, List.of()));
        named("layersPattern", () -> layers(excludedModules, layersToTransform, layersPattern));
    }

    private static <T> List<T> copy(String field, List<T> values) {
        values.forEach(value -> Settings.requireGiven(field, value));
        return List.copyOf(values);
    }

    private static <T> T named(String field, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new PropertyException(e, "", field, e.getMessage());
        }
    }

    /** {@return the form of an adapter that starts from zero} */
    LoraConfig config() {
        LayerSelection layers = layers(excludedModules, layersToTransform, layersPattern);
        return new LoraConfig(rank, alpha, dropout, layers, new LoraScale(rankStabilised, ranks(), alphas()));
    }

    private LayerSelection layers(List<String> excluded, List<Integer> layers, List<String> patterns) {
        return new LayerSelection(names(targetModules), names(excluded), layers, patterns);
    }

    /** Names, or an expression between slashes. */
    private static ModuleNames names(List<String> names) {
        boolean expression = names.size() == 1 && names.get(0).matches("/.+/");
        return expression
                ? ModuleNames.matching(names.get(0).substring(1, names.get(0).length() - 1))
                : ModuleNames.of(names);
    }

    private Map<String, Integer> ranks() {
        return pattern(rankPattern, Integer::valueOf);
    }

    private Map<String, Double> alphas() {
        return pattern(alphaPattern, Double::valueOf);
    }

    private static <T> Map<String, T> pattern(List<String> entries, Function<String, T> value) {
        Map<String, T> pattern = new LinkedHashMap<>();
        for (String entry : entries) {
            Matcher parts = PATTERN.matcher(entry);
            if (!parts.matches() || pattern.containsKey(parts.group(1))) {
                throw new IllegalArgumentException(
                        "\"" + entry + "\" is not of the form q_proj=8, or names its layers a second time");
            }
            pattern.put(parts.group(1), value.apply(parts.group(2)));
        }
        return pattern;
    }

    /** {@return the directory of the adapter to start from} */
    Optional<Path> initialAdapter() {
        return Optional.ofNullable(initialAdapter);
    }

    @Override
    public SortedMap<String, HashedInput> inputs(CheckpointLocation base) {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        try (Checkpoint checkpoint = Checkpoint.open(base.place())) {
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
        return initialAdapter == null ? "LoRA of " + config() : "LoRA from the adapter " + initialAdapter;
    }
}
