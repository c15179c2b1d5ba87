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
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A graph loaded in the form that suits how many tokens a run has, each form when it is first wanted. The forms share
 * the weights.
 */
final class DecodingSessions implements AutoCloseable {
    /**
     * The most tokens of a run for which products are computed from the weights' side. Measured on two cores with
     * AVX-512: from 2 to 32 tokens that takes half the time, at 64 nearly as long, beyond longer.
     */
    private static final int FEW = 64;

    private final ScoredModel model;
    private final Graph.Model graph;
    private final Map<Form, GraphSession> loaded = new EnumMap<>(Form.class);

    private enum Form {
        FEW_TOKENS,
        OTHERS
    }

    /**
     * A graph of a model.
     *
     * @param graph reads the pieces of {@link Piece#feeds}
     */
    DecodingSessions(ScoredModel model, Graph.Model graph) {
        this.model = model;
        this.graph = graph;
    }

    Graph.Model graph() {
        return graph;
    }

    /** Runs pieces of rows; see {@link GraphSession#run(Feeds, Map)}. */
    GraphSession.Outputs run(List<Piece> pieces, Feeds feeds, Map<String, OnnxTensor> pinned) {
        int tokens = pieces.size() * Piece.time(pieces);
        return loaded.computeIfAbsent(form(tokens), this::load).run(feeds, pinned);
    }

    private Form form(int tokens) {
        return tokens > 1 && tokens <= FEW && !rounded() ? Form.FEW_TOKENS : Form.OTHERS;
    }

    /** Bytes are multiplied best in a layout of the session's own, which is as large again: one form serves all runs. */
    private boolean rounded() {
        return model.storage().rounds();
    }

    private GraphSession load(Form form) {
        return model.backend()
                .open(
                        form == Form.FEW_TOKENS ? graph.forFewRows() : graph,
                        model.weights(),
                        GraphSession.Arena.KEPT,
                        rounded() ? GraphSession.Packing.OWN : GraphSession.Packing.SHARED);
    }

    @Override
    public void close() {
        loaded.values().forEach(GraphSession::close);
    }
}
