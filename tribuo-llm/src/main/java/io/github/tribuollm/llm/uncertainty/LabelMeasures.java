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
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one prediction of each token says: loss, entropy and margin. */
final class LabelMeasures implements AutoCloseable {
    private static final int CHUNK_LOGITS = 1 << 23;

    private static final String STATES = "states";
    private static final String ROWS = "rows";
    private static final String LABELS = "labels";

    private final int chunkRows;
    private final GraphSession session;

    /**
     * Loads the graph.
     *
     * @param model whose output layer is used
     */
    LabelMeasures(ScoredModel model) {
        chunkRows =
                (int) ModelShape.chunkRows(CHUNK_LOGITS, model.architecture().vocabularySize());
        Graph graph = model.backend().graph();
        Tensor states = graph.input(
                        STATES,
                        ElementType.FLOAT,
                        Dim.symbol("N"),
                        Dim.of(model.architecture().hiddenSize()))
                .toCompute();
        Tensor rows = graph.input(ROWS, ElementType.INT64, Dim.symbol("R"));
        Tensor labels = graph.input(LABELS, ElementType.INT64, Dim.symbol("R"));
        Tensor head = model.architecture().head(model.frozen(graph));
        TokenDistribution prediction =
                TokenDistribution.ofHead(states.gather(rows), head.widened(states), model.architecture()::logits);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(Measure.LOSS.label(), prediction.nll(labels));
        outputs.put(Measure.ENTROPY.label(), prediction.entropy());
        outputs.put(Measure.MARGIN.label(), margin(prediction));
        session = model.backend().open(graph.model(outputs), model.weights(), GraphSession.Arena.RELEASED);
    }

    private static Tensor margin(TokenDistribution prediction) {
        Tensor two = prediction.top(2).probabilities();
        Dim rows = two.shape().dim(0);
        return two.slice(1, 0, 1).sub(two.slice(1, 1, 2)).reshape(rows);
    }

    /**
     * The measures of a batch.
     *
     * @param batch the batch
     * @param states what enters the output layer, [N, D]
     * @return for each measure a number for each candidate, [N]
     */
    Map<Measure, float[]> of(MicroBatch batch, OnnxTensor states) {
        Map<Measure, float[]> all = new EnumMap<>(Measure.class);
        for (Measure measure : List.of(Measure.LOSS, Measure.ENTROPY, Measure.MARGIN)) {
            all.put(measure, new float[batch.candidates()]);
        }
        for (int first = 0; first < batch.candidates(); first += chunkRows) {
            int start = first;
            int size = Math.min(chunkRows, batch.candidates() - first);
            long[] rows = new long[size];
            Arrays.setAll(rows, i -> start + i);
            long[] labels = Arrays.copyOfRange(batch.labels(), first, first + size);
            try (Feeds feeds = new Feeds()
                            .tensor(STATES, states)
                            .integers(ROWS, rows, size)
                            .integers(LABELS, labels, size);
                    GraphSession.Outputs outputs = session.run(feeds)) {
                all.forEach(
                        (measure, values) -> System.arraycopy(outputs.floats(measure.label()), 0, values, start, size));
            }
        }
        return all;
    }

    @Override
    public void close() {
        session.close();
    }
}
