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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Map;
import java.util.Optional;

/** From tokens to the hidden states of the completion tokens, without any dropout. */
public final class ForwardPass implements AutoCloseable {
    /** The output of every pass: the states that enter the output layer, [M, D]. */
    public static final String STATES = "states";

    public static final String POSITIONS = "positions";
    public static final String ROWS = "rows";
    public static final Dim TIME = Dim.symbol("T");

    private static final String TOKENS = "tokens";

    private final GraphSession session;

    /**
     * Loads the graph of a model.
     *
     * @param model the model; its adapter's values do not matter here, only its form
     */
    public ForwardPass(ScoredModel model) {
        Graph graph = model.backend().graph();
        TokenGrid grid = grid(graph, model);
        Tensor rows = graph.input(ROWS, ElementType.INT64, Dim.symbol("N"));
        Parameters parameters = model.parameters(graph);
        Architecture architecture = model.architecture();
        Tensor embedded = architecture.embedded(grid, parameters);
        Tensor hidden = architecture.through(architecture.layers(), embedded, grid, false, parameters);
        Tensor states = architecture.normalised(hidden.gather(rows), parameters).toFloat();
        session = model.backend().open(graph.model(Map.of(STATES, states)), model.weights());
    }

    /** The grid of a graph that reads tokens. */
    public static TokenGrid grid(Graph graph, ScoredModel model) {
        Dim[] sizes = {Dim.symbol("B"), TIME};
        return new TokenGrid(
                graph.input(TOKENS, ElementType.INT64, sizes),
                graph.input(POSITIONS, ElementType.INT64, sizes),
                Optional.empty(),
                model.maxLength());
    }

    /** Feeds the tokens of a batch of one document a row. */
    public static Feeds feeds(MicroBatch batch) {
        return new Feeds()
                .integers(TOKENS, batch.tokens(), batch.sequences(), batch.length())
                .integers(POSITIONS, batch.positions(), batch.sequences(), batch.length());
    }

    /**
     * The states of a batch.
     *
     * @param batch one document a row
     * @param adapter of the form that the graph was made for
     * @return {@link #STATES}, [N, D]
     */
    public GraphSession.Outputs run(MicroBatch batch, ParameterSet adapter) {
        try (Feeds feeds = feeds(batch)
                .integers(ROWS, batch.rows(), batch.completionTokens())
                .tensors(adapter.tensors(name -> name))) {
            return session.run(feeds);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
