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
package io.github.tribuollm.llm;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.reproduction.HashedInputs;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.AdapterTraining;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.Cadence;
import io.github.tribuollm.llm.training.Conduct;
import io.github.tribuollm.llm.training.FullTraining;
import io.github.tribuollm.llm.training.FullTuning;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.Recipe;
import io.github.tribuollm.llm.training.RunDirectory;
import io.github.tribuollm.llm.training.RunFacts;
import io.github.tribuollm.llm.training.RunPlace;
import io.github.tribuollm.llm.training.SelfMeasurement;
import io.github.tribuollm.llm.training.Trained;
import io.github.tribuollm.llm.training.TrainingSetup;
import io.github.tribuollm.llm.training.Tuning;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceTrainer;

/**
 * Post-trains a causal language model on ONNX Runtime under an {@link Objective}.
 *
 * <p>The defaults are the paper's setting (Section 4.1): LoRA of rank 32 and alpha 64 on all linear layers, one epoch,
 * batches of 32, a peak learning rate of 1e-4 with a cosine schedule. An objective that compares with a reference model
 * first trains it by maximum likelihood on the same data, as the paper does, unless {@link #withReference another} is
 * chosen.
 *
 * <p>A trainer does not change but for the number of its invocations; a copy with another setting has not been invoked.
 * Where results go, who is told of progress and who may stop a run are no hyperparameters, and no part of the
 * provenance.
 *
 * <p>A call of train that fails or is interrupted does not count as an invocation: the same call again resumes it.
 */
