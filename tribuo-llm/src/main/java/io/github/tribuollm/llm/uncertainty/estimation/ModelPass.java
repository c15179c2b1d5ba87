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

import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What one prediction of each token says: loss, entropy and margin. */
public final class ModelPass implements AutoCloseable {
    private static final Map<Measure, TokenMeasure> MEASURES = Map.of(
            Measure.LOSS, TokenMeasure.NLL,
            Measure.ENTROPY, TokenMeasure.ENTROPY,
            Measure.MARGIN, TokenMeasure.MARGIN);

    private final ParameterSet adapter;
    private final TokenScorer scorer;

    /** The pass of a model, for batches no larger than its form allows. */
    public ModelPass(ScoredModel model) {
        adapter = model.adapterTensors();
        List<TokenMeasure> inOrder = List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.MARGIN);
        scorer = new TokenScorer(model.shape(), adapter, model.weights(), inOrder, GraphSession.Arena.KEPT);
    }

    /** Loss, entropy and margin of the completion tokens, [N] each. */
    public Map<Measure, float[]> of(MicroBatch batch) {
        Scores scores = scorer.score(batch);
        Map<Measure, float[]> measures = new EnumMap<>(Measure.class);
        MEASURES.forEach((measure, read) -> measures.put(measure, scores.of(read)));
        return measures;
    }

    /**
     * Checks what an estimator has measured of this model.
     *
     * @throws io.github.tribuollm.llm.scoring.NotFiniteException if it is NaN or infinite
     */
    public void requireFinite(MicroBatch batch, Map<Measure, float[]> measures) {
        measures.forEach((measure, values) -> scorer.finite().require(batch, measure.label(), values));
    }

    @Override
    public void close() {
        scorer.close();
        adapter.close();
    }
}
