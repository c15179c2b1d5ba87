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
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointWriter;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.data.FileStamp;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.reproduction.HashedInputs;
import io.github.tribuollm.llm.teacher.CachedTeacher;
import io.github.tribuollm.llm.teacher.DataBound;
import io.github.tribuollm.llm.teacher.DefaultReference;
import io.github.tribuollm.llm.teacher.OpenReference;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.LearningRateSchedule;
import io.github.tribuollm.llm.training.RefreshedColumns;
import io.github.tribuollm.llm.training.RunDirectory;
import io.github.tribuollm.llm.training.TrainingRun;
import io.github.tribuollm.llm.training.TrainingSettings;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.llm.uncertainty.RefreshedUncertainty;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Onnx;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceTrainer;

/**
 * Post-trains a causal language model on ONNX Runtime under an {@link Objective}.
 *
 * <p>The defaults are the paper's setting (Section 4.1): LoRA of rank 32 and alpha 64 on all linear layers, one epoch,
 * batches of 32, a peak learning rate of 1e-4 with a cosine schedule. An objective that compares
 * with a reference model, where none is given, first trains it by maximum likelihood on the same data, as the paper
 * does; or takes the base itself, see {@link DefaultReference}.
 *
 * <p>Where results go and who is told of progress are no hyperparameters: see {@link #setOutputDirectory} and
 * {@link #setListener}; by default progress is logged.
 *
 * <p>A call of train that fails or is interrupted does not count as an invocation: the same call again resumes it.
 */
public final class CausalLMTrainer implements SequenceTrainer<TokenOutput>, HashedInputs {
    private static final String BASE = "base-sha256";
    private static final String CONFIG = "config-sha256";
    private static final String INITIAL = "initial-adapter-sha256";
    private static final String REFERENCE = "reference-adapter-sha256";
    private static final String REFERENCE_BASE = "reference-base-sha256";
    private static final String CACHED_TEACHER = "cached-teacher-sha256";
    private static final String REFERENCE_ORIGIN = "reference-origin";
    private static final String REFERENCE_DIRECTORY = "reference";

