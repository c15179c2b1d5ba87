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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Loop;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.OutputLayer;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.ForwardPass;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.PredictionMeans;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Monte Carlo dropout of a batch in one run of one graph, for a device: a loop over groups of samples computes the
 * states of the completion tokens, which stay there; another, over chunks of completion tokens, runs the output layer
 * sample after sample and moves the means; only the measures leave. All masks are fed before the run, so this is for
 * batches whose masks {@linkplain #fits fit}.
 */
public final class DropoutRun implements AutoCloseable {
    private static final String COPIES = "copies";
    private static final String GROUPS = "groups";
    private static final String CHUNKS = "chunks";
    private static final String SAMPLES = "samples";
    private static final String WEIGHTS = "weights";
    private static final Dim COMPLETION_TOKENS = Dim.symbol("N");
    private static final Dim GROUP = Dim.symbol("G");

    private final DropoutLayers layers;
    private final int samples;
    private final int atOnce;
    private final int vocabulary;
    private final int chunkRows;
    private final DropoutMasks masks;
    private final GraphSession session;
    private final ParameterSet adapter;

    /**
     * Loads the graph of a model.
     *
     * @param layers the model, and where how many elements are dropped
     * @param seed the seed of the masks
     * @param samples how many samples
     * @param atOnce how many of them may run together
     * @param pairwise whether {@link PredictionMeans#PAIRWISE} is measured too
     */
    public DropoutRun(DropoutLayers layers, long seed, int samples, int atOnce, boolean pairwise) {
        ScoredModel model = layers.model();
        this.layers = layers;
        this.samples = samples;
        this.atOnce = largestDivisor(samples, atOnce);
        this.vocabulary = model.architecture().vocabularySize();
        this.chunkRows = (int) ModelShape.chunkRows(ModelShape.CHUNK_LOGITS, vocabulary);
        Graph graph = model.backend().graph();
        Map<String, Tensor> sources = new LinkedHashMap<>();
        Tensor states = states(graph, sources);
        this.masks = new DropoutMasks(sources, layers.rate(), seed);
        this.session = model.backend().open(graph.model(measures(states, pairwise)), model.weights());
        this.adapter = model.adapterTensors();
    }

    private static int largestDivisor(int number, int most) {
        return IntStream.rangeClosed(1, Math.min(number, most))
                .filter(i -> number % i == 0)
                .max()
                .orElseThrow();
    }

    /** The states of all samples, [samples, N, D]; fills the inputs of masks by place. */
    private Tensor states(Graph graph, Map<String, Tensor> masks) {
        TokenGrid grid = ForwardPass.grid(graph, layers.model());
        Dim documents = grid.tokens().shape().dim(0);
        Tensor copies = graph.input(COPIES, ElementType.INT64, Dim.of(atOnce), documents)
                .reshape(documents.times(atOnce));
        Tensor rows = graph.input(ForwardPass.ROWS, ElementType.INT64, Dim.of(atOnce), COMPLETION_TOKENS)
                .reshape(COMPLETION_TOKENS.times(atOnce));
        Tensor positions = grid.positions().gather(copies);
        Map<String, Tensor> start = layers.start(grid, copies);
        Tensor groups = graph.input(GROUPS, ElementType.INT64, GROUP, Dim.of(4));
        Tensor stacked = graph.loop(groups, List.of(), (group, none) -> {
                    DropoutLayers.Sample sample =
                            layers.sample(graph, (name, shape) -> mask(graph, name, shape, group));
                    Tensor states = layers.states(start, positions, rows, sample.parameters());
                    sample.masks().keySet().forEach(place -> masks.put(place, source(graph, place)));
                    return new Loop.Values(List.of(), List.of(states));
                })
                .stacked()
                .get(0);
        return stacked.reshape(
                GROUP.times(atOnce), COMPLETION_TOKENS, stacked.shape().dim(-1));
    }

    /** A group's part of a mask of all groups: [C, KV, H/KV*T, T] of attention weights, [C*T, width] of vectors. */
    private static Tensor mask(Graph graph, String name, Shape shape, List<Tensor> group) {
        Dim all = shape.dim(0).times(GROUP);
        int field = shape.rank() == 4 ? 0 : 2;
        return graph.sharedInput(
                        name, ElementType.BOOL, shape.with(0, all).dims().toArray(new Dim[0]))
                .slice(0, group.get(field), group.get(field + 1), shape.dim(0));
    }

    private static Tensor source(Graph graph, String place) {
        return graph.inputs().get(place + AdaptedParameters.MASK);
    }

    /** The measures of all completion tokens, by label. */
    private Map<String, Tensor> measures(Tensor states, boolean pairwise) {
        Graph graph = states.graph();
        Tensor flat = states.reshape(
                states.shape().dim(0).times(COMPLETION_TOKENS), states.shape().dim(-1));
        OutputLayer layer = OutputLayer.of(
                        layers.model().architecture(), layers.model().parameters(graph))
                .widenedFor(flat.toCompute());
        Tensor samplesTable = graph.input(SAMPLES, ElementType.INT64, Dim.symbol("S"), Dim.of(2));
        Tensor weights = graph.input(WEIGHTS, ElementType.FLOAT, Dim.symbol("S"));
        Tensor chunks = graph.input(CHUNKS, ElementType.INT64, Dim.symbol("K"), Dim.of(3));
        Set<Measure> pairs = pairwise ? PredictionMeans.PAIRWISE : Set.of();
        List<Measure> names = Stream.concat(PredictionMeans.DECOMPOSITION.stream(), pairs.stream())
                .sorted()
                .toList();
        List<Loop.Carried> none = names.stream()
                .map(name -> Loop.Carried.resized(graph.constant(new float[0], 0), 0, COMPLETION_TOKENS))
                .toList();
        List<Tensor> joined = graph.loop(chunks, none, (chunk, before) -> {
                    Dim rows = graph.dim("R", chunk.get(2));
                    Tensor own = states.slice(1, chunk.get(0), chunk.get(1), rows);
                    Map<Measure, Tensor> found =
                            means(own, layer, samplesTable, weights, pairwise).measures();
                    return new Loop.Values(
                            IntStream.range(0, names.size())
                                    .mapToObj(i -> before.get(i).concat(0, found.get(names.get(i))))
                                    .toList(),
                            List.of());
                })
                .carried();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            outputs.put(names.get(i).label(), joined.get(i).renamed(Shape.of(COMPLETION_TOKENS)));
        }
        return outputs;
    }

    /** The means of the predictions from states [samples, R, D]. */
    private PredictionMeans means(Tensor states, OutputLayer layer, Tensor table, Tensor weights, boolean pairwise) {
        Graph graph = states.graph();
        Dim rows = states.shape().dim(1);
        Tensor zeros = graph.constant(0f).expand(Shape.of(rows, Dim.of(vocabulary)));
        List<Loop.Carried> start = new ArrayList<>();
        start.add(Loop.Carried.of(zeros));
        start.add(Loop.Carried.of(graph.constant(0f).expand(Shape.of(rows))));
        if (pairwise) {
            start.add(Loop.Carried.of(zeros));
        }
        List<Tensor> ends = graph.loop(table, start, (sample, before) -> {
                    Tensor own = states.slice(0, sample.get(0), sample.get(1), Dim.ONE)
                            .reshape(rows, states.shape().dim(-1));
                    TokenDistribution prediction = layer.predictions(own.toCompute());
                    Tensor weight = weights.slice(0, sample.get(0), sample.get(1), Dim.ONE);
                    return new Loop.Values(tensors(means(before).with(prediction.probabilities(), weight)), List.of());
                })
                .carried();
        return means(ends);
    }

    private static PredictionMeans means(List<Tensor> means) {
        return new PredictionMeans(
                means.get(0), means.get(1), means.stream().skip(2).findFirst());
    }

    private static List<Tensor> tensors(PredictionMeans means) {
        List<Tensor> tensors = new ArrayList<>(List.of(means.probabilities(), means.entropy()));
        means.logProbabilities().ifPresent(tensors::add);
        return tensors;
    }

    /** The graph, which says what crosses the bus. */
    public Graph.Model model() {
        return session.model();
    }

    /**
     * Whether the masks of all samples of a batch may be fed at once.
     *
     * @param batch one document a row
     * @return true if they take at most 1 GiB
     */
    boolean fits(MicroBatch batch) {
        return masks.bytes(batch, samples) <= AdaptedParameters.Masks.MOST_BYTES;
    }

    /**
     * The measures of a batch.
     *
     * @param batch one document a row
     * @return for each measure a number for each completion token, [N]
     */
    Map<Measure, float[]> of(MicroBatch batch) {
        try (Feeds feeds = ForwardPass.feeds(batch).tensors(adapter.tensors(name -> name))) {
            feedTables(feeds, batch);
            masks.feed(feeds, batch, 0, samples);
            try (GraphSession.Outputs outputs = session.run(feeds)) {
                Map<Measure, float[]> all = new EnumMap<>(Measure.class);
                outputs.names().forEach(name -> all.put(Measure.named(name).orElseThrow(), outputs.floats(name)));
                return all;
            }
        }
    }

    private void feedTables(Feeds feeds, MicroBatch batch) {
        int documents = batch.sequences();
        int completionTokens = batch.completionTokens();
        long places = batch.tokens().length;
        long[] copies = LongStream.range(0, (long) atOnce * documents)
                .map(i -> i % documents)
                .toArray();
        long[] rows = LongStream.range(0, (long) atOnce * completionTokens)
                .map(i -> i / completionTokens * places + batch.rows()[(int) (i % completionTokens)])
                .toArray();
        float[] weights = new float[samples];
        for (int s = 0; s < samples; s++) {
            weights[s] = 1f / (s + 1);
        }
        long size = (long) atOnce * documents;
        table(feeds, GROUPS, samples / atOnce, 4, g ->
                new long[] {g * size, (g + 1) * size, g * size * batch.length(), (g + 1) * size * batch.length()});
        table(feeds, SAMPLES, samples, 2, s -> new long[] {s, s + 1});
        table(feeds, CHUNKS, (completionTokens + chunkRows - 1) / chunkRows, 3, k -> {
            long first = k * chunkRows;
            long end = Math.min(completionTokens, first + chunkRows);
            return new long[] {first, end, end - first};
        });
        feeds.integers(COPIES, copies, atOnce, documents)
                .integers(ForwardPass.ROWS, rows, atOnce, completionTokens)
                .floats(WEIGHTS, weights, samples);
    }

    private static void table(Feeds feeds, String name, int rows, int fields, LongFunction<long[]> row) {
        long[] values = LongStream.range(0, rows)
                .boxed()
                .flatMapToLong(i -> LongStream.of(row.apply(i)))
                .toArray();
        feeds.integers(name, values, rows, fields);
    }

    @Override
    public void close() {
        session.close();
        adapter.close();
    }
}
