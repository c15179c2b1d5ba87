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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of an optimiser step's completion tokens in a graph: normalised, times those of their documents, and
 * constants as far as gradients are concerned.
 *
 * @param terms [N] for each term of the objective
 */
record StepWeights(List<Tensor> terms) {
    /**
     * Normalises.
     *
     * @param masks the weights before that, [N] for each term
     * @param documents the weight of each completion token's document, [N]
     */
    static StepWeights of(Objective objective, List<Tensor> masks, TokenStatistics statistics, Tensor documents) {
        return new StepWeights(objective.normalise(masks, statistics).stream()
                .map(w -> w.mul(documents).stopGradient())
                .toList());
    }

    /** Whether a completion token has a weight under some term, [N]. */
    Tensor carrying() {
        return terms.stream().map(Tensor::abs).reduce(Tensor::add).orElseThrow().greater(0);
    }

    /** What is reported of a step: scalars by name. */
    Map<String, Tensor> counts(Tensor carrying) {
        Map<String, Tensor> counts = new LinkedHashMap<>();
        counts.put(Names.SELECTED, terms.get(0).abs().greater(0).toFloat().sum());
        counts.put(Names.CARRYING, carrying.toFloat().sum());
        counts.put(
                Names.TOTAL_WEIGHT,
                terms.stream().map(Tensor::sum).reduce(Tensor::add).orElseThrow());
        return counts;
    }
}
