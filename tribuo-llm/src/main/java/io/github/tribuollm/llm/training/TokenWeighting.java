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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.ExternalScore;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Scope;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The weights of an objective over an optimiser step of several micro-batches, computed before the first backward
 * pass: masks within their scope, then the normalisers over the whole step.
 */
final class TokenWeighting implements AutoCloseable {
    private final Objective objective;
    private final List<ExternalScore> externals;
    private final GraphSession masks;
    private final GraphSession normalisers;

    TokenWeighting(Objective objective) {
        this.objective = objective;
        if (objective.scope().equals(Optional.of(Scope.DATASET))) {
            throw new TrainingException("A selection over the whole data set is not available: " + objective);
        }
        Graph maskGraph = new Graph();
        GraphStatistics statistics = GraphStatistics.fed(maskGraph);
        masks = GraphSession.open(maskGraph.model(outputs(objective.weights(statistics))));
        externals = statistics.externals();
        Graph normaliserGraph = new Graph();
        GraphStatistics whole = GraphStatistics.fed(normaliserGraph);
        List<Tensor> raw = IntStream.range(0, objective.terms().size())
                .mapToObj(k -> normaliserGraph.input(
                        "raw." + k,
                        io.github.tribuollm.graph.ElementType.FLOAT,
                        whole.documents().shape().dim(0)))
                .toList();
        normalisers = GraphSession.open(normaliserGraph.model(outputs(objective.normalise(raw, whole))));
    }

    private static Map<String, Tensor> outputs(List<Tensor> weights) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int k = 0; k < weights.size(); k++) {
            outputs.put(Names.weight(k), weights.get(k));
        }
        return outputs;
    }

    /** What the weights need of the model's predictions; empty if they depend on the data alone. */
    Set<TokenScorer.Measure> measures() {
        Set<TokenScorer.Measure> measures = EnumSet.noneOf(TokenScorer.Measure.class);
        if (masks.model().inputs().containsKey(Names.NLL)) {
            measures.add(TokenScorer.Measure.NLL);
        }
        if (masks.model().inputs().containsKey(Names.ENTROPY)) {
            measures.add(TokenScorer.Measure.ENTROPY);
        }
        return measures;
    }

    /**
     * The masks of a step.
     *
     * @param scores of each micro-batch; null if they are not needed
     * @return for each term the raw weights of all candidates of the step, in order
     */
    List<float[]> masks(List<MicroBatch> batches, List<TokenScorer.Scores> scores, int step) {
        boolean wholeStep = objective.scope().orElse(Scope.OPTIMISER_STEP) == Scope.OPTIMISER_STEP;
        if (wholeStep) {
            return masksWithin(batches, scores, step);
        }
        List<List<float[]>> parts = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            parts.add(masksWithin(batches.subList(i, i + 1), scores == null ? null : scores.subList(i, i + 1), step));
        }
        return IntStream.range(0, objective.terms().size())
                .mapToObj(k -> concat(parts.stream().map(p -> p.get(k)).toList()))
                .toList();
    }

    private List<float[]> masksWithin(List<MicroBatch> batches, List<TokenScorer.Scores> scores, int step) {
        try (Feeds feeds = statistics(batches)) {
            int n = batches.stream().mapToInt(MicroBatch::candidates).sum();
            feedIfNeeded(feeds, TokenScorer.Measure.NLL, Names.NLL, scores, TokenScorer.Scores::nll);
            feedIfNeeded(feeds, TokenScorer.Measure.ENTROPY, Names.ENTROPY, scores, TokenScorer.Scores::entropy);
            for (int k = 0; k < externals.size(); k++) {
                ExternalScore score = externals.get(k);
                List<float[]> values = batches.stream()
                        .map(b -> score.values(step, b.candidateSequences(), b.candidatePositions()))
                        .toList();
                feeds.floats(Names.external(k), concat(values), n);
            }
            return weights(masks, feeds);
        }
    }

    private void feedIfNeeded(
            Feeds feeds,
            TokenScorer.Measure measure,
            String name,
            List<TokenScorer.Scores> scores,
            Function<TokenScorer.Scores, float[]> values) {
        if (measures().contains(measure)) {
            float[] all = concat(scores.stream().map(values).toList());
            feeds.floats(name, all, all.length);
        }
    }

    /** The normalised weights of a step, for each term, in order; document weights multiplied in. */
    List<float[]> normalise(List<MicroBatch> batches, List<float[]> raw) {
        try (Feeds feeds = statistics(batches)) {
            for (int k = 0; k < raw.size(); k++) {
                feeds.floats("raw." + k, raw.get(k), raw.get(k).length);
            }
            List<float[]> weights = weights(normalisers, feeds);
            float[] documents =
                    concat(batches.stream().map(MicroBatch::candidateWeights).toList());
            weights.forEach(w -> IntStream.range(0, w.length).forEach(i -> w[i] *= documents[i]));
            return weights;
        }
    }

    private List<float[]> weights(GraphSession session, Feeds feeds) {
        try (GraphSession.Outputs result = session.run(feeds)) {
            return IntStream.range(0, objective.terms().size())
                    .mapToObj(k -> result.floats(Names.weight(k)))
                    .toList();
        }
    }

    /** What the data says of the candidates; documents are numbered through the micro-batches. */
    static Feeds statistics(List<MicroBatch> batches) {
        int n = batches.stream().mapToInt(MicroBatch::candidates).sum();
        int documents = batches.stream().mapToInt(MicroBatch::sequences).sum();
        long[] ids = new long[n];
        int at = 0;
        int before = 0;
        for (MicroBatch batch : batches) {
            for (long document : batch.documents()) {
                ids[at++] = before + document;
            }
            before += batch.sequences();
        }
        return new Feeds()
                .integers(Names.DOCUMENTS, ids, n)
                .integers(
                        Names.DOCUMENT_IDS,
                        IntStream.range(0, documents).asLongStream().toArray(),
                        documents)
                .floats(Names.ALL_TOKENS, new float[] {
                    batches.stream().mapToInt(MicroBatch::allTokens).sum()
                });
    }

    static float[] concat(List<float[]> parts) {
        float[] whole = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    @Override
    public void close() {
        masks.close();
        normalisers.close();
    }
}
