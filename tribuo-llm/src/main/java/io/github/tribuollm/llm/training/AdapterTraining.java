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
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.teacher.OpenReference;
import io.github.tribuollm.llm.teacher.Student;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.llm.training.report.TrainingListener;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Trains an adapter on a base that stays as it is; before it that of the reference model, where the recipe says so. */
public final class AdapterTraining {
    private static final String REFERENCE = "reference"; // the name of the run

    private final TrainingSetup setup;
    private final Lora lora;

    /** A training about to begin. */
    public AdapterTraining(TrainingSetup setup, Lora lora) {
        this.setup = setup;
        this.lora = lora;
    }

    /**
     * Trains.
     *
     * @return the adapter, which is written to {@code adapter} in the output directory where there is one
     * @throws io.github.tribuollm.llm.graphs.TrainingException if training cannot go on
     * @throws InterruptedRun if the run was asked to stop
     */
    public Trained train(TokenSequenceDataset data) {
        try (Checkpoint base = Checkpoint.open(setup.checkpoint())) {
            base.identityFuture();
            Architecture architecture = Architectures.of(base);
            setup.requireVocabulary(data, architecture);
            Optional<Adapter> initial = lora.initialAdapter().map(directory -> PeftFiles.load(directory, base));
            Adapter start = initial.map(given -> LoraTargets.independent(architecture, given))
                    .orElseGet(() -> zeros(architecture, lora.config()));
            LoraTargets.requireDroppable(architecture, start.form());
            Ground ground = new Ground(base, architecture, data, initial, start);
            Made made = train(ground);
            RunFacts facts = made.facts()
                    .with("adapter-sha256", made.adapter().sha256())
                    .with(Lora.BASE, base.identity().sha256())
                    .with(RunFacts.of(setup.recipe().cachedTeachers().inputs()));
            setup.place().directory().ifPresent(directory -> keep(directory, made.adapter(), base));
            return new Trained(
                    setup.base().name(),
                    base.identity().sha256(),
                    Optional.of(made.adapter()),
                    initial.map(a -> facts.with(Lora.INITIAL, a.sha256())).orElse(facts));
        }
    }

    /** What all runs of a training stand on: among it the adapter that is given, and the one that training starts from. */
    private record Ground(
            Checkpoint base,
            Architecture architecture,
            TokenSequenceDataset data,
            Optional<Adapter> initial,
            Adapter start) {}

    /** What a run made. */
    private record Made(Adapter adapter, RunFacts facts) {}

    private Made train(Ground ground) {
        Student student = new Student(setup.checkpoint(), true, () -> trainReference(ground));
        Stage stage = setup.recipe().trainsReference() ? new Stage("train", 2, 2) : Stage.only("train");
        try (OpenReference reference = setup.recipe().openReference(student)) {
            Made made = run(setup, ground, reference, stage);
            return new Made(made.adapter(), made.facts().with(reference.facts()));
        }
    }

    /** The reference of self-distillation: the same base, data and hyperparameters, by vanilla MLE (Section 4.3). */
    private OpenReference trainReference(Ground ground) {
        setup.place().listener().noted("training the reference model by maximum likelihood");
        Optional<RunDirectory> directory = setup.place().directory().map(RunDirectory::reference);
        try {
            TrainingSetup own = setup.with(setup.recipe().ofReference(), directory);
            Made reference = run(own, ground, OpenReference.none(), new Stage(REFERENCE, 1, 2));
            directory.ifPresent(d -> PeftFiles.save(
                    reference.adapter(),
                    d.path(),
                    setup.base().baseName(),
                    ground.base().identity()));
            return OpenReference.trained(reference.adapter(), reference.facts().values());
        } finally {
            directory.ifPresent(RunDirectory::close);
        }
    }

    private Made run(TrainingSetup run, Ground ground, OpenReference reference, Stage stage) {
        Architecture architecture = ground.architecture();
        ModelShape shape = run.shape(architecture, Optional.of(ground.start().form()), ground.data());
        try (ParameterSet parameters = ParameterSet.of(ground.start());
                ReferenceModel teacher = reference.beside(shape).orElse(null)) {
            if (ground.initial().isEmpty()) {
                parameters.initialiseAdapter(run.recipe().seed());
            }
            Optional<ReferenceModel> beside = Optional.ofNullable(teacher);
            MemoryPlan plan = run.plan(shape, Optional.of(ground.base().weights()), ground.data(), beside);
            Recipe recipe = run.recipe();
            TrainingRun.Task task = new TrainingRun.Task(
                    stage,
                    recipe.objective(),
                    run.settings(),
                    shape,
                    parameters,
                    beside,
                    ground.base()
                            .weights()
                            .source(plan.settings().storage(), shape.backend().computeType()),
                    ground.data().sequences(),
                    recipe.measurement()
                            .map(m -> m.columns(
                                    ground.base(), () -> parameters.toAdapter(ground.start(), ""), shape.backend())),
                    run.conduct().heldOut().sequences(),
                    TrainingSetup.parameters(architecture));
            Supplier<RunIdentity> identity = () -> identity(ground, recipe, reference);
            TrainingListener listener = run.place().listener();
            Supplier<Adapter> trained = () -> LoraTargets.complete(
                    architecture,
                    parameters.toAdapter(
                            ground.start(), ground.base().identity().sha256()));
            RunFacts facts =
                    run.run(task, identity, TrainingListener.together(listener, new AdapterTeller(listener, trained)));
            return new Made(trained.get(), facts);
        }
    }

    /** How the base's weights are rounded, where they are. */
    private RunIdentity rounding() {
        Storage storage = setup.conduct().memory().storage();
        return storage.rounds() ? RunIdentity.none().with("memory.storage", storage.toString()) : RunIdentity.none();
    }

    private RunIdentity identity(Ground ground, Recipe recipe, OpenReference reference) {
        RunIdentity identity = RunIdentity.none()
                .with("tuning", lora.getProvenance())
                .without("tuning.initialAdapter")
                .with("base (SHA-256)", ground.base().identity().sha256())
                .with(
                        "initial adapter (SHA-256)",
                        ground.initial().map(Adapter::sha256).orElse("none"))
                .with("reference", reference.identity())
                .with(rounding());
        return recipe.measurement()
                .map(measurement -> identity.with("uncertainty", measurement.getProvenance()))
                .orElse(identity);
    }

    private static Adapter zeros(Architecture architecture, LoraConfig config) {
        SortedMap<String, LowRank> modules = new TreeMap<>();
        for (LinearLayer layer : LoraTargets.resolve(architecture, config).values()) {
            int rank = config.rank(layer.module());
            float[] a = new float[rank * layer.in()];
            float[] b = new float[layer.out() * rank];
            modules.put(layer.module(), new LowRank(layer.in(), layer.out(), rank, a, b));
        }
        return new Adapter(config, modules, "");
    }

    private void keep(RunDirectory directory, Adapter adapter, Checkpoint base) {
        PeftFiles.save(
                adapter, directory.path().resolve("adapter"), setup.base().baseName(), base.identity());
    }
}
