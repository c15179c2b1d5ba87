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

import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TokenWeights;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.teacher.CachedTeachers;
import io.github.tribuollm.llm.teacher.OpenReference;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.teacher.Student;
import io.github.tribuollm.llm.teacher.TrainedReference;
import io.github.tribuollm.objectives.Objective;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What decides the result of a training, beside the base and the data.
 *
 * @param objective what is minimised
 * @param optimisation how parameters descend
 * @param batches how the data are cut into steps
 * @param reference which model the objective compares with, if it compares with one
 * @param measurement how the model in training is measured on its own data; empty if it is not
 * @param seed of data order, initialisation and dropout
 */
public record Recipe(
        Objective objective,
        Optimisation optimisation,
        Batches batches,
        Reference reference,
        Optional<SelfMeasurement> measurement,
        long seed) {
    /**
     * The files that a training starts from.
     *
     * @return the files, by the names under which a model's provenance records their hashes
     */
    public SortedMap<String, HashedInput> inputs(Tuning tuning, CheckpointLocation base) {
        SortedMap<String, HashedInput> inputs = new TreeMap<>(tuning.inputs(base));
        if (objective.needsReference()) {
            inputs.putAll(reference.inputs());
        }
        inputs.putAll(cachedTeachers().inputs());
        return inputs;
    }

    /**
     * Checks that the cached teachers were made with a checkpoint's tokenizer.
     *
     * @param checkpoint the directory of the checkpoint
     * @throws io.github.tribuollm.llm.graphs.TrainingException naming the file that was not
     */
    public void requireTokenizerOf(Path checkpoint) {
        cachedTeachers().requireTokenizerOf(checkpoint);
    }

    /**
     * This recipe for data that may say how much each token counts, which then every objective honours.
     *
     * @param data the training data
     * @throws io.github.tribuollm.llm.graphs.TrainingException naming a token whose weight is no weight
     */
    public Recipe over(List<TokenSequence> data) {
        return with(TokenWeights.honoured(objective, data), measurement);
    }

    private Recipe with(Objective other, Optional<SelfMeasurement> measured) {
        return new Recipe(other, optimisation, batches, reference, measured, seed);
    }

    CachedTeachers cachedTeachers() {
        return new CachedTeachers(objective);
    }

    /** Whether a reference is trained before the model itself. */
    public boolean trainsReference() {
        return objective.needsReference() && reference instanceof TrainedReference;
    }

    /** The reference, to be closed; none if the objective compares with none. */
    OpenReference openReference(Student student) {
        return objective.needsReference() ? reference.open(student) : OpenReference.none();
    }

    /** How the paper's reference is trained: the same by maximum likelihood, measured by nobody (Section 4.3). */
    Recipe ofReference() {
        Objective mle = Objective.mle();
        return with(objective.isCounted() ? mle.counted() : mle, Optional.empty());
    }
}
