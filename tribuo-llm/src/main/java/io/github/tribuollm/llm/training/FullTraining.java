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

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointWriter;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.teacher.OpenReference;
import io.github.tribuollm.llm.teacher.Student;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trains every parameter and writes a new checkpoint. */
public final class FullTraining {
    private final TrainingSetup setup;
    private final FullTuning tuning;

    /** A training about to begin. */
    public FullTraining(TrainingSetup setup, FullTuning tuning) {
        this.setup = setup;
        this.tuning = tuning;
    }

    /**
     * Trains.
     *
     * @return the checkpoint, which is {@code checkpoint} in the output directory
     * @throws IllegalStateException if there is no output directory, or it holds a checkpoint already, and not of a run
     *     whose end was cut off
     * @throws io.github.tribuollm.llm.graphs.TrainingException if training cannot go on
     * @throws InterruptedRun if the run was asked to stop
     */
    public Trained train(TokenSequenceDataset data) {
        RunDirectory directory = setup.place()
                .directory()
                .orElseThrow(() -> new IllegalStateException(
                        "Training every parameter makes a new checkpoint; set an output directory for it"));
        Path result = directory.path().resolve("checkpoint");
        if (Files.exists(result.resolve("config.json")) && !directory.hasState()) {
            throw new IllegalStateException(result + " holds a checkpoint already; set another output directory");
        }
        RunFacts start = RunFacts.of(setup.recipe().inputs(tuning, setup.base()));
        Architecture architecture = architecture();
        setup.requireVocabulary(data, architecture);
        try (ParameterSet parameters = new ParameterSet(architecture.shapes())) {
            startFrom(parameters);
            RunFacts facts = run(parameters, architecture, data, start);
            write(parameters, result);
            try (Checkpoint written = Checkpoint.open(result)) {
                String sha256 = written.identity().sha256();
                return new Trained(
                        CheckpointLocation.of(result.toString()).name(),
                        sha256,
                        Optional.empty(),
                        facts.with("checkpoint-sha256", sha256));
            }
        }
    }

    private RunFacts run(
            ParameterSet parameters, Architecture architecture, TokenSequenceDataset data, RunFacts start) {
        ModelShape shape = setup.shape(architecture, Optional.empty(), data);
        Student student = new Student(setup.checkpoint(), false, () -> {
            throw new IllegalStateException("No reference is trained beside " + tuning);
        });
        try (OpenReference reference = setup.recipe().openReference(student);
                ReferenceModel teacher = reference.beside(shape).orElse(null)) {
            Optional<ReferenceModel> beside = Optional.ofNullable(teacher);
            setup.plan(shape, Optional.empty(), data, beside);
            TrainingRun.Task task = new TrainingRun.Task(
                    Stage.only("train"),
                    setup.recipe().objective(),
                    setup.settings(),
                    shape,
                    parameters,
                    beside,
                    WeightSource.none(),
                    data.sequences(),
                    Optional.empty(),
                    setup.conduct().heldOut().sequences(),
                    TrainingSetup.parameters(architecture));
            RunIdentity inputs = RunIdentity.of(start).with("reference", reference.identity());
            RunFacts found = setup.run(task, () -> inputs);
            return start.with(reference.facts()).with(found);
        }
    }

    private Architecture architecture() {
        if (tuning.start() == FullTuning.Start.RANDOM) {
            return Architectures.of(config());
        }
        try (Checkpoint base = Checkpoint.open(setup.checkpoint())) {
            return Architectures.of(base);
        }
    }

    private CheckpointConfig config() {
        return CheckpointConfig.ofCheckpoint(setup.checkpoint());
    }

    private void startFrom(ParameterSet parameters) {
        if (tuning.start() == FullTuning.Start.RANDOM) {
            CheckpointConfig config = config();
            parameters.initialiseModel(
                    setup.recipe().seed(),
                    config.number("initializer_range", 0.02),
                    Architectures.of(config).initialNormWeight());
        } else {
            try (Checkpoint base = Checkpoint.open(setup.checkpoint())) {
                parameters.load(base.weights()::float32);
            }
        }
    }

    private void write(ParameterSet parameters, Path result) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        parameters.forEach(
                (name, sizes, values) -> entries.add(SafetensorsWriter.Entry.of(name, DType.F32, sizes, values)));
        CheckpointWriter.replace(result, setup.checkpoint(), entries);
    }
}
