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
package io.github.tribuollm.llm.generation.decoding;

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.graphs.OutputLayer;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutLayers;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutMasks;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.PredictionMeans;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The samples of a model that dropout makes, which read along as sequences grow and are asked for each next token. All
 * samples of all sequences are one run. Masks are those of a sequence that is scored as a whole, so that the measures
 * are the same: of each token of the prompt too, for which reason no sample can share it with another.
 */
final class DropoutSamples implements Witnesses {
    private static final String ORDER = "order";

    private final int samples;
    private final int capacity;
    private final DecodingSessions sessions;
    private final ParameterSet adapter;
    private final DropoutMasks masks;
    private KeyValueStore store;

    /**
     * Loads the graph of a model's samples.
     *
     * @param capacity the most sequences at a time
     */
    DropoutSamples(ScoredModel model, MonteCarloDropout dropout, int capacity) {
        this.samples = dropout.passes();
        this.capacity = capacity;
        Graph graph = model.backend().graph();
        DropoutLayers layers = dropout.layers(model);
        DropoutLayers.Sample sample = layers.sample(
                graph,
                (name, shape) ->
                        graph.input(name, ElementType.BOOL, shape.dims().toArray(new Dim[0])));
        Graph.Model whole = graph(
                model,
                graph,
                sample,
                layers.places() == DropoutPlaces.ARCHITECTURE,
                samples,
                !dropout.measures().equals(PredictionMeans.DECOMPOSITION));
        this.sessions = new DecodingSessions(model, whole);
        this.masks = dropout.masks(sample.masks());
        this.adapter = model.adapterTensors();
    }

    private static Graph.Model graph(
            ScoredModel model,
            Graph graph,
            DropoutLayers.Sample sample,
            boolean dropsAttention,
            int samples,
            boolean pairwise) {
        KeyValueInputs cache = new KeyValueInputs(graph);
        Tensor states = DecodingGraph.states(model.shape(), cache, dropsAttention, sample.parameters());
        Tensor p = OutputLayer.of(model.architecture(), model.parameters(graph))
                .widenedFor(states)
                .predictions(states)
                .probabilities();
        Dim sequences = Dim.symbol("R");
        Tensor order = graph.input(ORDER, ElementType.INT64, Dim.of(samples), sequences);
        Tensor none = graph.constant(0);
        Shape ofAll = Shape.of(sequences, p.shape().dim(1));
        PredictionMeans means = new PredictionMeans(
                none.expand(ofAll),
                none.expand(Shape.of(sequences)),
                pairwise ? Optional.of(none.expand(ofAll)) : Optional.empty());
        for (int s = 0; s < samples; s++) {
            Tensor own = p.gather(order.slice(0, s, s + 1).reshape(sequences));
            means = means.with(own, graph.constant(new float[] {1f / (s + 1)}, 1));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>(cache.results());
        means.measures().forEach((measure, tensor) -> outputs.put(measure.label(), tensor));
        return graph.model(outputs);
    }

    @Override
    public void makeRoom(int room) {
        if (store == null) {
            store = new KeyValueStore(DecodingPass.memory(sessions.graph()), capacity * samples, room);
        } else {
            store.grow(room);
        }
    }

    @Override
    public void forget() {
        if (store != null) {
            store.close();
            store = null;
        }
    }

    @Override
    public void move(int from, int to, int tokens) {
        for (int s = 0; s < samples; s++) {
            store.copy(from * samples + s, to * samples + s, tokens);
        }
    }

    @Override
    public List<Map<Measure, Float>> read(List<Row> rows, List<Piece> pieces, int firstPlace) {
        List<Piece> copies = new ArrayList<>();
        List<DropoutMasks.Row> masked = new ArrayList<>();
        long[] order = new long[samples * rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            Piece piece = pieces.get(row);
            for (int s = 0; s < samples; s++) {
                order[s * rows.size() + row] = copies.size();
                masked.add(new DropoutMasks.Row(
                        copies.size(), s, rows.get(row).index(), piece.first(), piece.tokens().length));
                copies.add(piece);
            }
        }
        Map<String, OnnxTensor> pinned =
                new HashMap<>(store.of(new KeyValueStore.Range(firstPlace * samples, copies.size())));
        try (Feeds feeds = Piece.feeds(copies)
                .integers(ORDER, order, samples, rows.size())
                .tensors(pinned)
                .tensors(adapter.tensors(name -> name))) {
            masks.feed(feeds, masked, Piece.time(copies), Piece.longest(copies));
            try (GraphSession.Outputs outputs = sessions.run(copies, feeds, pinned)) {
                return measures(outputs, rows.size());
            }
        }
    }

    private static List<Map<Measure, Float>> measures(GraphSession.Outputs outputs, int sequences) {
        List<Map<Measure, Float>> measures = new ArrayList<>();
        for (int row = 0; row < sequences; row++) {
            measures.add(new EnumMap<>(Measure.class));
        }
        for (String name : outputs.names()) {
            Measure.named(name).ifPresent(measure -> {
                float[] values = outputs.floats(name);
                for (int row = 0; row < sequences; row++) {
                    measures.get(row).put(measure, values[row]);
                }
            });
        }
        return Collections.unmodifiableList(measures);
    }

    @Override
    public void close() {
        sessions.close();
        adapter.close();
        forget();
    }
}
