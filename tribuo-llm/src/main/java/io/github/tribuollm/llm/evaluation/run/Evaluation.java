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
package io.github.tribuollm.llm.evaluation.run;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Measures a checkpoint, and adapters on it that share its weights, by benchmarks. Immutable.
 *
 * <pre>{@code
 * Evaluation evaluation = new Evaluation("models/SmolLM2-135M-Instruct",
 *         new AnsweredBenchmark(Gsm8kTask.cot(new Gsm8kSource(Path.of("gsm8k/test.jsonl")))));
 * EvaluationRun.of(evaluation, Path.of("runs/evaluation")).run();
 * }</pre>
 */
public final class Evaluation implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    /** The value of {@code batchSize} that means as many answers as fit into memory. */
    public static final int BY_MEMORY = 0;

    /** What else lies in the directory of the results. */
    private static final Set<String> RESERVED = Set.of(
            RunState.FOLDER,
            EvaluationFiles.PAGE,
            "config.xml",
            "scores.png",
            "gains.png",
            "beaten.png",
            "comparisons.csv",
            "head-to-head.csv");

    private static final int LONGEST_NAME = 100;

    @Config(mandatory = true, description = "The base model: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(description = "Adapters in PEFT's format: their directories, by the names of the results.")
    private Map<String, Path> adapters = new HashMap<>();

    @Config(description = "Whether the base without an adapter is measured too.")
    private boolean withBase = true;

    @Config(mandatory = true, description = "What the models are measured by.")
    private List<Benchmark> benchmarks = new ArrayList<>();

    @Config(description = "The model to whose answers those of the others are compared by a judge. Default: none.")
    private String rival = null;

    @Config(description = "How conversations are laid out. Default: as the checkpoint publishes it.")
    private PromptTemplate template = null;

    @Config(description = "How the weights are held; INT8 and INT4 round them, so that answers and losses differ.")
    private Storage storage = Storage.AUTO;

    @Config(description = "What every prompt begins with. Default: nothing.")
    private String systemPrompt = null;

    @Config(description = "The most answers that are generated at once; 0 for as many as fit into memory.")
    private int batchSize = BY_MEMORY;

    @Config(description = "Where and in which precision the models run.")
    private Execution execution = new Execution();

    private CheckpointLocation location;

    private Evaluation() {}

    /**
     * Measures a checkpoint.
     *
     * @param checkpoint a directory, or {@code hf://owner/name@revision}
     * @param benchmarks what it is measured by, at least one
     * @throws PropertyException naming the field that is wrong
     */
    public Evaluation(String checkpoint, Benchmark... benchmarks) {
        this.checkpoint = checkpoint;
        this.benchmarks = List.of(benchmarks);
        postConfig();
    }

    private Evaluation with(Consumer<Evaluation> change) {
        Evaluation changed = new Evaluation();
        changed.checkpoint = checkpoint;
        changed.adapters = adapters;
        changed.withBase = withBase;
        changed.benchmarks = benchmarks;
        changed.rival = rival;
        changed.template = template;
        changed.systemPrompt = systemPrompt;
        changed.batchSize = batchSize;
        changed.storage = storage;
        changed.execution = execution;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with an adapter more.
     *
     * @param name what results call it, of letters, digits, {@code _}, {@code .} and {@code -}
     * @param directory where it is, in PEFT's format
     * @throws PropertyException if the name is none, or is taken, or the directory holds no adapter
     */
    public Evaluation withAdapter(String name, Path directory) {
        Map<String, Path> more = new TreeMap<>(adapters);
        Settings.require("adapters", more.put(name, directory) == null, "name " + name + " twice");
        return with(e -> e.adapters = more);
    }

    /**
     * The same with the base or without it.
     *
     * @param choice whether the base without an adapter is measured too
     * @throws PropertyException if nothing is left to measure
     */
    public Evaluation withBase(boolean choice) {
        return with(e -> e.withBase = choice);
    }

    /**
     * The same by other benchmarks.
     *
     * @param others at least one; no two of one name
     * @throws PropertyException if there is none, or two have one name
     */
    public Evaluation withBenchmarks(Benchmark... others) {
        return with(e -> e.benchmarks = List.of(others));
    }

    /**
     * The same with a head-to-head: judges of answers also compare those of each model with those of one.
     *
     * @param name the name of the one; null for none
     * @throws PropertyException if there is no such model, or no judge
     */
    public Evaluation withRival(String name) {
        return with(e -> e.rival = name);
    }

    /** The same with another layout of conversations; null for the one that the checkpoint publishes. */
    public Evaluation withTemplate(PromptTemplate layout) {
        return with(e -> e.template = layout);
    }

    /** The same with another beginning of every prompt; null for none. */
    public Evaluation withSystemPrompt(String text) {
        return with(e -> e.systemPrompt = text);
    }

    /**
     * The same with more or fewer answers at once. Other answers of a batch change logits by roundings, so that another
     * number may change answers at ties.
     *
     * @param answers at least 1, or {@link #BY_MEMORY}
     * @throws PropertyException if it is negative
     */
    public Evaluation withBatchSize(int answers) {
        return with(e -> e.batchSize = answers);
    }

    /** The same with weights that are held otherwise. */
    public Evaluation withStorage(Storage choice) {
        return with(e -> e.storage = choice);
    }

    /** The same with the measured models elsewhere, or in another precision. */
    public Evaluation withExecution(Execution choice) {
        return with(e -> e.execution = choice);
    }

    /** The same with all models elsewhere, or in another precision: those that judge, too. */
    public Evaluation withAllOn(Execution choice) {
        return with(e -> {
            e.execution = choice;
            e.benchmarks = benchmarks.stream()
                    .map(benchmark -> benchmark.withExecution(choice))
                    .toList();
        });
    }

    /**
     * Checks the fields, and finds the checkpoint. Where it is quantised, the storage is from then on the one that it has.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        location = CheckpointLocation.ofField(checkpoint);
        checkpoint = location.name();
        Settings.require("batchSize", batchSize >= 0, "must be at least 0: " + batchSize);
        storage = CheckpointFiles.of(location.place()).held(Settings.requireGiven("storage", storage));
        Settings.requireGiven("execution", execution);
        requireModels();
        requireBenchmarks();
        Settings.require(
                "rival", rival == null || models().containsKey(rival), "must be one of " + modelNames() + ": " + rival);
        Settings.require(
                "rival",
                rival == null || benchmarks.stream().anyMatch(PreferredBenchmark.class::isInstance),
                "needs a benchmark with a judge, such as AlpacaEval");
    }

    private void requireModels() {
        models().forEach((name, adapter) -> Settings.require(
                adapter.isPresent() ? "adapters" : "checkpoint",
                !RESERVED.contains(name) && name.length() <= LONGEST_NAME,
                "'" + name + "' is longer than " + LONGEST_NAME
                        + " letters, or the name of a file of the results; take another name"));
        Settings.require("withBase", withBase || !adapters.isEmpty(), "must be true where there are no adapters");
        adapters.forEach((name, directory) -> {
            Settings.require(
                    "adapters",
                    name.matches("[\\w.-]+") && !name.startsWith("."),
                    "'" + name + "' is no name of letters, digits, _, . and -, which a folder can have; take another");
            Settings.require(
                    "adapters",
                    Files.isRegularFile(directory.resolve("adapter_config.json")),
                    directory + " has no adapter_config.json; give a directory in PEFT's format");
        });
        Settings.require(
                "adapters",
                !(withBase && adapters.containsKey(baseName())),
                "'" + baseName() + "' is what results call the base; take another name");
    }

    private void requireBenchmarks() {
        Settings.require("benchmarks", !benchmarks.isEmpty(), "must name at least one");
        Settings.require(
                "benchmarks",
                benchmarks.stream().map(Benchmark::name).distinct().count() == benchmarks.size(),
                "name one twice: " + benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", ")));
    }

    /** {@return what results call the base} */
    public String baseName() {
        return checkpoint.replaceFirst("^(hf://.*)@[^/]*$", "$1").replaceFirst(".*[/\\\\]", "");
    }

    /** {@return the models by their names in results, the base first; empty for the base, else its adapter} */
    Map<String, Optional<Path>> models() {
        Map<String, Optional<Path>> models = new LinkedHashMap<>();
        if (withBase) {
            models.put(baseName(), Optional.empty());
        }
        new TreeMap<>(adapters).forEach((name, directory) -> models.put(name, Optional.of(directory)));
        return models;
    }

    /** {@return the names of the models in results, the base first} */
    public List<String> modelNames() {
        return List.copyOf(models().keySet());
    }

    /**
     * What is read beside the data whose hashes the provenance has; reads all of it.
     *
     * @return {@code base}, {@code adapters/NAME}, and what benchmarks read, by {@code benchmarks/NAME/...}
     * @throws io.github.tribuollm.runtime.UserException if a file cannot be read
     */
    public SortedMap<String, HashedInput> inputs() {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        try (Checkpoint base = Checkpoint.open(directory())) {
            inputs.put("base", new HashedInput(checkpoint, base.identity().sha256()));
            adapters.forEach((name, adapter) -> inputs.put(
                    "adapters/" + name,
                    new HashedInput(
                            adapter.toString(), PeftFiles.load(adapter, base).sha256())));
        }
        benchmarks.forEach(benchmark -> benchmark
                .inputs()
                .forEach((name, input) -> inputs.put("benchmarks/" + benchmark.name() + "/" + name, input)));
        return inputs;
    }

    /** {@return what the models are measured by} */
    public List<Benchmark> benchmarks() {
        return List.copyOf(benchmarks);
    }

    /** {@return where the base is: an absolute path, or a location in a hub at its commit} */
    public String checkpoint() {
        return checkpoint;
    }

    /** {@return the directory of the base} */
    Path directory() {
        return location.place();
    }

    /** {@return the most answers at once, or {@link #BY_MEMORY}} */
    int batchSize() {
        return batchSize;
    }

    /** {@return the model to whose answers those of the others are compared by a judge} */
    public Optional<String> rival() {
        return Optional.ofNullable(rival);
    }

    Optional<PromptTemplate> template() {
        return Optional.ofNullable(template);
    }

    Storage storage() {
        return storage;
    }

    Optional<String> systemPrompt() {
        return Optional.ofNullable(systemPrompt);
    }

    /** {@return where and in which precision the models run} */
    public Execution execution() {
        return execution;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Evaluation");
    }

    @Override
    public String toString() {
        return models().keySet() + " by " + benchmarks;
    }
}