    @Config(
            mandatory = true,
            description = "The base checkpoint, in Hugging Face's format: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(mandatory = true, description = "What is minimised.")
    private Objective objective;

    @Config(description = "Which parameters are trained: LORA, FULL or FULL_FROM_SCRATCH.")
    private Tuning tuning = Tuning.LORA;

    @Config(description = "LoRA: the rank of the adapters.")
    private int rank = 32;

    @Config(description = "LoRA: alpha; the update is scaled by alpha / rank.")
    private double alpha = 64;

    @Config(description = "LoRA: the dropout rate of the adapters' inputs, in [0, 1).")
    private double dropout = 0;

    @Config(description = "LoRA: names of the adapted layers, such as q_proj, or all-linear.")
    private List<String> targetModules = List.of(LoraConfig.ALL_LINEAR);

    @Config(description = "LoRA: a directory with an adapter in PEFT's format to start from.")
    private Path initialAdapter = null;

    @Config(description = "A directory with the reference model's adapter in PEFT's format.")
    private Path referenceAdapter = null;

    @Config(
            description =
                    "Another checkpoint of the same vocabulary, as the reference model; a directory or hf://owner/name@revision.")
    private String referenceCheckpoint = null;

    @Config(
            description = "The reference model where neither is given: TRAINED, by maximum likelihood on the same data,"
                    + " or BASE, the checkpoint without an adapter.")
    private DefaultReference defaultReference = DefaultReference.TRAINED;

    @Config(description = "Passes over the data.")
    private int epochs = 1;

    @Config(description = "Sequences in an optimiser step.")
    private int batchSize = 32;

    @Config(description = "Sequences that are processed together; 0 takes the whole step at once.")
    private int microBatchSize = 0;

    @Config(
            description = "How a step is laid out in micro-batches: PADDED, BUCKETED or PACKED; the result is the same"
                    + " to rounding.")
    private Batching batching = Batching.PADDED;

    @Config(description = "The peak learning rate.")
    private double learningRate = 1e-4;

    @Config(description = "How the learning rate changes: CONSTANT, LINEAR or COSINE.")
    private LearningRateSchedule schedule = LearningRateSchedule.COSINE;

    @Config(description = "The fraction of the steps in which the learning rate warms up, in [0, 1).")
    private double warmupRatio = 0;

    @Config(description = "AdamW's decoupled weight decay.")
    private double weightDecay = 0;

    @Config(description = "AdamW's decay of the mean of gradients.")
    private double beta1 = 0.9;

    @Config(description = "AdamW's decay of the mean of squared gradients.")
    private double beta2 = 0.999;

    @Config(description = "The largest gradient norm; larger gradients are scaled down to it.")
    private double clipNorm = 1;

    @Config(
            description =
                    "Whether sequences of like length share a step, which saves padding, but changes what each step learns from.")
    private boolean bucketByLength = true;

    @Config(description = "Whether layer activations are computed again in the backward pass, which saves memory.")
    private boolean recompute = false;

    @Config(
            description = "How the base's weights are held: FLOAT32 (widened once), STORED (16-bit weights stay as they"
                    + " are) or AUTO (FLOAT32 where it fits comfortably). The result does not depend on it.")
    private Storage storage = Storage.AUTO;

    @Config(description = "Where and in which precision graphs run; by default on the CPU in float32.")
    private Execution execution = new Execution();

    @Config(
            description = "How uncertain the model in training is about its data, as columns that the objective can"
                    + " look at, measured anew every so many steps.")
    private RefreshedUncertainty uncertainty = null;

    @Config(description = "Held-out data to evaluate on, by name.")
    private Map<String, TokenSequenceSource> evaluation = new HashMap<>();

    @Config(description = "Steps between evaluations; 0 evaluates at the end only.")
    private int evaluationInterval = 0;

    @Config(description = "Steps between saved states; 0 saves only when the run is asked to stop.")
    private int saveInterval = 100;

    @Config(description = "The seed of data order, initialisation and dropout.")
    private long seed = 1;

    private CheckpointLocation location;
    private Path referenceDirectory;
    private int invocations;
    private Path outputDirectory;
    private TrainingListener listener = TrainingListener.logging(Logger.getLogger(CausalLMTrainer.class.getName()));
    private BooleanSupplier stopRequested = () -> false;

    private CausalLMTrainer() {}

    /**
     * A trainer with the paper's hyperparameters.
     *
     * @param checkpoint the directory of the base checkpoint
     * @param objective what is minimised
     * @throws PropertyException if the checkpoint is not there
     */
    public CausalLMTrainer(Path checkpoint, Objective objective) {
        this(checkpoint.toString(), objective);
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

    /**
     * Finds the checkpoint, downloading it where need be, and checks the hyperparameters. From then on a revision in a
     * hub is its commit.
     *
     * @throws PropertyException naming the field that is out of range
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    @Override
    public void postConfig() {
        location = CheckpointLocation.of(checkpoint);
        checkpoint = location.name();
        if (referenceCheckpoint != null) {
            CheckpointLocation reference = CheckpointLocation.of(referenceCheckpoint);
            referenceCheckpoint = reference.name();
            referenceDirectory = reference.directory();
        }
        require(
                "checkpoint",
                Files.isRegularFile(checkpoint().resolve("config.json")),
                "no config.json in " + location.baseName());
        require("rank", rank >= 1, "must be at least 1: " + rank);
        require("alpha", alpha > 0, "must be positive: " + alpha);
        require("dropout", dropout >= 0 && dropout < 1, "must lie in [0, 1): " + dropout);
        require("epochs", epochs >= 1, "must be at least 1: " + epochs);
        require("batchSize", batchSize >= 1, "must be at least 1: " + batchSize);
        require(
                "microBatchSize",
                microBatchSize >= 0 && microBatchSize <= batchSize,
                "must lie between 0 and batchSize: " + microBatchSize);
        require(
                "batching",
                batching == Batching.PADDED || !objective.scope().equals(Optional.of(Scope.MICRO_BATCH)),
                "the objective selects within each micro-batch, so laying micro-batches out by length would change what"
                        + " it selects; use PADDED, or a selection whose scope is OPTIMISER_STEP");
        require(
                "microBatchSize",
                !ranksDocumentsWithin(Scope.MICRO_BATCH) || microBatch() > 1,
                "the objective ranks whole documents within a micro-batch, which has only one; take more, or a selection"
                        + " whose scope is OPTIMISER_STEP");
        require(
                "batchSize",
                !ranksDocumentsWithin(Scope.OPTIMISER_STEP) || batchSize > 1,
                "the objective ranks whole documents within a step, which has only one; take more, or a selection whose"
                        + " scope is DATASET");
        require("learningRate", learningRate > 0 && Double.isFinite(learningRate), "must be positive: " + learningRate);
        require("warmupRatio", warmupRatio >= 0 && warmupRatio < 1, "must lie in [0, 1): " + warmupRatio);
        require("weightDecay", weightDecay >= 0, "must not be negative: " + weightDecay);
        require("beta1", beta1 >= 0 && beta1 < 1, "must lie in [0, 1): " + beta1);
        require("beta2", beta2 >= 0 && beta2 < 1, "must lie in [0, 1): " + beta2);
        require("clipNorm", clipNorm > 0, "must be positive: " + clipNorm);
        require("evaluationInterval", evaluationInterval >= 0, "must not be negative: " + evaluationInterval);
        require(
                "uncertainty",
                uncertainty == null || tuning == Tuning.LORA,
                "uncertainty is measured of a base with an adapter, which needs LORA, not " + tuning);
        require("saveInterval", saveInterval >= 0, "must not be negative: " + saveInterval);
        require(
                "tuning",
                tuning == Tuning.LORA || !objective.needsTeacher() || !trainsReference(),
                "a reference model is trained as an adapter, which needs LORA, not " + tuning
                        + "; give referenceCheckpoint, or set defaultReference to BASE");
    }

    private boolean ranksDocumentsWithin(Scope scope) {
        return objective.selections().stream()
                .anyMatch(s ->
                        s.granularity() == Granularity.DOCUMENT && s.scope().equals(Optional.of(scope)));
    }

    private boolean trainsReference() {
        return referenceAdapter == null && referenceCheckpoint == null && defaultReference == DefaultReference.TRAINED;
    }

    private static void require(String field, boolean holds, String problem) {
        if (!holds) {
            throw new PropertyException("", field, problem);
        }
    }

    /**
     * Sets where the state and the result are written: {@code adapter} or {@code checkpoint}, and {@code reference} where
     * one is trained. Without it everything stays in memory and a run cannot be resumed.
     *
     * @param directory the directory; one run at a time may use it
     * @return this
     */
    public CausalLMTrainer setOutputDirectory(Path directory) {
        this.outputDirectory = directory;
        return this;
    }

    /**
     * Sets who is told of progress.
     *
     * @param listener the listener; not closed by the trainer. By default one that logs, see {@link TrainingListener#logging}
     * @return this
     */
    public CausalLMTrainer setListener(TrainingListener listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Sets what is asked after each step: true saves the state and ends the run with an
     * {@link io.github.tribuollm.llm.training.InterruptedRun}.
     *
     * @param requested whether the run should stop
     * @return this
     */
    public CausalLMTrainer setStopSignal(BooleanSupplier requested) {
        this.stopRequested = requested;
        return this;
    }

    /**
     * Sets where and in which precision graphs run: training, the reference model, evaluation, uncertainty, and the model
     * that comes out.
     *
     * @param choice the choice; by default the CPU in float32
     * @return this
     */
    public CausalLMTrainer setExecution(Execution choice) {
        execution = choice;
        return this;
    }

    /**
     * Sets how uncertain the model in training is about its data, as columns that the objective can look at.
     *
     * @param columns what is measured, and how often
     * @return this
     * @throws PropertyException if every parameter is trained
     */
    public CausalLMTrainer setUncertainty(RefreshedUncertainty columns) {
        this.uncertainty = columns;
        postConfig();
        return this;
    }

    /** {@return the directory of the base checkpoint} */
    public Path checkpoint() {
        return location.directory();
    }

    /** {@return where and in which precision graphs run} */
    public Execution execution() {
        return execution;
    }

    /** {@return what is minimised} */
    public Objective objective() {
        return objective;
    }

    @Override
    public int getInvocationCount() {
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
     * @param examples a {@link TokenSequenceDataset}
     * @param runProvenance recorded with the model
     * @return the fine-tuned model
     * @throws IllegalArgumentException if the data set holds no token sequences or those of another vocabulary
     * @throws io.github.tribuollm.runtime.CudaUnavailable if CUDA was asked for and cannot be used
     * @throws io.github.tribuollm.llm.graphs.TrainingException if training cannot go on
     * @throws io.github.tribuollm.llm.training.InterruptedRun if the run was asked to stop
     */
    @Override
    public CausalLMModel train(SequenceDataset<TokenOutput> examples, Map<String, Provenance> runProvenance) {
        if (!(examples instanceof TokenSequenceDataset data)) {
            throw new IllegalArgumentException("A CausalLMTrainer needs a TokenSequenceDataset, not a "
                    + examples.getClass().getName());
        }
        Backend backend = execution.backend();
        TrainerProvenance provenance;
        int invocation;
        synchronized (this) {
            provenance = getProvenance();
            invocation = invocations++;
        }
        Map<String, Provenance> results = new LinkedHashMap<>(runProvenance);
        record(results, "onnxruntime-version", Onnx.version());
        record(results, "execution-provider", backend.provider().name());
        if (backend.onDevice()) {
            record(results, "execution-device", Integer.toString(backend.device()));
        }
        record(results, "compute-type", backend.computeType().name());
        record(results, "threads", Integer.toString(Onnx.threads()));
        try {
            Trained trained = train(data, invocation, results);
            ModelProvenance modelProvenance = new ModelProvenance(
                    CausalLMModel.class.getName(), OffsetDateTime.now(), data.getProvenance(), provenance, results);
            return new CausalLMModel(
                            modelProvenance,
                            data.vocabularySize(),
                            trained.location(),
                            trained.baseSha256(),
                            trained.adapter())
                    .setExecution(execution);
        } catch (RuntimeException e) {
            takeBack(invocation);
            throw e;
        }
    }

    private static void record(Map<String, Provenance> results, String name, String value) {
        results.put(name, new StringProvenance(name, value));
    }

    private synchronized void takeBack(int invocation) {
        if (invocations == invocation + 1) {
            invocations = invocation;
        }
    }

    private record Trained(String location, String baseSha256, Optional<Adapter> adapter) {}

    private Trained train(TokenSequenceDataset data, int invocation, Map<String, Provenance> results) {
        requireTokenizerOfCachedTeachers();
        long runSeed = invocation == 0 ? seed : CounterRandom.bits(seed, invocation);
        Optional<RunDirectory> directory = Optional.ofNullable(outputDirectory).map(RunDirectory::open);
        try {
            return tuning == Tuning.LORA
                    ? trainAdapter(data, runSeed, results, directory)
                    : trainFully(data, runSeed, results, directory);
        } finally {
            directory.ifPresent(RunDirectory::close);
        }
    }

    private Trained trainAdapter(
            TokenSequenceDataset data,
            long runSeed,
            Map<String, Provenance> results,
            Optional<RunDirectory> directory) {
        try (Checkpoint base = Checkpoint.open(checkpoint())) {
            base.identityFuture();
            Architecture architecture = Architectures.of(base);
            requireVocabulary(data, architecture);
            Optional<Adapter> initial = Optional.ofNullable(initialAdapter).map(d -> load(d, base, architecture));
            initial.ifPresent(a -> record(results, INITIAL, a.sha256()));
            Adapter adapter;
            try (OpenReference reference = openReference(
                    results, () -> trainReference(base, architecture, data, runSeed, initial, directory, results))) {
                adapter = trainAdapter(
                        base,
                        architecture,
                        data,
                        runSeed,
                        objective,
                        initial,
                        Optional.ofNullable(reference),
                        directory,
                        results,
                        "train");
            }
            record(results, "adapter-sha256", adapter.sha256());
            record(results, BASE, base.identity().sha256());
            cachedTeacherInputs().forEach((name, input) -> record(results, name, input.sha256()));
            directory.ifPresent(d -> {
                PeftFiles.save(adapter, d.path().resolve("adapter"), location.baseName(), base.identity());
                RunDirectory.discardState(d.path().resolve(REFERENCE_DIRECTORY));
                d.discardState();
            });
            return new Trained(checkpoint, base.identity().sha256(), Optional.of(adapter));
        }
    }

    /**
     * The checkpoint and the adapters that training starts from.
     *
     * @return files and hashes, by the names under which the provenance of a trained model records them
     */
    @Override
    public SortedMap<String, HashedInputs.Input> inputs() {
        SortedMap<String, HashedInputs.Input> inputs = new TreeMap<>();
        if (tuning == Tuning.FULL_FROM_SCRATCH) {
            Path config = checkpoint().resolve("config.json");
            inputs.put(
                    CONFIG,
                    new HashedInputs.Input(
                            config.toString(), FileStamp.of(config).sha256()));
        } else {
            try (Checkpoint base = Checkpoint.open(checkpoint())) {
                inputs.put(
                        BASE, new HashedInputs.Input(checkpoint, base.identity().sha256()));
            }
        }
        if (tuning == Tuning.LORA && initialAdapter != null) {
            inputs.put(INITIAL, adapterInput(initialAdapter));
        }
        if (objective.needsTeacher() && referenceAdapter != null) {
            inputs.put(REFERENCE, adapterInput(referenceAdapter));
        }
        if (objective.needsTeacher() && referenceCheckpoint != null) {
            try (Checkpoint other = Checkpoint.open(referenceDirectory)) {
                inputs.put(
                        REFERENCE_BASE,
                        new HashedInputs.Input(
                                referenceCheckpoint, other.identity().sha256()));
            }
        }
        inputs.putAll(cachedTeacherInputs());
        return inputs;
    }

    private static HashedInputs.Input adapterInput(Path directory) {
        return new HashedInputs.Input(
                directory.toString(), PeftFiles.load(directory).sha256());
    }

    private void requireVocabulary(TokenSequenceDataset data, Architecture architecture) {
        if (data.vocabularySize() != architecture.vocabularySize()) {
            throw new IllegalArgumentException("The data were tokenised for a vocabulary of " + data.vocabularySize()
                    + ", but " + location.baseName() + " has " + architecture.vocabularySize()
                    + " tokens; use this checkpoint's tokenizer");
        }
    }

    private SortedMap<String, HashedInputs.Input> cachedTeacherInputs() {
        SortedMap<String, HashedInputs.Input> inputs = new TreeMap<>();
        for (DataBound teacher : sparseTeachers(DataBound.class)) {
            String name = inputs.isEmpty() ? CACHED_TEACHER : CACHED_TEACHER + "-" + (inputs.size() + 1);
            String sha256 = FileStamp.of(teacher.path()).sha256();
            inputs.put(name, new HashedInputs.Input(teacher.path().toString(), sha256));
        }
        return inputs;
    }

    private <T> List<T> sparseTeachers(Class<T> kind) {
        return objective.requirements().sparseTeachers().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private void requireTokenizerOfCachedTeachers() {
        List<CachedTeacher> teachers = sparseTeachers(CachedTeacher.class);
        if (!teachers.isEmpty()) {
            String sha256 = FileStamp.of(checkpoint().resolve("tokenizer.json")).sha256();
            teachers.forEach(teacher -> teacher.requireTokenizer(sha256));
        }
    }

    private static Adapter load(Path directory, Checkpoint base, Architecture architecture) {
        Adapter adapter = PeftFiles.load(directory);
        if (!adapter.baseHash().isEmpty()) {
            adapter.requireBase(base.identity());
        }
        LoraTargets.requireFit(architecture, adapter);
        return adapter;
    }

    /** The reference model, recorded; null if the objective needs none. */
    private OpenReference openReference(Map<String, Provenance> results, Supplier<Adapter> training) {
        if (!objective.needsTeacher()) {
            return null;
        }
        if (trainsReference()) {
            Adapter trained = training.get();
            record(results, REFERENCE, trained.sha256());
            record(results, REFERENCE_ORIGIN, "trained by maximum likelihood on the same data");
            return new OpenReference(Optional.empty(), Optional.of(trained));
        }
        boolean ownBase = referenceCheckpoint != null || tuning != Tuning.LORA;
        Path directory = referenceCheckpoint == null ? checkpoint() : referenceDirectory;
        if (referenceCheckpoint != null) {
            OpenReference.requireSameTokens(checkpoint(), referenceDirectory);
        }
        Checkpoint opened = Checkpoint.open(directory);
        try {
            Optional<Adapter> adapter =
                    Optional.ofNullable(referenceAdapter).map(d -> load(d, opened, Architectures.of(opened)));
            adapter.ifPresent(a -> record(results, REFERENCE, a.sha256()));
            if (referenceCheckpoint != null) {
                record(results, REFERENCE_BASE, opened.identity().sha256());
            }
            record(
                    results,
                    REFERENCE_ORIGIN,
                    referenceAdapter == null && referenceCheckpoint == null ? "the base" : "given");
            if (!ownBase) {
                opened.close();
            }
            return new OpenReference(ownBase ? Optional.of(opened) : Optional.empty(), adapter);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** The reference of self-distillation: the same base, data and hyperparameters, by vanilla MLE (Section 4.3). */
    private Adapter trainReference(
            Checkpoint base,
            Architecture architecture,
            TokenSequenceDataset data,
            long runSeed,
            Optional<Adapter> initial,
            Optional<RunDirectory> parent,
            Map<String, Provenance> results) {
        listener.noted("training the reference model by maximum likelihood");
        Optional<RunDirectory> directory =
                parent.map(d -> RunDirectory.open(d.path().resolve(REFERENCE_DIRECTORY)));
        try {
            Adapter reference = trainAdapter(
                    base,
                    architecture,
                    data,
                    runSeed,
                    Objective.mle(),
                    initial,
                    Optional.empty(),
                    directory,
                    results,
                    "reference");
            directory.ifPresent(d -> PeftFiles.save(reference, d.path(), location.baseName(), base.identity()));
            return reference;
        } finally {
            directory.ifPresent(RunDirectory::close);
        }
    }

    private Adapter trainAdapter(
            Checkpoint base,
            Architecture architecture,
            TokenSequenceDataset data,
            long runSeed,
            Objective target,
            Optional<Adapter> initial,
            Optional<OpenReference> reference,
            Optional<RunDirectory> directory,
            Map<String, Provenance> results,
            String name) {
        LoraConfig config = initial.map(Adapter::config).orElse(new LoraConfig(rank, alpha, dropout, targetModules));
        Set<String> modules = initial.<Set<String>>map(a -> a.modules().keySet())
                .orElseGet(() -> LoraTargets.resolve(architecture, config).keySet());
        ModelShape shape = shape(architecture, Optional.of(config), modules, data);
        try (ParameterSet parameters = ParameterSet.of(initial.orElseGet(() -> zeros(architecture, config)));
                ReferenceModel teacher = reference.map(r -> r.beside(shape)).orElse(null)) {
            if (initial.isEmpty()) {
                parameters.initialiseAdapter(runSeed);
            }
            MemoryPlan plan = plan(shape, Optional.of(base.weights()), data, target, Optional.ofNullable(teacher));
            long total = parameters(architecture);
            run(
                    name,
                    target,
                    shape,
                    parameters,
                    Optional.ofNullable(teacher),
                    base.weights()
                            .source(plan.settings().storage(), shape.backend().computeType()),
                    data,
                    Optional.ofNullable(uncertainty)
                            .filter(u -> target == objective)
                            .map(u -> u.columns(base, () -> parameters.toAdapter(config, ""), shape.backend())),
                    runSeed,
                    directory,
                    results,
                    total,
                    () -> String.join(
                            " ",
                            base.identity().sha256(),
                            uncertainty == null
                                    ? "-"
                                    : uncertainty.getProvenance().toString(),
                            initial.map(Adapter::sha256).orElse("-"),
                            reference.map(OpenReference::identity).orElse("-")));
            return parameters.toAdapter(config, base.identity().sha256());
        }
    }

    private static Adapter zeros(Architecture architecture, LoraConfig config) {
        SortedMap<String, LowRank> modules = new TreeMap<>();
        for (LinearLayer layer : LoraTargets.resolve(architecture, config).values()) {
            float[] a = new float[config.rank() * layer.in()];
            float[] b = new float[layer.out() * config.rank()];
            modules.put(layer.module(), new LowRank(layer.in(), layer.out(), config.rank(), a, b));
        }
        return new Adapter(config, modules, "");
    }

    private Trained trainFully(
            TokenSequenceDataset data,
            long runSeed,
            Map<String, Provenance> results,
            Optional<RunDirectory> directory) {
        RunDirectory open = directory.orElseThrow(() -> new IllegalStateException(
                "Training every parameter makes a new checkpoint; set an output directory for it"));
        Path result = open.path().resolve("checkpoint");
        if (Files.exists(result.resolve("config.json"))) {
            throw new IllegalStateException(result + " holds a checkpoint already; set another output directory");
        }
        discardPartial(result);
        SortedMap<String, String> start = new TreeMap<>();
        inputs().forEach((name, input) -> start.put(name, input.sha256()));
        start.forEach((name, sha256) -> record(results, name, sha256));
        Architecture architecture =
                Architectures.of(CheckpointConfig.read(checkpoint().resolve("config.json")));
        requireVocabulary(data, architecture);
        try (ParameterSet parameters = new ParameterSet(architecture.shapes())) {
            startFrom(parameters, runSeed);
            ModelShape shape = shape(architecture, Optional.empty(), Set.of(), data);
            try (OpenReference reference = openReference(results, () -> {
                        throw new IllegalStateException("No reference is trained beside " + tuning);
                    });
                    ReferenceModel teacher = reference == null ? null : reference.beside(shape)) {
                plan(shape, Optional.empty(), data, objective, Optional.ofNullable(teacher));
                run(
                        "train",
                        objective,
                        shape,
                        parameters,
                        Optional.ofNullable(teacher),
                        WeightSource.none(),
                        data,
                        Optional.empty(),
                        runSeed,
                        directory,
                        results,
                        parameters(architecture),
                        () -> start + (reference == null ? "" : " " + reference.identity()));
            }
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            parameters.forEach(
                    (name, sizes, values) -> entries.add(SafetensorsWriter.Entry.of(name, DType.F32, sizes, values)));
            CheckpointWriter.write(result, checkpoint(), entries);
        }
        try (Checkpoint written = Checkpoint.open(result)) {
            String sha256 = written.identity().sha256();
            record(results, "checkpoint-sha256", sha256);
            open.discardState();
            return new Trained(result.toString(), sha256, Optional.empty());
        }
    }

    /** Deletes weights that were being written, after the last step, when the process ended. */
    private static void discardPartial(Path result) {
        try {
            Files.deleteIfExists(result.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the unfinished checkpoint in " + result, e);
        }
    }

    private void startFrom(ParameterSet parameters, long runSeed) {
        if (tuning == Tuning.FULL_FROM_SCRATCH) {
            CheckpointConfig config = CheckpointConfig.read(checkpoint().resolve("config.json"));
            parameters.initialiseModel(
                    runSeed,
                    config.number("initializer_range", 0.02),
                    Architectures.of(config).initialNormWeight());
        } else {
            try (Checkpoint base = Checkpoint.open(checkpoint())) {
                Architectures.of(base);
                parameters.load(base.weights()::float32);
            }
        }
    }

    private static long parameters(Architecture architecture) {
        return architecture.shapes().values().stream()
                .mapToLong(sizes -> java.util.Arrays.stream(sizes).reduce(1, (a, b) -> a * b))
                .sum();
    }

    private ModelShape shape(
            Architecture architecture, Optional<LoraConfig> lora, Set<String> modules, TokenSequenceDataset data) {
        int longest = longest(data.sequences());
        for (TokenSequenceSource source : evaluation.values()) {
            longest = Math.max(longest, longest(source.sequences()));
        }
        if (longest > architecture.maxPositions()) {
            throw new IllegalArgumentException(
                    "The longest sequence has " + longest + " tokens, but " + location.baseName() + " was made for "
                            + architecture.maxPositions() + " (max_position_embeddings); lower maxLength");
        }
        ModelShape shape =
                new ModelShape(architecture, lora, modules, longest, microBatch(), recompute).on(execution.backend());
        return batching == Batching.PACKED ? shape.packing() : shape;
    }

    /** What the run needs of the memory, which is told before it begins; it is refused if there is not enough. */
    private MemoryPlan plan(
            ModelShape shape,
            Optional<Weights> weights,
            TokenSequenceDataset data,
            Objective target,
            Optional<ReferenceModel> reference) {
        MemoryPlanner planner =
                MemoryPlanner.training(StepTask.of(target, shape, reference), weights, data.sequences(), batchSize);
        MemoryPlan plan = (evaluation.isEmpty() ? planner : planner.evaluating())
                .decide(weights.isPresent() ? storage : Storage.FLOAT32);
        listener.noted(plan.summary());
        return plan;
    }

    private static int longest(List<TokenSequence> data) {
        return data.stream().mapToInt(TokenSequence::length).max().orElse(0);
    }

    private int microBatch() {
        return microBatchSize == 0 ? batchSize : microBatchSize;
    }

    private Stage stage(String name) {
        return objective.needsTeacher() && trainsReference()
                ? new Stage(name, name.equals(REFERENCE_DIRECTORY) ? 1 : 2, 2)
                : Stage.only(name);
    }

    private void run(
            String name,
            Objective target,
            ModelShape shape,
            ParameterSet parameters,
            Optional<ReferenceModel> teacher,
            WeightSource weights,
            TokenSequenceDataset data,
            Optional<RefreshedColumns> refreshed,
            long runSeed,
            Optional<RunDirectory> directory,
            Map<String, Provenance> results,
            long totalParameters,
            Supplier<String> identity) {
        TrainingSettings settings = new TrainingSettings(
                epochs,
                batchSize,
                microBatch(),
                batching,
                learningRate,
                schedule,
                warmupRatio,
                weightDecay,
                beta1,
                beta2,
                clipNorm,
                bucketByLength,
                evaluationInterval,
                saveInterval,
                runSeed);
        Map<String, List<TokenSequence>> heldOut = new TreeMap<>();
        evaluation.forEach((key, source) -> heldOut.put(key, source.sequences()));
        TrainingRun.Task task = new TrainingRun.Task(
                stage(name),
                target,
                settings,
                shape,
                parameters,
                teacher,
                weights,
                data.sequences(),
                refreshed,
                heldOut,
                totalParameters);
        TrainingRun run =
                new TrainingRun(task, listener, directory, () -> task.fingerprint(identity.get()), stopRequested);
        run.run();
        run.skippedSteps().ifPresent(count -> record(results, name + "-skipped-steps", Integer.toString(count)));
    }
}
