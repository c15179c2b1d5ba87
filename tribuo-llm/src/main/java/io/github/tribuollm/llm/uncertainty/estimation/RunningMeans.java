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
package io.github.tribuollm.llm.uncertainty.estimation;

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.OutputLayer;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.PredictionMeans;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The means of the predictions of several samples, taken in the runtime: the output layer runs on the completion
 * tokens, a chunk of rows at a time, and moves means that lie in memory which the graph reads and writes in place.
 * Memory is that of the means, [N, V], whatever the number of samples; the next batch uses it again. Samples count one
 * after another, so the result does not depend on how many come at once.
 */
public final class RunningMeans implements AutoCloseable {
    /** 8 MB of logits in float32: what a chunk computes stays in the processor's cache. */
    private static final int CHUNK_LOGITS = 1 << 21;

    private static final String STATES = "states";
    private static final String ROWS = "rows";
    private static final String WEIGHTS = "weights";
    private static final String PROBABILITIES = "probabilities";
    private static final String ENTROPY = "entropy";
    private static final String LOG_PROBABILITIES = "log_probabilities";

    private final ScoredModel model;
    private final boolean pairwise;
    private final int vocabulary;
    private final int chunkRows;
    private final Map<Integer, GraphSession> updates = new HashMap<>();
    private final GraphSession measures;
    private final Map<String, FloatBuffer> memory = new HashMap<>();
    private final List<Chunk> chunks = new ArrayList<>();
    private int completionTokens;
    private int counted;

    /** The means of consecutive completion tokens, views of the memory of all. */
    private record Chunk(int first, int rows, Feeds means) {}

    /**
     * Loads what does not depend on the number of samples.
     *
     * @param model whose output layer is used; its adapter's values do not matter here, only its form
     * @param pairwise whether {@link PredictionMeans#PAIRWISE} is measured too
     */
    public RunningMeans(ScoredModel model, boolean pairwise) {
        this.model = model;
        this.pairwise = pairwise;
        this.vocabulary = model.architecture().vocabularySize();
        this.chunkRows = (int) ModelShape.chunkRows(CHUNK_LOGITS, vocabulary);
        Graph graph = new Graph();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        means(graph).measures().forEach((measure, tensor) -> outputs.put(measure.label(), tensor));
        this.measures = GraphSession.open(graph.model(outputs));
    }

    /**
     * The means of the members of an ensemble, with all measures.
     *
     * @param model the model on whose base they are
     * @param adapters the members
     * @throws IllegalArgumentException if the members change the output layer in different ways
     */
    public static RunningMeans ofMembers(ScoredModel model, List<Adapter> adapters) {
        return new RunningMeans(outputLayer(model, adapters), true);
    }

    /** The model whose output layer all members have: the base's, or one of the form that all of them share. */
    private static ScoredModel outputLayer(ScoredModel model, List<Adapter> adapters) {
        Architecture architecture = model.architecture();
        AdapterForm first = adapters.get(0).form();
        boolean changed = adapters.stream()
                .anyMatch(adapter ->
                        adapter.form().changesHead(architecture.outputLayer().module(), architecture.tiedHead()));
        if (changed && adapters.stream().anyMatch(adapter -> !adapter.form().equals(first))) {
            throw new IllegalArgumentException("The members of the ensemble change the output layer in different"
                    + " ways; take members of one form, or merge each and compare the checkpoints");
        }
        return model.with(changed ? Optional.of(adapters.get(0)) : Optional.empty());
    }

    private PredictionMeans means(Graph graph) {
        Dim rows = Dim.symbol("R");
        Dim tokens = Dim.of(vocabulary);
        return new PredictionMeans(
                graph.input(PROBABILITIES, ElementType.FLOAT, rows, tokens),
                graph.input(ENTROPY, ElementType.FLOAT, rows),
                pairwise
                        ? Optional.of(graph.input(LOG_PROBABILITIES, ElementType.FLOAT, rows, tokens))
                        : Optional.empty());
    }

