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
import ai.onnxruntime.OrtException;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.Onnx;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model's passes over new tokens of rows, which read and write keys and values in place. */
final class DecodingPass implements AutoCloseable {
    private final DecodingSessions sessions;
    private ParameterSet adapter;
    private final int vocabulary;
    private final FloatBuffer logits;
    private final Map<Integer, OnnxTensor> logitsOfRows = new HashMap<>();

    /**
     * Loads the graph of a model.
     *
     * @param model the model
     * @param rows the most rows of a pass
     */
    DecodingPass(ScoredModel model, int rows) {
        this.vocabulary = model.architecture().vocabularySize();
        this.logits = Feeds.direct((long) Float.BYTES * rows * vocabulary).asFloatBuffer();
        this.sessions = new DecodingSessions(model, DecodingGraph.of(model.shape(), model.weights()));
        this.adapter = model.adapterTensors();
    }

    /** Goes on with another adapter of the same form. */
    void use(Optional<Adapter> other) {
        adapter.close();
        adapter = other.map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of()));
    }

    /** The shapes of keys and values, [B, KV, C, size] by name. */
    Map<String, Shape> memory() {
        return memory(sessions.graph());
    }

    static Map<String, Shape> memory(Graph.Model model) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        model.outputs().keySet().stream()
                .filter(name -> model.inputs().containsKey(name))
                .forEach(name -> shapes.put(name, model.inputs().get(name).shape()));
        return shapes;
    }

    /**
     * Runs new tokens of consecutive rows. Rows of several tokens have nothing before them, unless they are alone.
     *
     * @param pieces a row's each
     * @param store where their keys and values are
     * @param firstRow the first of the rows
     */
    void run(List<Piece> pieces, KeyValueStore store, int firstRow) {
        int rows = pieces.size();
        Map<String, OnnxTensor> pinned = new HashMap<>(store.of(new KeyValueStore.Range(firstRow, rows)));
        try (Feeds feeds = Piece.feeds(pieces).tensors(pinned).tensors(adapter.tensors(name -> name))) {
            pinned.put(DecodingGraph.LOGITS, logitsOfRows.computeIfAbsent(rows, this::logitsOf));
            sessions.run(pieces, feeds, pinned).close();
        }
    }

    private OnnxTensor logitsOf(int rows) {
        try {
            return OnnxTensor.createTensor(
                    Onnx.environment(), logits.slice(0, rows * vocabulary), new long[] {rows, vocabulary});
        } catch (OrtException e) {
            throw new IllegalStateException("Wrapping logits: " + e.getMessage(), e);
        }
    }

    /** Copies the logits of a row of the last pass, [V]. */
    void logits(int row, float[] into) {
        logits.get(row * vocabulary, into);
    }

    @Override
    public void close() {
        sessions.close();
        adapter.close();
        logitsOfRows.values().forEach(OnnxTensor::close);
    }
}
