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
package io.github.tribuollm.llm.uncertainty.dropout;

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.ForwardPass;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Forward passes under dropout, for several samples at once, sample by sample along the leading axis; what comes
 * before the first dropout is computed once for all samples of a batch. States leave the runtime after each of them:
 * on a device they cross the bus, so that {@link DropoutRun} is to be preferred there.
 */
final class DropoutPass implements AutoCloseable {
    private static final String COPIES = "copies";
    private static final Dim COPY = Dim.symbol("C");

    private final DropoutMasks masks;
    private final GraphSession prefix;
    private final GraphSession rest;
    private final ParameterSet adapter;

    /**
     * Loads the graphs of a model.
     *
     * @param layers the model, and where how many elements are dropped
     * @param seed the seed of the masks
     */
    DropoutPass(DropoutLayers layers, long seed) {
        ScoredModel model = layers.model();
        Graph graph = model.backend().graph();
        DropoutLayers.Sample sample = layers.sample(
                graph,
                (name, shape) ->
                        graph.input(name, ElementType.BOOL, shape.dims().toArray(new Dim[0])));
        Graph.Model start = prefix(layers);
        Graph.Model end = rest(graph, start.outputs(), layers, sample.parameters());
        this.masks = new DropoutMasks(sample.masks(), layers.rate(), seed);
        this.prefix = model.backend().open(start, model.weights());
        this.rest = model.backend().open(end, model.weights());
        this.adapter = model.adapterTensors();
    }

    /** From tokens to what the samples start from, once for each index in {@link #COPIES}. */
    private static Graph.Model prefix(DropoutLayers layers) {
        Graph graph = layers.model().backend().graph();
        TokenGrid grid = ForwardPass.grid(graph, layers.model());
        return graph.model(layers.start(grid, graph.input(COPIES, ElementType.INT64, COPY)));
    }

    /** From there to the states of the completion tokens. */
    private static Graph.Model rest(Graph graph, Map<String, Tensor> prefix, DropoutLayers layers, Parameters sample) {
        Tensor positions = graph.input(ForwardPass.POSITIONS, ElementType.INT64, COPY, ForwardPass.TIME);
        Tensor rows = graph.input(ForwardPass.ROWS, ElementType.INT64, Dim.symbol("M"));
        Map<String, Tensor> start = new HashMap<>();
        prefix.forEach((name, tensor) -> start.put(
                name, graph.input(name, ElementType.FLOAT, tensor.shape().dims().toArray(new Dim[0]))));
        return graph.model(Map.of(ForwardPass.STATES, layers.states(start, positions, rows, sample)));
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