public final class CausalLMTrainer implements SequenceTrainer<TokenOutput>, HashedInputs {
    @Config(
            mandatory = true,
            description = "The base checkpoint, in Hugging Face's format: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(mandatory = true, description = "What is minimised.")
    private Objective objective;

    @Config(description = "Which parameters are trained: a Lora or a FullTuning.")
    private Tuning tuning = new Lora();

    @Config(description = "Passes over the data, the learning rate and AdamW.")
    private Optimisation optimisation = new Optimisation();

    @Config(description = "How the data are cut into steps and micro-batches.")
    private Batches batches = new Batches();

    @Config(
            description = "The reference model, for objectives that compare with one: a TrainedReference, a"
                    + " BaseReference or a GivenReference.")
    private Reference reference = Reference.trained();

    @Config(description = "Where and in which precision graphs run; by default on the CPU in float32.")
    private Execution execution = new Execution();

    @Config(description = "What is saved of memory for time; the result does not depend on it.")
    private MemoryUse memory = new MemoryUse();

    @Config(
            description = "How uncertain the model in training is about its data, as columns that the objective can"
                    + " look at, measured anew every so many steps.")
    private SelfMeasurement uncertainty = null;

    @Config(description = "Data to evaluate on, before, while and after the model is trained.")
    private HeldOut heldOut = new HeldOut();

    @Config(description = "Steps between saved states; 0 saves only when the run is asked to stop.")
    private int saveInterval = 100;

    @Config(
            description = "Passes over the data between saved states, such as 0.25, in place of the save interval;"
                    + " 0 where it decides.")
    private double saveEpochInterval = 0;

    @Config(description = "The seed of data order, initialisation and dropout.")
    private long seed = 1;

    private CheckpointLocation location;
    private int invocations;
    private Optional<Path> outputDirectory = Optional.empty();
    private TrainingListener listener = TrainingListener.logging(Logger.getLogger(CausalLMTrainer.class.getName()));
    private BooleanSupplier stopRequested = () -> false;
    private Consumer<CausalLMModel> results = model -> {};

    private CausalLMTrainer() {}

    /**
     * A trainer with the paper's hyperparameters.
     *
     * @param checkpoint the directory of the base checkpoint
     * @param objective what is minimised
     * @throws PropertyException if the checkpoint is not there
     */
    public CausalLMTrainer(Path checkpoint, Objective objective) {
        this(Settings.requireGiven("checkpoint", checkpoint).toString(), objective);
    }

    /**
     * A trainer with the paper's hyperparameters.
     *
     * @param checkpoint where the base checkpoint is: a directory, or {@code hf://owner/name@revision}
     * @param objective what is minimised
     * @throws PropertyException if the checkpoint is not there
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give it
     */
    public CausalLMTrainer(String checkpoint, Objective objective) {
        this.checkpoint = checkpoint;
        this.objective = objective;
        postConfig();
    }

    private CausalLMTrainer(CausalLMTrainer other) {
        checkpoint = other.checkpoint;
        objective = other.objective;
        tuning = other.tuning;
        optimisation = other.optimisation;
        batches = other.batches;
        reference = other.reference;
        execution = other.execution;
        memory = other.memory;
        uncertainty = other.uncertainty;
        heldOut = other.heldOut;
        saveInterval = other.saveInterval;
        saveEpochInterval = other.saveEpochInterval;
        seed = other.seed;
        location = other.location;
        outputDirectory = other.outputDirectory;
        listener = other.listener;
        results = other.results;
        stopRequested = other.stopRequested;
    }

    private CausalLMTrainer with(Consumer<CausalLMTrainer> change) {
        CausalLMTrainer changed = new CausalLMTrainer(this);
        change.accept(changed);
        changed.check();
        return changed;
    }

    /** A copy for another base, see {@link #CausalLMTrainer(String, Objective)}. */
    public CausalLMTrainer withCheckpoint(String other) {
        return with(t -> t.locate(other));
    }

    /** A copy that minimises something else. */
    public CausalLMTrainer withObjective(Objective other) {
        return with(t -> t.objective = other);
    }

    /** A copy that trains other parameters. By default {@link Lora}. */
    public CausalLMTrainer withTuning(Tuning choice) {
        return with(t -> t.tuning = choice);
    }

    /** A copy with other epochs, another learning rate or other settings of AdamW. */
    public CausalLMTrainer withOptimisation(Optimisation choice) {
        return with(t -> t.optimisation = choice);
    }

    /**
     * A copy with other steps and micro-batches.
     *
     * @throws PropertyException if the objective cannot select among what they hold
     */
    public CausalLMTrainer withBatches(Batches choice) {
        return with(t -> t.batches = choice);
    }

    /** A copy whose objective compares with another model. */
    public CausalLMTrainer withReference(Reference choice) {
        return with(t -> t.reference = choice);
    }

    /**
     * A copy whose graphs run elsewhere or in another precision: training, the reference model, evaluation,
     * uncertainty, and the model that comes out.
     */
    public CausalLMTrainer withExecution(Execution choice) {
        return with(t -> t.execution = choice);
    }

    /** A copy that saves more or less of memory for time. */
    public CausalLMTrainer withMemory(MemoryUse choice) {
        return with(t -> t.memory = choice);
    }

    /**
     * A copy that measures the model in training on its own data; the objective can look at what it finds.
     *
     * @param measurement such as a {@code RefreshedUncertainty}
     * @throws PropertyException if every parameter is trained
     */
    public CausalLMTrainer withUncertainty(SelfMeasurement measurement) {
        return with(t -> t.uncertainty = measurement);
    }

    /** A copy that evaluates on other data. */
    public CausalLMTrainer withHeldOut(HeldOut data) {
        return with(t -> t.heldOut = data);
    }

    /**
     * A copy that saves its state more or less often, if it has an output directory.
     *
     * @param steps steps between saved states; 0 saves only when the run is asked to stop
     * @throws PropertyException if it is negative
     */
    public CausalLMTrainer withSaveInterval(int steps) {
        return with(t -> t.saveInterval = steps);
    }

    /**
     * A copy that saves its state after so many passes over the data, which may be a fraction, in place of the interval
     * in steps.
     *
     * @param epochs passes between saved states; 0 where the interval in steps decides
     * @throws PropertyException if it is negative
     */
    public CausalLMTrainer withSaveEpochInterval(double epochs) {
        return with(t -> t.saveEpochInterval = epochs);
    }

    private Cadence saving() {
        return new Cadence(saveEpochInterval > 0 ? 0 : saveInterval, saveEpochInterval);
    }

    /** A copy with another seed of data order, initialisation and dropout. */
    public CausalLMTrainer withSeed(long number) {
        return with(t -> t.seed = number);
    }

    /**
     * A copy that writes its state and result: {@code adapter} or {@code checkpoint}, and {@code reference} where one
     * is trained. Without a directory everything stays in memory and a run cannot be resumed.
     *
     * @param directory the directory; one run at a time may use it
     */
    public CausalLMTrainer withOutputDirectory(Path directory) {
        return with(t -> t.outputDirectory = Optional.of(Settings.requireGiven("outputDirectory", directory)));
    }

    /**
     * A copy that tells another listener of its progress.
     *
     * @param other the listener, which the trainer does not close; by default one that logs, see
     *     {@link TrainingListener#logging}
     */
    public CausalLMTrainer withListener(TrainingListener other) {
        return with(t -> t.listener = other);
    }

    /**
     * A copy that lets something more be made of a model while the run still holds its directory: only then is the
     * saved state forgotten, so that nothing is trained again when the process ends before.
     *
     * @param writer is given each trained model
     */
    public CausalLMTrainer withResults(Consumer<CausalLMModel> writer) {
        return with(t -> t.results = Settings.requireGiven("results", writer));
    }

    /**
     * A copy that can be stopped.
     *
     * @param requested asked after each step; true saves the state and ends the run with an
     *     {@link io.github.tribuollm.llm.training.InterruptedRun}
     */
    public CausalLMTrainer withStopSignal(BooleanSupplier requested) {
        return with(t -> t.stopRequested = requested);
    }

    /**
     * Finds the checkpoint, downloading it where need be, and checks that the components fit together. From then on a
     * revision in a hub is its commit, and of a checkpoint that is quantised the storage is the one that it has.
     *
     * @throws PropertyException naming the field that does not fit
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    @Override
    public void postConfig() {
        locate(checkpoint);
        check();
    }

    private void locate(String place) {
        location = CheckpointLocation.ofField(place);
        checkpoint = location.name();
    }

    private void check() {
        requireParts();
        memory = memory.withStorage(CheckpointFiles.of(checkpoint()).held(memory.storage()));
        batches.requireFit(objective);
        saving().require("saveInterval", "saveEpochInterval");
        Settings.require("saveInterval", saveInterval >= 0, "must not be negative: " + saveInterval);
        heldOut.requireDecision();
        boolean adapts = tuning instanceof Lora;
        Settings.require(
                "uncertainty",
                uncertainty == null || adapts,
                "uncertainty is measured of a base with an adapter, which needs a Lora, not " + tuning);
        Settings.require(
                "reference",
                adapts || !recipe(seed).trainsReference(),
                "a reference model is trained as an adapter, which needs a Lora, not " + tuning
                        + "; take the base or another checkpoint as the reference");
    }

    private void requireParts() {
        Settings.requireGiven("objective", objective);
        Settings.requireGiven("tuning", tuning);
        Settings.requireGiven("optimisation", optimisation);
        Settings.requireGiven("batches", batches);
        Settings.requireGiven("reference", reference);
        Settings.requireGiven("execution", execution);
        Settings.requireGiven("memory", memory);
        Settings.requireGiven("heldOut", heldOut);
        Settings.requireGiven("listener", listener);
        Settings.requireGiven("stopSignal", stopRequested);
    }

    /** {@return the directory of the base checkpoint} */
    public Path checkpoint() {
        return location.place();
    }

    /** {@return where and in which precision graphs run} */
    public Execution execution() {
        return execution;
    }

    /** {@return what is minimised} */
    public Objective objective() {
        return objective;
    }

    /** {@return which parameters are trained} */
    public Tuning tuning() {
        return tuning;
    }

    /** {@return passes over the data, the learning rate and AdamW} */
    public Optimisation optimisation() {
        return optimisation;
    }

    /** {@return how the data are cut into steps} */
    public Batches batches() {
        return batches;
    }

    /** {@return which model an objective compares with} */
    public Reference reference() {
        return reference;
    }

    /** {@return what is saved of memory for time} */
    public MemoryUse memory() {
        return memory;
    }

    /** {@return the data that the trainer evaluates on} */
    public HeldOut heldOut() {
        return heldOut;
    }

    @Override
    public synchronized int getInvocationCount() {
        return invocations;
    }

    /**
     * Sets the number of earlier calls of train, on which the random numbers depend.
     *
     * @param count at least 0
     */
    public synchronized void setInvocationCount(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("An invocation count cannot be negative: " + count);
        }
        invocations = count;
    }

