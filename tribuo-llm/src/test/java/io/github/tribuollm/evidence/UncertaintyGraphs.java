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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.SinglePass;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import java.util.List;
import java.util.Map;

/** Everything that is opened to measure uncertainty. */
public final class UncertaintyGraphs {
    private UncertaintyGraphs() {}

    /**
     * Opens and closes the graphs of one pass and of dropout, with samples in groups and with all of them in one run.
     *
     * @param model the model
     * @param data a few documents
     * @param places where elements are dropped
     */
    public static void open(ScoredModel model, List<TokenSequence> data, DropoutPlaces places) {
        MonteCarloDropout dropout =
                new MonteCarloDropout(4, 0.1, places, 1).withPairs().withSamplesAtOnce(2);
        new UncertaintyEvaluator(new SinglePass(), dropout).measure(model, data, (document, measures) -> {});
        dropout.together(model).close();
    }

    /**
     * Measures each document in one run of all samples, and with samples in groups.
     *
     * @param model the model
     * @param data a few documents
     * @param places where elements are dropped
     */
    public static void run(ScoredModel model, List<TokenSequence> data, DropoutPlaces places) {
        MonteCarloDropout dropout =
                new MonteCarloDropout(4, 0.1, places, 1).withPairs().withSamplesAtOnce(2);
        new UncertaintyEvaluator(new SinglePass(), dropout).measure(model, data, (document, measures) -> {});
        try (UncertaintyEstimator.Estimation groups = dropout.inGroups(model)) {
            for (int document = 0; document < data.size(); document++) {
                groups.of(new BatchPredictions(MicroBatch.of(data, new int[] {document}), unused -> Map.of()));
            }
        }
    }
}
