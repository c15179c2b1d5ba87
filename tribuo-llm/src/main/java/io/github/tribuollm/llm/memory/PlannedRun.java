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
package io.github.tribuollm.llm.memory;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.MatrixForm;
import io.github.tribuollm.llm.graphs.AdapterDropout;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run computes: which graphs it opens, and what it is fed beside tokens. One that says nothing more has forward
 * passes only, of one graph.
 */
sealed interface PlannedRun {
    /** The model's form; its micro-batches are the largest. */
    ModelShape shape();

    /** The same run with another form. */
    PlannedRun with(ModelShape form);

    /** The same run with scores of held-out data between its steps. */
    default PlannedRun evaluating() {
        return this;
    }

    /** The graph that runs all the time. */
    Graph.Model main(WeightSource base);

    /** The graphs of forward passes that run while the memory of the main one is held. */
    default List<Graph.Model> beside(WeightSource base) {
        return List.of();
    }

    /** The sessions of forward passes beside the main one that keep memory of their own. */
    default List<Witness> witnesses(WeightSource base) {
        return List.of();
    }

    /**
     * A session that reads along.
     *
     * @param graph its graph
     * @param sizes of its largest run, by symbol
     */
    record Witness(Graph.Model graph, Map<String, Long> sizes) {}

    /** The graphs of forward passes that run before the main one is opened. */
    default List<Graph.Model> before(WeightSource base) {
        return List.of();
    }

    /** The sizes of the largest run, by symbol; empty if data or micro-batches decide them. */
    default Optional<Map<String, Long>> sizes() {
        return Optional.empty();
    }

    /** The micro-batches of a step, M. */
    default long microBatches() {
        return 1;
    }

    /** How many times the bytes of what is trained the host holds: values, gradients, moments. */
    default int copies() {
        return 1;
    }

    /** How many times the bytes of what is trained a device holds: values, gradients. */
    default int copiesOnDevice() {
        return 1;
    }

    /** Whether the sessions of rounded weights lay them out, each for itself. */
    default boolean packs() {
        return false;
    }

    /** The bytes that a run of the main graph is fed beside tokens: dropout masks, keys and values. */
    default long fed() {
        return 0;
    }

    /** The model to compare with. */
    default Optional<ReferenceModel> reference() {
        return Optional.empty();
    }

    /**
     * Whether what other forward passes need comes on top of what the main graph keeps from run to run. Those of decoding
     * are of few rows, for which the memory of one of its passes is enough.
     */
    default boolean keeps() {
        return trains();
    }

    /** Whether there is a backward pass. */
    default boolean trains() {
        return false;
    }

    /**
     * Forward passes over batch after batch.
     *
     * @param measures what is computed
     */
    record Scoring(ModelShape shape, List<TokenMeasure> measures) implements PlannedRun {
        @Override
        public PlannedRun with(ModelShape form) {
            return new Scoring(form, measures);
        }

        @Override
        public Graph.Model main(WeightSource base) {
            return new LanguageModelGraph(shape, base).measuring(measures);
        }

        @Override
        public boolean keeps() {
            return true;
        }
    }

    /**
     * Sequences continued over kept keys and values.
     *
     * @param shape the model's form; its sequences are the rows
     * @param passes what it runs
     */
    record Decoding(ModelShape shape, DecodingPasses passes) implements PlannedRun {
        @Override
        public PlannedRun with(ModelShape form) {
            return new Decoding(form, passes);
        }

        @Override
        public Graph.Model main(WeightSource base) {
            return passes.graph().of(shape, base);
        }

        @Override
        public List<Graph.Model> beside(WeightSource base) {
            return rounds(base) ? List.of() : List.of(main(base).forFewRows());
        }

        private boolean rounds(WeightSource base) {
            return shape.architecture().linearLayers().stream()
                    .anyMatch(layer -> base.form(layer.module() + ".weight") != MatrixForm.FLOATS);
        }

        @Override
        public Optional<Map<String, Long>> sizes() {
            return Optional.of(sizes(Math.min(passes.piece(), shape.maxLength()), 1));
        }