    @Override
    public TrainerProvenance getProvenance() {
        return new TrainerProvenanceImpl(this);
    }

    @Override
    public CausalLMModel train(SequenceDataset<TokenOutput> examples) {
        return train(examples, Map.of());
    }

    /**
     * Trains.
     *
     * @param examples sequences of tokens: each position has a token as its feature and the next one as its output
     * @param runProvenance recorded with the model
     * @return the fine-tuned model
     * @throws IllegalArgumentException if the data set holds no token sequences or those of another vocabulary
     * @throws io.github.tribuollm.runtime.CudaUnavailable if CUDA was asked for and cannot be used
     * @throws io.github.tribuollm.llm.graphs.TrainingException if training cannot go on
     * @throws io.github.tribuollm.llm.training.InterruptedRun if the run was asked to stop
     */
    @Override
    public CausalLMModel train(SequenceDataset<TokenOutput> examples, Map<String, Provenance> runProvenance) {
        TokenSequenceDataset data = TokenSequenceDataset.of(examples, vocabularySize());
        Backend backend = execution.backend();
        Optional<RunDirectory> directory = outputDirectory.map(RunDirectory::open);
        try {
            TrainerProvenance provenance;
            int invocation;
            synchronized (this) {
                provenance = getProvenance();
                invocation = invocations++;
            }
            Invocation own = new Invocation(invocation, provenance, examples.getProvenance(), runProvenance);
            try {
                return train(data, own, backend, directory);
            } catch (RuntimeException e) {
                takeBack(invocation);
                throw e;
            }
        } finally {
            directory.ifPresent(RunDirectory::close);
        }
    }

