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
package io.github.tribuollm.llm.teacher;

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.Adapter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of the model that an objective compares with.
 *
 * @param checkpoint a checkpoint of its own; empty if it shares the trained model's base
 * @param adapter its adapter; empty if its base is used as it is
 */
public record OpenReference(Optional<Checkpoint> checkpoint, Optional<Adapter> adapter) implements AutoCloseable {
    /** What tells it from another. */
    public String identity() {
        return checkpoint.map(c -> c.identity().sha256() + " ").orElse("")
                + adapter.map(Adapter::sha256).orElse("base");
    }

    /**
     * The model beside a trained one.
     *
     * @param student the trained model's form
     * @throws TrainingException if it cannot read what the trained model reads
     */
    public ReferenceModel beside(ModelShape student) {
        if (checkpoint.isEmpty()) {
            return adapter.map(a -> ReferenceModel.adapted(student, a)).orElseGet(() -> ReferenceModel.base(student));
        }
        Architecture architecture = Architectures.of(checkpoint.get());
        if (student.maxLength() > architecture.maxPositions()) {
            throw new TrainingException("The longest sequence has " + student.maxLength()
                    + " tokens, but the reference model " + checkpoint.get().directory() + " was made for "
                    + architecture.maxPositions() + " (max_position_embeddings); lower maxLength");
        }
        return ReferenceModel.checkpoint(
                student,
                architecture,
                adapter,
                checkpoint
                        .get()
                        .weights()
                        .source(Storage.FLOAT32, student.backend().computeType()));
    }

    /**
     * Checks that another checkpoint means the same by each token.
     *
     * @param student the directory of the trained model
     * @param reference the directory of the other checkpoint
     * @throws TrainingException naming the first token that differs
     */
    public static void requireSameTokens(Path student, Path reference) {
        try (Tokenizer ours = Tokenizer.open(student);
                Tokenizer theirs = Tokenizer.open(reference)) {
            if (ours.vocabularySize() != theirs.vocabularySize()) {
                throw new TrainingException("The tokenizer of the reference model " + reference + " has "
                        + theirs.vocabularySize() + " tokens, that of " + student + " " + ours.vocabularySize()
                        + "; only models of one tokenizer can be compared token by token");
            }
            for (int id = 0; id < ours.vocabularySize(); id++) {
                if (!ours.token(id).equals(theirs.token(id))) {
                    throw new TrainingException("Token " + id + " is '" + theirs.token(id)
                            + "' to the reference model " + reference + ", but '" + ours.token(id) + "' to "
                            + student + "; only models of one tokenizer can be compared token by token");
                }
            }
        }
    }

    @Override
    public void close() {
        checkpoint.ifPresent(Checkpoint::close);
    }
}
