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
package io.github.tribuollm.llm.generation;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import io.github.tribuollm.llm.generation.decoding.DecodingSession;
import io.github.tribuollm.llm.generation.sampling.GenerationDefaults;
import io.github.tribuollm.llm.generation.sampling.ModelBounds;
import io.github.tribuollm.llm.generation.sampling.Sampling;
import io.github.tribuollm.llm.generation.sampling.SamplingRules;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.generation.sampling.TokenStatistics;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.tribuo.provenance.ModelProvenance;

/**
 * Generates text: a model, how tokens are chosen, when answers end, and what is told of them. Immutable.
 *
 * <p>An answer is a function of the model, the settings with their seed, the prompt and the answer's number. The answers
 * that share a batch with it change its logits by roundings only; where two tokens are as likely as that, or a draw falls
 * that near to a border, another may come.
 */
public final class Generator implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(mandatory = true, description = "The base model: a directory or hf://owner/name@revision.")
    private String checkpoint = null;

    @Config(description = "A directory with an adapter in PEFT's format.")
    private Path adapter = null;

    @Config(description = "How conversations are laid out. Default: as the checkpoint publishes it.")
    private PromptTemplate template = null;

    @Config(description = "How tokens are chosen.")
    private Sampling sampling = new Sampling();

    @Config(description = "When an answer ends.")
    private Stopping stopping = new Stopping();

    @Config(description = "Whether what is not set is what the checkpoint's generation_config.json says.")
    private boolean checkpointDefaults = true;

    @Config(description = "The most answers that are generated at once.")
    private int batchSize = 16;

    @Config(description = "Whether log-probabilities and entropies are measured; it takes a pass over the vocabulary.")
    private boolean measured = true;

    @Config(description = "How many of the likeliest tokens are told with each token.")
    private int alternatives = 0;

    @Config(description = "Whether the model is asked if its answers are true (P(True)).")
    private boolean truth = false;

    @Config(
            description =
                    "What measures total, aleatoric and epistemic uncertainty: Monte Carlo dropout or an ensemble.")
    private UncertaintyEstimator uncertainty = null;

    @Config(description = "How the base's weights are held: FLOAT32, STORED, INT8, INT4 or AUTO, as in MemoryUse.")
    private Storage storage = Storage.AUTO;

    @Config(description = "Where and in which precision the model runs.")
    private Execution execution = new Execution();

    private CheckpointLocation location;
    private Optional<Adapter> held = Optional.empty();
    private Optional<ModelProvenance> model = Optional.empty();

    /** For OLCUT, which sets the fields and calls {@link #postConfig()}. */
    private Generator() {}

    /**
     * A generator of a checkpoint's model.
     *
     * @param checkpoint a directory, or {@code hf://owner/name@revision}
     * @throws PropertyException if there is none
     */
    public Generator(String checkpoint) {
        this.checkpoint = Settings.requireGiven("checkpoint", checkpoint);
        postConfig();
    }

    /** A generator of a checkpoint's model, see {@link #Generator(String)}. */
    public Generator(Path checkpoint) {
        this(Settings.requireGiven("checkpoint", checkpoint).toString());
    }

    private Generator(Generator other) {
        checkpoint = other.checkpoint;
        adapter = other.adapter;
        template = other.template;
        sampling = other.sampling;
        stopping = other.stopping;
        checkpointDefaults = other.checkpointDefaults;
        batchSize = other.batchSize;
        measured = other.measured;
        alternatives = other.alternatives;
        truth = other.truth;
        uncertainty = other.uncertainty;
        storage = other.storage;
        execution = other.execution;
        held = other.held;
        model = other.model;
    }

    private Generator with(Consumer<Generator> change) {
        Generator changed = new Generator(this);
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with another base.
     *
     * @param location a directory, or {@code hf://owner/name@revision}
     * @throws PropertyException if there is none
     */
    public Generator withCheckpoint(String location) {
        return with(generator -> generator.checkpoint = location);
    }

    /**
     * The same with another adapter.
     *
     * @param directory an adapter in PEFT's format; null for the base alone
     */
    public Generator withAdapter(Path directory) {
        return with(generator -> {
            generator.adapter = directory;
            generator.held = Optional.empty();
            generator.model = Optional.empty();
        });
    }

    /**
     * The same with an adapter that is in no file.
     *
     * @param trained the adapter; empty for the base alone
     * @param provenance of the model that it belongs to
     */
    public Generator withAdapter(Optional<Adapter> trained, ModelProvenance provenance) {
        return with(generator -> {
            generator.adapter = null;
            generator.held = trained;
            generator.model = Optional.of(provenance);
        });
    }

    /** The same with an adapter of which nobody knows yet what becomes. */
    Generator withAdapter(Adapter unfinished) {
        return with(generator -> {
            generator.adapter = null;
            generator.held = Optional.of(unfinished);
            generator.model = Optional.empty();
        });
    }

    /** The same with another layout of conversations. */
    public Generator withTemplate(PromptTemplate layout) {
        return with(generator -> generator.template = layout);
    }

    /** The same with tokens chosen otherwise. */
    public Generator withSampling(Sampling choice) {
        return with(generator -> generator.sampling = choice);
    }

    /** The same with answers that end otherwise. */
    public Generator withStopping(Stopping choice) {
        return with(generator -> generator.stopping = choice);
    }

    /**
     * The same with or without the checkpoint's generation_config.json.
     *
     * @param choice false where transformers' defaults hold for what is not set
     */
    public Generator withCheckpointDefaults(boolean choice) {
        return with(generator -> generator.checkpointDefaults = choice);
    }

    /**
     * The same with more or fewer answers at once.
     *
     * @param answers at least 1
     * @throws PropertyException if it is out of range
     */
    public Generator withBatchSize(int answers) {
        return with(generator -> generator.batchSize = answers);
    }

    /**
     * The same with or without log-probabilities and entropies.
     *
     * @param choice whether they are measured
     * @throws PropertyException if alternatives or uncertainty are asked for, which are measured too
     */
    public Generator withMeasured(boolean choice) {
        return with(generator -> generator.measured = choice);
    }

    /**
     * The same with more or fewer alternatives told with each token.
     *
     * @param number at least 0
     * @throws PropertyException if it is out of range
     */
    public Generator withAlternatives(int number) {
        return with(generator -> generator.alternatives = number);
    }

    /**
     * The same with or without a question to the model whether each answer is true (Kadavath et al., 2022). It is asked
     * in the layout of the prompt, and answered by the log-probability of the token {@code True}.
     *
     * @param asked whether it is asked
     */
    public Generator withTruth(boolean asked) {
        return with(generator -> generator.truth = asked);
    }

    /**
     * The same with samples of dropout, or members of an ensemble, that say how uncertain each token is while it comes.
     * They say what they say of the same text when it is scored: the answers to the prompts, in their order, have the masks
     * of dropout of the first texts of a data set. All samples run at once.
     *
     * @param estimator Monte Carlo dropout or an ensemble of adapters; null for none
     * @throws PropertyException if it is another estimator, or nothing is measured
     */
    public Generator withUncertainty(UncertaintyEstimator estimator) {
        return with(generator -> generator.uncertainty = estimator);
    }

    /** The same with the base's weights held in another way. */
    public Generator withStorage(Storage choice) {
        return with(generator -> generator.storage = choice);
    }

    /** The same elsewhere, or in another precision. */
    public Generator withExecution(Execution choice) {
        return with(generator -> generator.execution = choice);
    }

    /**
     * Checks the fields, and finds the checkpoint. Where it is quantised, the storage is from then on the one that it has.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Settings.require("batchSize", batchSize >= 1, "must be at least 1: " + batchSize);
        Settings.require("alternatives", alternatives >= 0, "must be at least 0: " + alternatives);
        Settings.require("measured", measured || alternatives == 0, "must be true where alternatives are asked for");
        Settings.require(
                "uncertainty",
                uncertainty == null || DecodingSession.canMeasure(uncertainty),
                "must be Monte Carlo dropout or an ensemble to measure while tokens come: " + uncertainty);
        Settings.require("measured", measured || uncertainty == null, "must be true where uncertainty is measured");
        Settings.requireGiven("sampling", sampling);
        Settings.requireGiven("stopping", stopping);
        Settings.requireGiven("storage", storage);
        Settings.requireGiven("execution", execution);
        location = CheckpointLocation.ofField(checkpoint);
        checkpoint = location.name();
        storage = CheckpointFiles.of(location.place()).held(storage);
    }

    /**
     * Opens the model.
     *
     * @return what answers prompts, to be closed
     * @throws io.github.tribuollm.runtime.UserException if files are missing or wrong, or a setting cannot act
     */
    public GenerationSession open() {
        Checkpoint base = Checkpoint.open(location.place());
        try {
            return open(base, base::close);
        } catch (RuntimeException e) {
            base.close();
            throw e;
        }
    }

    /**
     * Opens the model on a base that is open already, and stays so when the session is closed: several adapters share
     * one copy of its weights.
     *
     * @param base the checkpoint of this generator
     * @return what answers prompts, to be closed before the base
     * @throws io.github.tribuollm.runtime.UserException if files are missing or wrong, or a setting cannot act
     * @throws IllegalArgumentException if the base is another checkpoint
     */
    public GenerationSession open(Checkpoint base) {
        if (!base.place()
                .toAbsolutePath()
                .normalize()
                .equals(location.place().toAbsolutePath().normalize())) {
            throw new IllegalArgumentException(
                    "The generator's base is in " + location.place() + ", not in " + base.place());
        }
        return open(base, () -> {});
    }

    private GenerationSession open(Checkpoint base, Runnable release) {
        Optional<Adapter> loaded = adapter == null ? held : Optional.of(PeftFiles.load(adapter, base));
        return new GenerationSession(this, base, loaded, release);
    }

    /** {@return where the base is: an absolute path, or a location in a hub at its commit} */
    public String checkpoint() {
        return checkpoint;
    }

    SamplingRules rules(Checkpoint base, ModelBounds bounds) {
        GenerationDefaults defaults = checkpointDefaults
                ? GenerationDefaults.publishedBy(base.place(), bounds.vocabulary())
                : GenerationDefaults.NONE;
        return SamplingRules.of(sampling, stopping, defaults, base.tokenizer(), bounds);
    }

    PromptTemplate layout() {
        return template == null ? new ChatTemplate(checkpoint) : template;
    }

    TokenStatistics statistics() {
        return measured ? new TokenStatistics.OfPrediction(alternatives) : new TokenStatistics.None();
    }

    Storage storage() {
        return storage;
    }

    Backend backend() {
        return execution.backend();
    }

    int batchSize() {
        return batchSize;
    }

    Optional<UncertaintyEstimator> uncertainty() {
        return Optional.ofNullable(uncertainty);
    }

    boolean asksTruth() {
        return truth;
    }

    Optional<ModelProvenance> modelProvenance() {
        return model;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Generator");
    }

    /** {@return the model and the settings, in a line} */
    @Override
    public String toString() {
        String with = adapter == null ? held.map(a -> " + an adapter").orElse("") : " + " + adapter;
        return checkpoint + with + "; " + sampling + "; " + stopping;
    }
}