    /** Moves the means by so many samples, one after another. */
    private GraphSession update(int samples) {
        Graph graph = model.backend().graph();
        PredictionMeans means = means(graph);
        Dim chunk = means.entropy().shape().dim(0);
        Tensor states = graph.input(
                        STATES,
                        ElementType.FLOAT,
                        Dim.symbol("M"),
                        Dim.of(model.architecture().hiddenSize()))
                .toCompute();
        Tensor rows = graph.input(ROWS, ElementType.INT64, Dim.of(samples), chunk);
        Tensor weights = graph.input(WEIGHTS, ElementType.FLOAT, Dim.of(samples));
        OutputLayer layer = OutputLayer.of(model.architecture(), model.parameters(graph));
        for (int s = 0; s < samples; s++) {
            Tensor own = states.gather(rows.slice(0, s, s + 1).reshape(chunk));
            TokenDistribution prediction = layer.widenedFor(states).predictions(own);
            means = means.with(prediction.probabilities(), weights.slice(0, s, s + 1));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(PROBABILITIES, means.probabilities());
        outputs.put(ENTROPY, means.entropy());
        means.logProbabilities().ifPresent(mean -> outputs.put(LOG_PROBABILITIES, mean));
        return model.backend().open(graph.model(outputs), model.weights());
    }

    /**
     * Begins the means of a batch.
     *
     * @param rows N, the number of completion tokens
     */
    public void start(int rows) {
        closeChunks();
        completionTokens = rows;
        counted = 0;
        FloatBuffer probabilities = zeros(PROBABILITIES, (long) rows * vocabulary);
        FloatBuffer entropy = zeros(ENTROPY, rows);
        Optional<FloatBuffer> logs =
                pairwise ? Optional.of(zeros(LOG_PROBABILITIES, (long) rows * vocabulary)) : Optional.empty();
        for (int first = 0; first < rows; first += chunkRows) {
            int size = Math.min(chunkRows, rows - first);
            Feeds means = new Feeds()
                    .floats(PROBABILITIES, part(probabilities, first, size, vocabulary), size, vocabulary)
                    .floats(ENTROPY, part(entropy, first, size, 1), size);
            int start = first;
            logs.ifPresent(
                    all -> means.floats(LOG_PROBABILITIES, part(all, start, size, vocabulary), size, vocabulary));
            chunks.add(new Chunk(first, size, means));
        }
    }

    private static FloatBuffer part(FloatBuffer rows, int first, int size, int width) {
        return rows.slice(first * width, size * width);
    }

    /** Memory that the batch before has used, or more. */
    private FloatBuffer zeros(String name, long size) {
        FloatBuffer buffer = memory.get(name);
        if (buffer == null || buffer.capacity() < size) {
            buffer = Feeds.direct(Float.BYTES * size).asFloatBuffer();
            memory.put(name, buffer);
            return buffer;
        }
        float[] zeros = new float[(int) Math.min(size, vocabulary)];
        for (buffer.clear(); buffer.position() < size; ) {
            buffer.put(zeros, 0, (int) Math.min(zeros.length, size - buffer.position()));
        }
        return buffer.clear();
    }

    /**
     * Counts some samples.
     *
     * @param states what enters the output layer, [samples*N, D], sample by sample
     * @param samples how many
     * @param adapter of the model's form, which may change the output layer
     */
    public void add(OnnxTensor states, int samples, ParameterSet adapter) {
        GraphSession update = updates.computeIfAbsent(samples, this::update);
        float[] weights = new float[samples];
        for (int s = 0; s < samples; s++) {
            weights[s] = 1f / ++counted;
        }
        for (Chunk chunk : chunks) {
            long[] rows = LongStream.range(0, (long) samples * chunk.rows)
                    .map(i -> i / chunk.rows * completionTokens + chunk.first + i % chunk.rows)
                    .toArray();
            Map<String, OnnxTensor> pinned = new HashMap<>();
            update.model().outputs().keySet().forEach(name -> pinned.put(name, chunk.means.tensor(name)));
            try (Feeds feeds = new Feeds()
                    .tensor(STATES, states)
                    .integers(ROWS, rows, samples, chunk.rows)
                    .floats(WEIGHTS, weights, samples)
                    .tensors(adapter.tensors(name -> name))
                    .tensors(chunk.means)) {
                update.run(feeds, pinned).close();
            }
        }
    }

    /**
     * The measures of the samples so far.
     *
     * @return for each measure a number for each completion token, [N]
     */
    public Map<Measure, float[]> measures() {
        Map<Measure, float[]> all = new EnumMap<>(Measure.class);
        for (Chunk chunk : chunks) {
            try (GraphSession.Outputs outputs = measures.run(chunk.means)) {
                for (String name : measures.model().outputs().keySet()) {
                    float[] values = all.computeIfAbsent(
                            Measure.named(name).orElseThrow(), measure -> new float[completionTokens]);
                    System.arraycopy(outputs.floats(name), 0, values, chunk.first, chunk.rows);
                }
            }
        }
        return all;
    }

    private void closeChunks() {
        chunks.forEach(chunk -> chunk.means.close());
        chunks.clear();
    }

    @Override
    public void close() {
        closeChunks();
        updates.values().forEach(GraphSession::close);
        measures.close();
    }
}
