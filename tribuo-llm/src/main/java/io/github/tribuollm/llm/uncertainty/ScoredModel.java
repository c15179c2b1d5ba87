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
package io.github.tribuollm.llm.uncertainty;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.BaseParameters;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.util.Map;
import java.util.Optional;

/**
 * A frozen base with an adapter or without, ready for forward passes.
 *
 * @param base the base, open as long as any pass of it
 * @param architecture the base's
 * @param weights the base's
 * @param adapter the adapter
 * @param maxLength the longest sequence, in tokens
 * @param backend where and in which precision its graphs run
 */
public record ScoredModel(
        Checkpoint base,
        Architecture architecture,
        WeightSource weights,
        Optional<Adapter> adapter,
        int maxLength,
        Backend backend) {
    /**
     * A base with an adapter or without, on the CPU in float32.
     *
     * @param base the base
     * @param adapter the adapter
     * @param maxLength the longest sequence, in tokens
     * @return the model
     * @throws IllegalArgumentException if the adapter does not fit the base, or sequences are longer than it allows
     */
    public static ScoredModel of(Checkpoint base, Optional<Adapter> adapter, int maxLength) {
        return of(base, Storage.FLOAT32, adapter, maxLength);
    }

    /**
     * A base with an adapter or without, on the CPU in float32.
     *
     * @param base the base
     * @param storage how its weights are held, {@link Storage#FLOAT32} or {@link Storage#STORED}
     * @param adapter the adapter
     * @param maxLength the longest sequence, in tokens
     * @return the model
     * @throws IllegalArgumentException if the adapter does not fit the base, or sequences are longer than it allows
     */
    public static ScoredModel of(Checkpoint base, Storage storage, Optional<Adapter> adapter, int maxLength) {
        Architecture architecture = Architectures.of(base);
        if (maxLength > architecture.maxPositions()) {
            throw new IllegalArgumentException("The longest sequence has " + maxLength + " tokens, but "
                    + base.directory() + " was made for " + architecture.maxPositions() + "; truncate to that");
        }
        WeightSource weights = base.weights().source(storage);
        return new ScoredModel(base, architecture, weights, Optional.empty(), maxLength, Backend.cpu()).with(adapter);
    }

    /**
     * The same base with another adapter.
     *
     * @param other the adapter; empty for the base alone
     * @return the model
     * @throws IllegalArgumentException if the adapter does not fit the base
     */
    public ScoredModel with(Optional<Adapter> other) {
        other.ifPresent(a -> LoraTargets.requireFit(architecture, a));
        return new ScoredModel(base, architecture, weights, other, maxLength, backend);
    }

    /**
     * The same model elsewhere.
     *
     * @param other where and in which precision its graphs run
     * @return the model
     */
    public ScoredModel on(Backend other) {
        WeightSource own = other.onDevice() || other.computeType() != backend.computeType()
                ? base.weights().source(Storage.FLOAT32, other.computeType())
                : weights;
        return new ScoredModel(base, architecture, own, adapter, maxLength, other);
    }

    /**
     * Checks that an adapter was trained on the base.
     *
     * @param other an adapter
     * @return the same adapter
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if it was trained on another checkpoint
     */
    Adapter checked(Adapter other) {
        other.requireBase(base.identity());
        return other;
    }

    /** The base's own parameters. */
    public Parameters frozen(Graph graph) {
        return new BaseParameters(graph, weights, "");
    }

    /** The parameters as a graph sees them, the adapter's being inputs. */
    public Parameters parameters(Graph graph) {
        return adapter.<Parameters>map(a -> adapted(graph, a, a.config(), Optional.empty()))
                .orElseGet(() -> frozen(graph));
    }

    /** The parameters with dropout of the inputs of A. */
    public AdaptedParameters parametersWithDropout(Graph graph, double rate, AdaptedParameters.Masks masks) {
        Adapter dropped = adapter.orElseThrow(() -> new IllegalArgumentException("LoRA dropout needs an adapter, but "
                + base.directory() + " has none; choose other places for dropout"));
        LoraConfig form = dropped.config();
        LoraConfig config = new LoraConfig(form.rank(), form.alpha(), rate, form.targetModules());
        return adapted(graph, dropped, config, Optional.of(masks));
    }

    private AdaptedParameters adapted(
            Graph graph, Adapter adapter, LoraConfig config, Optional<AdaptedParameters.Masks> masks) {
        return new AdaptedParameters(graph, frozen(graph), "", adapter.modules().keySet(), config, masks);
    }

    /** The adapter's A and B, to be fed. */
    public ParameterSet adapterTensors() {
        return adapter.map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of()));
    }
}
