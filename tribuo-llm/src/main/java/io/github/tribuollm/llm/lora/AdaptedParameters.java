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
package io.github.tribuollm.llm.lora;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Parameters;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Base weights with low-rank adapters (Hu et al., "LoRA"): y = x W^T + scale (x A^T) B^T on the adapted layers. A and
 * B are inputs of the graph, so one session serves every adapter of a shape.
 */
public final class AdaptedParameters implements Parameters {
    /** What follows a module's path in the name of its dropout mask. */
    public static final String MASK = ".dropout";

    private final Graph graph;
    private final Parameters base;
    private final String prefix;
    private final Set<String> modules;
    private final int rank;
    private final float scale;
    private final float dropout;
    private final Optional<Masks> masks;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> dropoutMasks = new LinkedHashMap<>();

    /** Where dropout masks come from. */
    @FunctionalInterface
    public interface Masks {
        /** The most bytes of masks that a run is fed for several micro-batches or samples together. */
        long MOST_BYTES = 1L << 30;

        /**
         * The mask of a layer's input.
         *
         * @param name the mask's name
         * @param shape its shape, that of the input
         * @return truth values, true where an element is kept
         */
        Tensor of(String name, Shape shape);
    }

    /**
     * Adapters on some layers of a base.
     *
     * @param graph the graph
     * @param base the base's parameters
     * @param prefix put before the names of A, B and masks, to tell several adapters of a graph apart
     * @param modules the paths of the adapted layers
     * @param config rank, alpha and dropout
     * @param masks where dropout masks come from; empty where dropout does not act
     */
    public AdaptedParameters(
            Graph graph,
            Parameters base,
            String prefix,
            Set<String> modules,
            LoraConfig config,
            Optional<Masks> masks) {
        this.graph = graph;
        this.base = base;
        this.prefix = prefix;
        this.modules = modules;
        this.rank = config.rank();
        this.scale = (float) config.scale();
        this.dropout = (float) config.dropout();
        this.masks = masks.filter(m -> dropout > 0);
    }

    @Override
    public Tensor weight(String name, long... sizes) {
        return base.weight(name, sizes);
    }

    @Override
    public Tensor linear(String module, Tensor x, long out, boolean bias) {
        Tensor y = base.linear(module, x, out, bias);
        if (!modules.contains(module)) {
            return y;
        }
        Tensor a = input(module + ".lora_A.weight", rank, x.shape().dim(1).factor());
        Tensor b = input(module + ".lora_B.weight", out, rank);
        return y.addLinear(dropped(module, x).linear(a), b, scale);
    }

    private Tensor input(String name, long rows, long columns) {
        return inputs.computeIfAbsent(
                name, n -> graph.sharedInput(prefix + n, ElementType.FLOAT, Dim.of(rows), Dim.of(columns)));
    }

    /** Inverted dropout: kept elements are scaled by 1 / (1 - rate). */
    private Tensor dropped(String module, Tensor x) {
        if (masks.isEmpty()) {
            return x;
        }
        Tensor kept = dropoutMasks.computeIfAbsent(module, m -> masks.get().of(prefix + m + MASK, x.shape()));
        return x.toFloat().mul(1 / (1 - dropout)).where(kept, 0).toCompute();
    }

    /** {@return every A and B, by name without the prefix, in forward order} */
    public Map<String, Tensor> inputs() {
        return Collections.unmodifiableMap(inputs);
    }

    /** {@return the dropout masks, true where an element is kept, by module} */
    public Map<String, Tensor> dropoutMasks() {
        return Collections.unmodifiableMap(dropoutMasks);
    }
}
