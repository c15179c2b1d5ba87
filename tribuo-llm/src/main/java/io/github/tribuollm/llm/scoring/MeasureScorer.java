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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;
import java.util.stream.IntStream;

/** What a model says of candidate tokens: forward passes without gradients and without dropout. */
public final class MeasureScorer implements AutoCloseable {
    private final ModelShape shape;
    private final ParameterSet parameters;
    private final WeightSource weights;
    private final List<TokenMeasure> measures;
    private GraphSession session;

    /** A scorer, whose graph is built when first needed. */
    public MeasureScorer(ModelShape shape, ParameterSet parameters, WeightSource weights, List<TokenMeasure> measures) {
        this.shape = shape;
        this.parameters = parameters;
        this.weights = weights;
        this.measures = measures;
    }

    /** The values of each measure, [N] for the batch's candidates. */
    public List<float[]> score(MicroBatch batch) {
        if (measures.isEmpty()) {
            return List.of();
        }
        if (session == null) {
            session = shape.backend()
                    .open(
                            new LanguageModelGraph(shape, weights, false).measuring(measures),
                            weights,
                            GraphSession.Arena.RELEASED);
        }
        try (Feeds feeds = batch.feeds().tensors(parameters.tensors(name -> name));
                GraphSession.Outputs outputs = session.run(feeds)) {
            return IntStream.range(0, measures.size())
                    .mapToObj(i -> outputs.floats(Names.measure(i)))
                    .toList();
        }
    }

    /** Frees the model; it is loaded again when needed. */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
