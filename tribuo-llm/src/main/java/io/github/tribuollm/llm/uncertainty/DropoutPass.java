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

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.AttentionWeights;
import io.github.tribuollm.llm.architecture.DecoderLayer;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.training.MicroBatch;
import io.github.tribuollm.llm.training.ParameterSet;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Forward passes under dropout. What comes before the first dropout is computed once for all samples of a batch: the
 * embedding, and where only the architecture's own places drop, also the first layer up to its attention weights. The
 * rest runs for several samples at once, sample by sample along the leading axis.
 */
final class DropoutPass implements AutoCloseable {
    private static final String HIDDEN = "hidden";
    private static final String PROBABILITIES = "probabilities";
    private static final String VALUES = "values";
    private static final String COPIES = "copies";
    private static final Dim COPY = Dim.symbol("C");

    private final ScoredModel model;
    private final DropoutPlaces places;
    private final DropoutMasks masks;
    private final GraphSession prefix;
    private final GraphSession rest;
    private final ParameterSet adapter;

    /**
     * Loads the graphs of a model.
     *
     * @param model the model
     * @param places where elements are dropped
     * @param rate how many, in [0, 1)
     * @param seed the seed of the masks
     */
    DropoutPass(ScoredModel model, DropoutPlaces places, double rate, long seed) {
        this.model = model;
        this.places = places;
        Graph graph = model.backend().graph();
        Sample sample = sample(graph, rate);
        Graph.Model start = prefix();
        Graph.Model end = rest(graph, start.outputs(), sample.parameters);
        this.masks = new DropoutMasks(sample.masks, rate, seed);
        this.prefix = model.backend().open(start, model.weights());
        this.rest = model.backend().open(end, model.weights());
        this.adapter = model.adapterTensors();
    }

    /** Parameters with dropout, and its masks, which fill as the forward pass comes to their places. */
    private record Sample(Parameters parameters, Map<String, Tensor> masks) {}

    private Sample sample(Graph graph, double rate) {
        if (places == DropoutPlaces.LORA) {
            AdaptedParameters sample = model.parametersWithDropout(graph, rate);
            return new Sample(sample, sample.dropoutMasks());
        }
        DropoutParameters sample = new DropoutParameters(graph, model.parameters(graph), places, rate);
        return new Sample(sample, sample.masks());
    }

    private DecoderLayer firstLayer() {
        return model.architecture().layers().get(0);
    }

    /** From tokens to what the samples start from, once for each index in {@link #COPIES}. */
    private Graph.Model prefix() {
        Graph graph = model.backend().graph();
        TokenGrid grid = ForwardPass.grid(graph, model);
        Tensor copies = graph.input(COPIES, ElementType.INT64, COPY);
        Parameters parameters = model.parameters(graph);
        Tensor hidden = model.architecture().embedded(grid, parameters);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Dim width = hidden.shape().dim(1);
        Dim time = grid.tokens().shape().dim(1);
        Tensor documents = hidden.reshape(grid.tokens().shape().dim(0), time, width);
        outputs.put(HIDDEN, documents.gather(copies).reshape(COPY.times(time), width));
        if (places == DropoutPlaces.ARCHITECTURE) {
            AttentionWeights weights =
                    firstLayer().weights(hidden, firstLayer().kind().context(grid), parameters);
            outputs.put(PROBABILITIES, weights.probabilities().gather(copies).toFloat());
            outputs.put(VALUES, weights.values().gather(copies).toFloat());
        }
        return graph.model(outputs);
    }

    /** From there to the states of the candidates. */
    private Graph.Model rest(Graph graph, Map<String, Tensor> prefix, Parameters sample) {
        Tensor positions = graph.input(ForwardPass.POSITIONS, ElementType.INT64, COPY, ForwardPass.TIME);
        Tensor rows = graph.input(ForwardPass.ROWS, ElementType.INT64, Dim.symbol("M"));
        TokenGrid grid = new TokenGrid(positions, positions, Optional.empty(), model.maxLength());
        Map<String, Tensor> start = new HashMap<>();
        prefix.forEach((name, tensor) -> start.put(
                name, graph.input(name, ElementType.FLOAT, tensor.shape().dims().toArray(new Dim[0]))));
        Tensor hidden = start.get(HIDDEN);
        List<DecoderLayer> layers = model.architecture().layers();
        if (start.containsKey(PROBABILITIES)) {
            AttentionWeights weights = new AttentionWeights(
                    start.get(PROBABILITIES).toCompute(), start.get(VALUES).toCompute());
            hidden = firstLayer().resumed(hidden, weights, sample);
            layers = layers.subList(1, layers.size());
        }
        Tensor last = model.architecture().through(layers, hidden, grid, false, sample);
        Tensor states =
                model.architecture().normalised(last.gather(rows), sample).toFloat();
        return graph.model(Map.of(ForwardPass.STATES, states));
    }

    /** Receives the states of some samples. */
    @FunctionalInterface
    interface Consumer {
        /**
         * Takes the states of some samples.
         *
         * @param states [samples*N, D], sample by sample, valid during the call
         * @param samples how many
         */
        void accept(OnnxTensor states, int samples);
    }

    /**
     * Runs samples 0, 1, ... of a batch.
     *
     * @param batch one document a row
     * @param samples how many samples
     * @param atOnce how many of them run together
     * @param consumer receives them in order
     */
    void run(MicroBatch batch, int samples, int atOnce, Consumer consumer) {
        int whole = samples - samples % atOnce;
        run(batch, 0, whole, atOnce, consumer);
        run(batch, whole, samples, samples - whole, consumer);
    }

    private void run(MicroBatch batch, int from, int to, int atOnce, Consumer consumer) {
        if (from == to) {
            return;
        }
        long[] copies = LongStream.range(0, (long) atOnce * batch.sequences())
                .map(i -> i % batch.sequences())
                .toArray();
        try (Feeds tokens = ForwardPass.feeds(batch)
                        .integers(COPIES, copies, copies.length)
                        .tensors(adapter.tensors(name -> name));
                GraphSession.Outputs start = prefix.run(tokens);
                Feeds same = feeds(batch, start, atOnce)) {
            for (int first = from; first < to; first += atOnce) {
                try (Feeds feeds = new Feeds().tensors(same)) {
                    masks.feed(feeds, batch, first, atOnce);
                    try (GraphSession.Outputs outputs = rest.run(feeds)) {
                        consumer.accept(outputs.tensor(ForwardPass.STATES), atOnce);
                    }
                }
            }
        }
    }

    private Feeds feeds(MicroBatch batch, GraphSession.Outputs start, int samples) {
        long places = batch.tokens().length;
        long[] rows = IntStream.range(0, samples)
                .boxed()
                .flatMapToLong(s -> Arrays.stream(batch.rows()).map(row -> s * places + row))
                .toArray();
        long[] positions = IntStream.range(0, samples)
                .boxed()
                .flatMapToLong(s -> Arrays.stream(batch.positions()))
                .toArray();
        Feeds feeds = new Feeds()
                .integers(ForwardPass.POSITIONS, positions, (long) samples * batch.sequences(), batch.length())
                .integers(ForwardPass.ROWS, rows, rows.length)
                .tensors(adapter.tensors(name -> name));
        start.names().forEach(name -> feeds.tensor(name, start.tensor(name)));
        return feeds;
    }

    @Override
    public void close() {
        prefix.close();
        rest.close();
        adapter.close();
    }
}
