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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.BaseParameters;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A frozen base with an adapter or without, ready for forward passes.
 *
 * @param base the base, open as long as any pass of it
 * @param adapter the adapter
 * @param storage how the base's weights are held for graphs that compute in float32 on the processor
 * @param shape the model's form, with the largest batch that it reads, and where and in which precision it runs
 */
public record ScoredModel(Checkpoint base, Optional<Adapter> adapter, Storage storage, ModelShape shape) {
    /** Takes weights that were rounded when they were written as they are, see {@link Weights#held}. */
    public ScoredModel {
        storage = base.weights().held(storage);
    }

    /**
     * A base with an adapter or without, on the CPU in float32, for batches of one sequence.
     *
     * @param base the base
     * @param adapter the adapter
     * @param maxLength the longest sequence, in tokens
     * @return the model
     * @throws IllegalArgumentException if sequences are longer than the base allows
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the adapter does not fit the base
     */
    public static ScoredModel of(Checkpoint base, Optional<Adapter> adapter, int maxLength) {
        Architecture architecture = Architectures.of(base);
        if (maxLength > architecture.maxPositions()) {
            throw new IllegalArgumentException("The longest sequence has " + maxLength + " tokens, but " + base.place()
                    + " was made for " + architecture.maxPositions() + "; truncate to that");
        }
        adapter.ifPresent(a -> LoraTargets.requireFit(architecture, a));
        return new ScoredModel(base, adapter, Storage.AUTO, ModelShape.of(architecture, adapter, maxLength, 1));
    }

    /** The length that a model must allow to score some sequences, in tokens. */
    public static int longest(List<TokenSequence> data) {
        return data.stream().mapToInt(TokenSequence::length).max().orElse(2);
    }

    /**
     * The same base with another adapter.
     *
     * @param other the adapter; empty for the base alone
     * @return the model
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the adapter does not fit the base
     */
    public ScoredModel with(Optional<Adapter> other) {
        other.ifPresent(a -> LoraTargets.requireFit(architecture(), a));
        return new ScoredModel(base, other, storage, shape.ofFrozen(architecture(), other));
    }

    /**
     * The same model elsewhere.
     *
     * @param other where and in which precision its graphs run
     * @return the model
     */
    public ScoredModel on(Backend other) {
        return new ScoredModel(base, adapter, storage, shape.on(other));
    }

    /**
     * The same model with weights that are held otherwise.
     *
     * @param other how; {@link Storage#AUTO} for float32, unless the memory that is available decides, see
     *     {@link TokenScorer#of}
     */
    public ScoredModel stored(Storage other) {
        return new ScoredModel(base, adapter, other, shape);
    }

    /** The same model for batches of so many sequences. */
    public ScoredModel inBatchesOf(int sequences) {
        return new ScoredModel(base, adapter, storage, shape.with(sequences, maxLength(), shape.recompute()));
    }

    /** The base's architecture. */
    public Architecture architecture() {
        return shape.architecture();
    }

    /** The longest sequence, in tokens. */
    public int maxLength() {
        return shape.maxLength();
    }

    /** Where and in which precision its graphs run. */
    public Backend backend() {
        return shape.backend();
    }

    /** The base's weights. */
    public WeightSource weights() {
        return base.weights().source(storage, backend());
    }

    /** The base's own parameters. */
    public Parameters frozen(Graph graph) {
        return new BaseParameters(graph, weights(), "");
    }

    /** The parameters as a graph sees them, the adapter's being inputs. */
    public Parameters parameters(Graph graph) {
        return adapter.<Parameters>map(a -> adapted(graph, a.form(), Optional.empty()))
                .orElseGet(() -> frozen(graph));
    }

    /** The parameters with dropout of the inputs of A. */
    public AdaptedParameters parametersWithDropout(Graph graph, double rate, AdaptedParameters.Masks masks) {
        Adapter dropped = adapter.orElseThrow(() -> new IllegalArgumentException(
                "LoRA dropout needs an adapter, but " + base.place() + " has none; choose other places for dropout"));
        LoraTargets.requireDroppable(architecture(), dropped.form().withDropout(rate));
        return adapted(graph, dropped.form().withDropout(rate), Optional.of(masks));
    }

    private AdaptedParameters adapted(Graph graph, AdapterForm form, Optional<AdaptedParameters.Masks> masks) {
        return new AdaptedParameters(graph, frozen(graph), "", form, masks);
    }

    /** The adapter's tensors, to be fed; to be closed. */
    public ParameterSet adapterTensors() {
        return adapter.map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of()));
    }
}