        /** They read a prompt at once. */
        @Override
        public List<Witness> witnesses(WeightSource base) {
            Map<String, Long> sizes = sizes(shape.maxLength(), passes.copies());
            return passes.witnesses().stream()
                    .map(graph -> new Witness(graph.of(shape, base), sizes))
                    .toList();
        }

        /** Of the largest pass over copies of rows: so much of a prompt, or a token of each row. */
        private Map<String, Long> sizes(long piece, long copies) {
            long rows = shape.maxSequences();
            return Map.of("B", copies * (rows > piece ? rows : 1), "T", rows > piece ? 1 : piece, "C", (long)
                    shape.maxLength());
        }

        @Override
        public boolean packs() {
            return true;
        }

        @Override
        public long fed() {
            return shape.maxSequences()
                    * (shape.maxLength() * passes.bytesOfToken()
                            + (long) Float.BYTES * shape.architecture().vocabularySize());
        }
    }

    /**
     * Sequences that are continued by a loop inside one graph.
     *
     * @param shape the model's form; its sequences are the rows that are continued at once
     * @param graph of the loop
     * @param steps the most tokens that follow in a run
     */
    record Looping(ModelShape shape, DecodingPasses.GraphOf graph, int steps) implements PlannedRun {
        @Override
        public PlannedRun with(ModelShape form) {
            return new Looping(form, graph, steps);
        }

        @Override
        public Graph.Model main(WeightSource base) {
            return graph.of(shape, base);
        }

        @Override
        public Optional<Map<String, Long>> sizes() {
            long prompt = Math.max(1, shape.maxLength() - steps);
            return Optional.of(
                    Map.of("B", (long) shape.maxSequences(), "T", prompt, "N", (long) steps, "C", prompt + steps));
        }

        @Override
        public long fed() {
            return (long) Float.BYTES
                    * shape.maxSequences()
                    * steps
                    * shape.architecture().vocabularySize();
        }
    }

    /**
     * Optimiser steps, in the way that {@link StepPlan} decides.
     *
     * @param task what the steps have in common
     * @param batchSize the sequences of a step
     * @param evaluates whether held-out data are scored between steps
     */
    record Training(StepTask task, int batchSize, boolean evaluates) implements PlannedRun {
        @Override
        public ModelShape shape() {
            return task.shape();
        }

        @Override
        public PlannedRun with(ModelShape form) {
            return new Training(task.with(form), batchSize, evaluates);
        }

        @Override
        public PlannedRun evaluating() {
            return new Training(task, batchSize, true);
        }

        private StepPlan plan() {
            return StepPlan.of(task, new StepPlan.Size((int) microBatches(), microBatches() * places()));
        }

        /** Of the largest micro-batch. */
        private long places() {
            return (long) shape().maxSequences() * shape().maxLength();
        }

        @Override
        public Graph.Model main(WeightSource base) {
            return plan().graph(task, base);
        }

        @Override
        public List<Graph.Model> beside(WeightSource base) {
            List<Graph.Model> passes = new ArrayList<>();
            if (plan().scoresFirst(task)) {
                passes.addAll(task.scoring(base));
            }
            if (evaluates) {
                passes.add(new LanguageModelGraph(shape(), base)
                        .measuring(List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.HIT)));
            }
            return passes;
        }

        @Override
        public List<Graph.Model> before(WeightSource base) {
            return task.ranksTheDataSet() ? task.scoring(base) : List.of();
        }

        @Override
        public long microBatches() {
            return (batchSize + shape().maxSequences() - 1) / shape().maxSequences();
        }

        /** Values, gradients, two moments, and the gradients of a further micro-batch. */
        @Override
        public int copies() {
            return microBatches() > 1 ? 5 : 4;
        }

        @Override
        public int copiesOnDevice() {
            return 2;
        }

        @Override
        public long fed() {
            long together = plan() == StepPlan.WHOLE_STEP ? microBatches() : 1;
            return new AdapterDropout(shape()).maskBytes(together * places());
        }

        @Override
        public Optional<ReferenceModel> reference() {
            return task.reference();
        }

        @Override
        public boolean trains() {
            return true;
        }
    }
}
