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
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A training about to begin.
 *
 * @param base the base checkpoint
 * @param recipe what decides the result
 * @param conduct how the training goes about its work
 * @param place where it leaves its state and result
 */
public record TrainingSetup(CheckpointLocation base, Recipe recipe, Conduct conduct, RunPlace place) {
    Path checkpoint() {
        return base.place();
    }

    TrainingSetup with(Recipe other, Optional<RunDirectory> directory) {
        return new TrainingSetup(base, other, conduct, place.in(directory));
    }

    void requireVocabulary(TokenSequenceDataset data, Architecture architecture) {
        if (data.vocabularySize() != architecture.vocabularySize()) {
            throw new IllegalArgumentException("The data were tokenised for a vocabulary of " + data.vocabularySize()
                    + ", but " + base.baseName() + " has " + architecture.vocabularySize()
                    + " tokens; use this checkpoint's tokenizer");
        }
    }

    TrainingSettings settings() {
        return new TrainingSettings(
                recipe.optimisation(), recipe.batches(), conduct.heldOut(), conduct.saving(), recipe.seed());
    }

    /** The form of the model in training, as long as the longest of its sequences. */
    ModelShape shape(Architecture architecture, Optional<AdapterForm> adapter, TokenSequenceDataset data) {
        List<List<TokenSequence>> all =
                new ArrayList<>(conduct.heldOut().sequences().values());
        all.add(data.sequences());
        int longest = all.stream()
                .flatMap(List::stream)
                .mapToInt(TokenSequence::length)
                .max()
                .orElse(0);
        if (longest > architecture.maxPositions()) {
            throw new IllegalArgumentException("The longest sequence has " + longest + " tokens, but " + base.baseName()
                    + " was made for " + architecture.maxPositions() + " (max_position_embeddings); lower maxLength");
        }
        int most = all.stream().mapToInt(List::size).max().orElse(1);
        Batches batches = recipe.batches();
        ModelShape shape = new ModelShape(
                        architecture,
                        adapter,
                        longest,
                        Math.min(batches.microBatch(), most),
                        conduct.memory().recompute())
                .on(conduct.backend());
        return batches.batching() == Batching.PACKED ? shape.packing() : shape;
    }

    /** What the run needs of the memory, which is told before it begins; it is refused if there is not enough. */
    MemoryPlan plan(
            ModelShape shape,
            Optional<Weights> weights,
            TokenSequenceDataset data,
            Optional<ReferenceModel> reference) {
        Settings.require(
                "storage",
                weights.isPresent() || !conduct.memory().storage().rounds(),
                "may not be " + conduct.memory().storage()
                        + " where all parameters are trained: it holds a base that is frozen; train LoRA on it");
        MemoryPlanner planner = MemoryPlanner.training(
                StepTask.of(recipe.objective(), shape, reference),
                weights,
                data.sequences(),
                recipe.batches().batchSize());
        MemoryPlan plan = (conduct.heldOut().isEmpty() ? planner : planner.evaluating())
                .decide(weights.isPresent() ? conduct.memory().storage() : Storage.FLOAT32);
        place.listener().planned(plan);
        return plan;
    }

    /**
     * Runs a task.
     *
     * @param identity what identifies the base and the reference; asked only when a state is saved or restored
     * @return what the run found out about itself
     */
    RunFacts run(TrainingRun.Task task, Supplier<RunIdentity> inputs) {
        return run(task, inputs, place.listener());
    }

    RunFacts run(TrainingRun.Task task, Supplier<RunIdentity> inputs, TrainingListener listener) {
        Supplier<RunIdentity> identity = () -> task.identity(inputs.get());
        place.directory().ifPresent(directory -> directory.requireReplaceable(identity));
        TrainingRun run = new TrainingRun(task, listener, place.directory(), identity, place.stopRequested());
        run.run();
        place.directory().ifPresent(directory -> directory.finish(identity.get()));
        return run.facts();
    }

    static long parameters(Architecture architecture) {
        return architecture.shapes().values().stream()
                .mapToLong(sizes -> Arrays.stream(sizes).reduce(1, (a, b) -> a * b))
                .sum();
    }
}
