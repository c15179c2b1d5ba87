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
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of the model that an objective compares with.
 *
 * @param checkpoint a checkpoint of its own; empty if it shares the trained model's base
 * @param adapter its adapter; empty if its base is used as it is
 * @param facts what a model's provenance records of it, by name; empty if the objective compares with no model
 */
public record OpenReference(Optional<Checkpoint> checkpoint, Optional<Adapter> adapter, SortedMap<String, String> facts)
        implements AutoCloseable {
    static final String GIVEN = "given";
    static final String ADAPTER = "reference-adapter-sha256";
    static final String BASE = "reference-base-sha256";
    private static final String ORIGIN = "reference-origin";

    /** {@return no reference, for an objective that compares with none} */
    public static OpenReference none() {
        return new OpenReference(Optional.empty(), Optional.empty(), Collections.emptySortedMap());
    }

    /**
     * A reference that was trained by maximum likelihood on the same data.
     *
     * @param adapter its adapter on the trained model's base
     * @param more what else a model's provenance records of it
     */
    public static OpenReference trained(Adapter adapter, Map<String, String> more) {
        OpenReference trained =
                of(Optional.empty(), Optional.of(adapter), "trained by maximum likelihood on the same data");
        SortedMap<String, String> facts = new TreeMap<>(trained.facts);
        facts.putAll(more);
        return new OpenReference(trained.checkpoint, trained.adapter, facts);
    }

    static OpenReference of(Optional<Checkpoint> checkpoint, Optional<Adapter> adapter, String origin) {
        SortedMap<String, String> facts = new TreeMap<>(Map.of(ORIGIN, origin));
        adapter.ifPresent(a -> facts.put(ADAPTER, a.sha256()));
        return new OpenReference(checkpoint, adapter, facts);
    }

    /** Another checkpoint than the trained model's. */
    static OpenReference another(Checkpoint checkpoint, Optional<Adapter> adapter) {
        OpenReference given = of(Optional.of(checkpoint), adapter, GIVEN);
        SortedMap<String, String> facts = new TreeMap<>(given.facts);
        facts.put(BASE, checkpoint.numbers());
        return new OpenReference(given.checkpoint, adapter, facts);
    }

    /** What tells it from another; {@code -} if there is none. */
    public String identity() {
        return isNone()
                ? "-"
                : checkpoint.map(c -> c.numbers() + " ").orElse("")
                        + adapter.map(Adapter::sha256).orElse("base");
    }

    private boolean isNone() {
        return facts.isEmpty();
    }

    /**
     * The model beside a trained one.
     *
     * @param student the trained model's form
     * @return the model, to be closed; empty if there is none
     * @throws TrainingException if it cannot read what the trained model reads
     */
    public Optional<ReferenceModel> beside(ModelShape student) {
        return isNone() ? Optional.empty() : Optional.of(model(student));
    }

    private ReferenceModel model(ModelShape student) {
        if (checkpoint.isEmpty()) {
            return adapter.map(a -> ReferenceModel.adapted(student, a)).orElseGet(() -> ReferenceModel.base(student));
        }
        Architecture architecture = Architectures.of(checkpoint.get());
        if (student.maxLength() > architecture.maxPositions()) {
            throw new TrainingException("The longest sequence has " + student.maxLength()
                    + " tokens, but the reference model " + checkpoint.get().place() + " was made for "
                    + architecture.maxPositions() + " (max_position_embeddings); lower maxLength");
        }
        return ReferenceModel.checkpoint(
                student, architecture, adapter, checkpoint.get().weights().source(Storage.AUTO, student.backend()));
    }

    /**
     * Checks that another checkpoint means the same by each token.
     *
     * @param student the directory of the trained model
     * @param reference the directory of the other checkpoint
     * @throws TrainingException naming the first token that differs
     */
    static void requireSameTokens(Path student, Path reference) {
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
