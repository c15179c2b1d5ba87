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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.graphs.OutputLayer;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** The logits that follow a whole sequence, by the pass that training and scoring make, without any cache. */
final class FullPass implements AutoCloseable {
    private final GraphSession session;
    private final ParameterSet adapter;

    FullPass(ScoredModel model) {
        Graph graph = model.backend().graph();
        Dim[] sizes = {Dim.ONE, Dim.symbol("T")};
        TokenGrid grid = new TokenGrid(
                graph.input("tokens", ElementType.INT64, sizes),
                graph.input("positions", ElementType.INT64, sizes),
                Optional.empty(),
                model.maxLength());
        Parameters parameters = model.parameters(graph);
        Tensor last = model.architecture()
                .hidden(grid, false, parameters)
                .gather(graph.input("rows", ElementType.INT64, Dim.symbol("N")));
        Tensor logits = OutputLayer.of(model.architecture(), parameters)
                .widenedFor(last)
                .predictions(last)
                .logits();
        session = model.backend().open(graph.model(Map.of("logits", logits)), model.weights());
        adapter = model.adapterTensors();
    }

    float[] logits(int[] tokens) {
        try (Feeds feeds = new Feeds()
                        .integers("tokens", Arrays.stream(tokens).asLongStream().toArray(), 1, tokens.length)
                        .integers(
                                "positions", LongStream.range(0, tokens.length).toArray(), 1, tokens.length)
                        .integers("rows", new long[] {tokens.length - 1}, 1)
                        .tensors(adapter.tensors(name -> name));
                GraphSession.Outputs outputs = session.run(feeds)) {
            return outputs.floats("logits");
        }
    }

    @Override
    public void close() {
        session.close();
        adapter.close();
    }
}
