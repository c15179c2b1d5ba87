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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.graphs.GraphStatistics;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.StepFeeds;
import io.github.tribuollm.llm.scoring.ScoredBatch;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The weights of an objective over an optimiser step of several micro-batches, computed before the first backward
 * pass: masks within their scope, then the normalisers over the whole step.
 */
final class TokenWeighting implements AutoCloseable {
    private final Objective objective;
    private final Requirements needs;
    private final GraphSession masks;
    private final GraphSession normalisers;

    TokenWeighting(Objective objective, Requirements needs) {
        this.objective = objective;
        this.needs = needs;
        Graph maskGraph = new Graph();
        masks = GraphSession.open(maskGraph.model(outputs(objective.weights(GraphStatistics.fed(maskGraph, needs)))));
        Graph normaliserGraph = new Graph();
        GraphStatistics whole = GraphStatistics.fed(normaliserGraph, needs);
        List<Tensor> raw = IntStream.range(0, objective.terms().size())
                .mapToObj(k -> normaliserGraph.input(
                        Names.raw(k),
                        ElementType.FLOAT,
                        whole.documents().shape().dim(0)))
                .toList();
        normalisers = GraphSession.open(normaliserGraph.model(outputs(objective.normalise(raw, whole))));
    }

    private static Map<String, Tensor> outputs(List<Tensor> weights) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int k = 0; k < weights.size(); k++) {
            outputs.put(Names.weight(k), weights.get(k).stopGradient());
        }
        return outputs;
    }

    /** The masks of a step: for each term the raw weights of all its completion tokens, in order. */
    List<float[]> masks(List<ScoredBatch> batches, int step) {
        if (!objective.scope().equals(Optional.of(Scope.MICRO_BATCH))) {
            return masksWithin(batches, step);
        }
        List<List<float[]>> parts =
                batches.stream().map(b -> masksWithin(List.of(b), step)).toList();
        return IntStream.range(0, objective.terms().size())
                .mapToObj(k -> MicroBatches.joined(parts, p -> p.get(k)))
                .toList();
    }

    private List<float[]> masksWithin(List<ScoredBatch> batches, int step) {
        MicroBatches plain =
                new MicroBatches(batches.stream().map(ScoredBatch::batch).toList());
        List<float[]> student = joined(needs.student(), batches, ScoredBatch::student);
        List<float[]> reference = joined(needs.reference(), batches, ScoredBatch::reference);
        return weights(
                masks,
                StepFeeds.ofWeights(needs, plain, step).columns().statistics().measures(student, reference));
    }

    /** Each measure, the values of one micro-batch after those of the other. */
    private static List<float[]> joined(
            Collection<TokenMeasure> measures, List<ScoredBatch> batches, Function<ScoredBatch, Scores> model) {
        return measures.stream()
                .map(measure ->
                        MicroBatches.joined(batches, batch -> model.apply(batch).of(measure)))
                .toList();
    }

    /** The normalised weights of a step, for each term, in order; document weights multiplied in. */
    List<float[]> normalise(MicroBatches batches, List<float[]> raw, int step) {
        List<float[]> weights = weights(
                normalisers,
                StepFeeds.ofWeights(needs, batches, step).columns().statistics().raw(raw));
        float[] documents = batches.floats(MicroBatch::completionWeights);
        weights.forEach(w -> IntStream.range(0, w.length).forEach(i -> w[i] *= documents[i]));
        return weights;
    }

    private List<float[]> weights(GraphSession session, StepFeeds fed) {
        try (StepFeeds feeds = fed;
                GraphSession.Outputs result = session.run(feeds.feeds())) {
            return IntStream.range(0, objective.terms().size())
                    .mapToObj(k -> result.floats(Names.weight(k)))
                    .toList();
        }
    }

    @Override
    public void close() {
        masks.close();
        normalisers.close();
    }
}
