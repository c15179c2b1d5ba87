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

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.KeyValueCache;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.OutputLayer;
import io.github.tribuollm.runtime.WeightSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * From the new tokens of some rows to the logits of what follows each row's last one; keys and values of all tokens
 * are read from memory that the graph is fed, and those of the new ones are written there. One graph serves prompts
 * and single tokens.
 */
final class DecodingGraph {
    /** Ids of the new tokens, [B, T]. */
    static final String TOKENS = "tokens";

    /** Their positions, [B, T]. */
    static final String POSITIONS = "positions";

    /** Where the last token of each row is in the grid, [B] below B*T. */
    static final String ROWS = "rows";

    /** The position of the last token of each row in this pass, [B]. */
    static final String LAST = "last";

    /** The position of the last token of each row's document, [B, 1]: it may be in a later pass. */
    static final String ENDS = "ends";

    /** The length of the longest row, [1]. */
    static final String LONGEST = "longest";

    /** The result, [B, V]. */
    static final String LOGITS = "logits";

    /** What enters the output layer, [B, D]. */
    static final String STATES = "states";

    /** The most rows for which products of the form for few rows are the faster ones. */
    private static final int FEW_ROWS = 4;

    private DecodingGraph() {}

    /** The graph of a model's form. */
    static Graph.Model of(ModelShape shape, WeightSource weights) {
        return toLogits(shape, shape.maxSequences() <= FEW_ROWS ? weights.forFewRows() : weights);
    }

    /** The graph that attaches weights as they are given. */
    static Graph.Model toLogits(ModelShape shape, WeightSource weights) {
        Graph graph = shape.backend().graph();
        Parameters parameters = shape.parameters(graph, weights);
        KeyValueInputs cache = new KeyValueInputs(graph);
        Tensor states = states(shape, cache, false, parameters);
        Map<String, Tensor> outputs = new LinkedHashMap<>(cache.results());
        outputs.put(
                LOGITS,
                OutputLayer.of(shape.architecture(), parameters)
                        .widenedFor(states)
                        .predictions(states)
                        .logits());
        return graph.model(outputs);
    }

    /** The graph that gives {@link #STATES} in place of logits. */
    static Graph.Model toStates(ModelShape shape, WeightSource weights) {
        Graph graph = shape.backend().graph();
        KeyValueInputs cache = new KeyValueInputs(graph);
        Tensor states = states(shape, cache, false, shape.parameters(graph, weights));
        Map<String, Tensor> outputs = new LinkedHashMap<>(cache.results());
        outputs.put(STATES, states.toFloat());
        return graph.model(outputs);
    }

    /**
     * What enters the output layer for the last new token of each row, [B, D].
     *
     * @param dropsAttention whether the parameters drop attention weights
     */
    static Tensor states(ModelShape shape, KeyValueInputs cache, boolean dropsAttention, Parameters parameters) {
        Graph graph = cache.graph();
        Tensor tokens = graph.input(TOKENS, ElementType.INT64, KeyValueInputs.ROWS, KeyValueInputs.TIME);
        Tensor positions = graph.input(POSITIONS, ElementType.INT64, KeyValueInputs.ROWS, KeyValueInputs.TIME);
        Architecture architecture = shape.architecture();
        KeyValueCache earlier = dropsAttention ? cache.dropped(positions) : cache;
        TokenGrid grid = TokenGrid.after(earlier, tokens, positions, shape.maxLength());
        Tensor hidden = architecture.through(
                architecture.layers(), architecture.embedded(grid, parameters), grid, false, parameters);
        Tensor last = hidden.gather(graph.input(ROWS, ElementType.INT64, KeyValueInputs.ROWS));
        return architecture.normalised(last, parameters);
    }
}
