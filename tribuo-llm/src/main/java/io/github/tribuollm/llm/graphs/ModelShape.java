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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.BaseParameters;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TrainedParameters;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that decides the form of a model's graphs.
 *
 * @param architecture the architecture
 * @param adapter the adapter's form, which is that of none for the base alone; empty if every parameter is trained
 * @param maxLength the longest sequence, in tokens
 * @param maxSequences the most sequences of that length in a micro-batch
 * @param recompute whether the layers' activations are computed again in the backward pass
 * @param packed whether a row of a micro-batch may hold several sequences
 * @param chunkLogits how many logits a chunk of the output layer's rows may have
 * @param backend where and in which precision the graphs run
 */
public record ModelShape(
        Architecture architecture,
        Optional<AdapterForm> adapter,
        int maxLength,
        int maxSequences,
        boolean recompute,
        boolean packed,
        long chunkLogits,
        Backend backend) {
    /** The usual size of a chunk: 128 MB of logits in float32. */
    public static final long CHUNK_LOGITS = 1L << 25;

    /**
     * A form with chunks of the usual size, on the CPU in float32.
     *
     * @param architecture the architecture
     * @param adapter the adapter's form; empty if every parameter is trained
     * @param maxLength the longest sequence, in tokens
     * @param maxSequences the most sequences in a micro-batch
     * @param recompute whether the layers' activations are computed again in the backward pass
     */
    public ModelShape(
            Architecture architecture,
            Optional<AdapterForm> adapter,
            int maxLength,
            int maxSequences,
            boolean recompute) {
        this(architecture, adapter, maxLength, maxSequences, recompute, false, CHUNK_LOGITS, Backend.cpu());
    }

    /**
     * A frozen base, with an adapter or without, on the CPU in float32.
     *
     * @param architecture the architecture
     * @param adapter the adapter
     * @param maxLength the longest sequence, in tokens
     * @param maxSequences the most sequences in a micro-batch
     * @return the form
     */
    public static ModelShape of(Architecture architecture, Optional<Adapter> adapter, int maxLength, int maxSequences) {
        return new ModelShape(
                architecture,
                Optional.of(adapter.map(Adapter::form).orElseGet(AdapterForm::none)),
                maxLength,
                maxSequences,
                false);
    }

    /**
     * The same form for micro-batches whose rows may hold several sequences.
     *
     * @return a form whose graphs read which sequence a token belongs to
     */
    public ModelShape packing() {
        return new ModelShape(architecture, adapter, maxLength, maxSequences, recompute, true, chunkLogits, backend);
    }

    /**
     * The same form elsewhere.
     *
     * @param other where and in which precision the graphs run
     * @return the form
     */
    public ModelShape on(Backend other) {
        return new ModelShape(architecture, adapter, maxLength, maxSequences, recompute, packed, chunkLogits, other);
    }

    /** The form of a frozen model, with an adapter or without, that reads the same batches. */
    public ModelShape ofFrozen(Architecture other, Optional<Adapter> frozen) {
        return new ModelShape(
                other,
                Optional.of(frozen.map(Adapter::form).orElseGet(AdapterForm::none)),
                maxLength,
                maxSequences,
                recompute,
                packed,
                chunkLogits,
                backend);
    }

    /** The same form for other micro-batches. */
    public ModelShape with(int sequences, int length, boolean again) {
        return new ModelShape(architecture, adapter, length, sequences, again, packed, chunkLogits, backend);
    }

    /**
     * The parameters of one forward pass.
     *
     * @param parameters where the pass gets them
     * @param trained those that are fed, by name
     * @param trainsHead whether the output layer's matrix is among them or derived from them
     */
    record Bound(Parameters parameters, Map<String, Tensor> trained, boolean trainsHead) {}

    /** {@return the linear layers that have an adapter, in forward order} */
    Stream<LinearLayer> adapted() {
        Set<String> modules = adapter.map(form -> form.modules().keySet()).orElse(Set.of());
        return architecture.linearLayers().stream().filter(layer -> modules.contains(layer.module()));
    }

    /** {@return the shapes of what is trained, by name: of the adapter's tensors, or of all parameters} */
    public Map<String, long[]> trained() {
        return adapter.map(this::trained).orElseGet(architecture::shapes);
    }

    private Map<String, long[]> trained(AdapterForm form) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Stream.of(Stream.of(architecture.embedding()), adapted(), Stream.of(architecture.outputLayer()))
                .flatMap(layers -> layers)
                .filter(layer -> form.modules().containsKey(layer.module()))
                .forEach(layer -> shapes.putAll(form.shapes(layer.module())));
        shapes.putAll(form.replacedShapes());
        return shapes;
    }

    /** The most completion tokens that a micro-batch may hold. */
    private long maxRows() {
        return (long) maxSequences * (maxLength - 1);
    }

    /** The rows of a chunk of the output layer. */
    long chunkRows() {
        return chunkRows(chunkLogits, architecture.vocabularySize());
    }

    /**
     * How many rows the output layer takes at a time.
     *
     * @param logits how many logits a chunk may have
     * @param vocabulary V, the logits of a row
     * @return as many as fit, at least 16
     */
    public static long chunkRows(long logits, int vocabulary) {
        return Math.max(16, logits / vocabulary);
    }

    /** The chunks that the most completion tokens need. */
    public int chunks() {
        return (int) Math.max(1, (maxRows() + chunkRows() - 1) / chunkRows());
    }

    /** How the output layer's rows are cut. */
    RowChunks rowChunks() {
        return new RowChunks(chunks(), chunkRows());
    }

    /** Whether the logits of all chunks may be kept from scoring to the backward pass. */
    boolean keepsLogits() {
        return maxRows() * architecture.vocabularySize() <= 4 * chunkLogits;
    }

    /** The parameters of a forward pass without dropout. */
    public Parameters parameters(Graph graph, WeightSource weights) {
        return bind(graph, weights, "", "", Optional.empty()).parameters();
    }

    /**
     * The parameters of a forward pass.
     *
     * @param graph the graph
     * @param weights tells the element types of the base's weights
     * @param basePrefix tells several bases of one graph apart
     * @param prefix tells several adapters of one graph apart
     * @param masks where the dropout masks of a training come from, which reads the base as {@link
     *     BaseParameters#training} gives it; empty where nothing is trained
     * @return the parameters; the map fills as the forward pass asks for them
     */
    Bound bind(
            Graph graph,
            WeightSource weights,
            String basePrefix,
            String prefix,
            Optional<AdaptedParameters.Masks> masks) {
        if (adapter.isEmpty()) {
            TrainedParameters trained = new TrainedParameters(graph);
            return new Bound(trained, trained.inputs(), true);
        }
        AdapterForm form = adapter.get();
        BaseParameters base = new BaseParameters(graph, weights, basePrefix);
        AdaptedParameters adapted =
                new AdaptedParameters(graph, masks.isPresent() ? base.training() : base, prefix, form, masks);
        boolean trainsHead = form.changesHead(architecture.outputLayer().module(), architecture.tiedHead());
        return new Bound(adapted, adapted.inputs(), trainsHead);
    }
}