    /** What one call of train records beside its results. */
    private record Invocation(
            int number, TrainerProvenance trainer, DatasetProvenance data, Map<String, Provenance> run) {}

    private CausalLMModel train(
            TokenSequenceDataset data, Invocation own, Backend backend, Optional<RunDirectory> directory) {
        long runSeed = own.number() == 0 ? seed : CounterRandom.bits(seed, own.number());
        Trained trained = train(data, runSeed, backend, directory);
        Map<String, Provenance> facts =
                RunFacts.of(backend).with(trained.facts()).provenance(own.run());
        ModelProvenance provenance = new ModelProvenance(
                CausalLMModel.class.getName(), OffsetDateTime.now(), own.data(), own.trainer(), facts);
        CausalLMModel model = new CausalLMModel(
                        provenance, data.vocabularySize(), trained.location(), trained.baseSha256(), trained.adapter())
                .setExecution(execution);
        results.accept(model);
        directory.ifPresent(RunDirectory::discardState);
        return model;
    }

    private int vocabularySize() {
        return Architectures.of(CheckpointConfig.ofCheckpoint(checkpoint())).vocabularySize();
    }

    private synchronized void takeBack(int invocation) {
        if (invocations == invocation + 1) {
            invocations = invocation;
        }
    }

    private Recipe recipe(long runSeed) {
        return new Recipe(objective, optimisation, batches, reference, Optional.ofNullable(uncertainty), runSeed);
    }

    private Trained train(TokenSequenceDataset data, long runSeed, Backend backend, Optional<RunDirectory> directory) {
        Recipe recipe = recipe(runSeed).over(data.sequences());
        recipe.requireTokenizerOf(checkpoint());
        TrainingSetup setup = new TrainingSetup(
                location,
                recipe,
                new Conduct(heldOut, saving(), memory, backend),
                new RunPlace(directory, listener, stopRequested));
        return tuning instanceof FullTuning full
                ? new FullTraining(setup, full).train(data)
                : new AdapterTraining(setup, (Lora) tuning).train(data);
    }

    /**
     * The checkpoint, the adapters and the cached teachers that training starts from.
     *
     * @return files and hashes, by the names under which the provenance of a trained model records them
     */
    @Override
    public SortedMap<String, HashedInput> inputs() {
        return recipe(seed).inputs(tuning, location);
    }

    @Override
    public String toString() {
        return String.join(
                "\n  ",
                "CausalLMTrainer of " + location.name(),
                "objective: " + objective,
                "tuning: " + tuning,
                "optimisation: " + optimisation,
                "batches: " + batches,
                "reference: " + (objective.needsReference() ? reference : "none, the objective compares with no model"),
                "execution: " + execution,
                "memory: " + memory,
                "measured on its own data: " + (uncertainty == null ? "nothing" : uncertainty),
                "held out: " + heldOut,
                "seed " + seed + ", state saved " + saving() + ", invoked " + getInvocationCount() + " times");
    }
}
