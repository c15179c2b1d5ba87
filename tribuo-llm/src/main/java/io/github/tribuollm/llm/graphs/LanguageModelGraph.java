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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.RowSums;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a model says of the completion tokens of a batch: a forward pass without gradients and without dropout. The
 * output layer runs on the completion tokens only, a chunk of rows at a time. {@link TrainingGraph} has the gradients.
 */
public final class LanguageModelGraph {
    private final Graph graph;
    private final CompletionPass pass;

    /** An empty graph of one model. */
    public LanguageModelGraph(ModelShape shape, WeightSource weights) {
        this(shape, weights, Optional.empty());
    }

    /**
     * An empty graph.
     *
     * @param shape the model's form
     * @param weights the base's weights
     * @param reference the model that an objective compares with; empty if it needs none
     */
    public LanguageModelGraph(ModelShape shape, WeightSource weights, Optional<ReferenceModel> reference) {
        this(new FedBatch(shape.backend().graph()), shape, weights, reference);
    }

    /** The pass over a batch that some graph reads. */
    LanguageModelGraph(BatchTensors batch, ModelShape shape, WeightSource weights, Optional<ReferenceModel> reference) {
        this.graph = batch.graph();
        this.pass = new CompletionPass(batch, shape, weights, reference, Optional.empty());
    }

    private List<TokenDistribution> predictions() {
        Tensor states = pass.states();
        List<Tensor> chunks = pass.chunks().of(states);
        return pass.predictions(chunks, pass.layers(states, Optional.empty()).student());
    }

    /** The graph that gives {@code measure.i}, [N] each. */
    public Graph.Model measuring(List<TokenMeasure> measures) {
        return graph.model(measures(measures));
    }

    /** The graph that gives the logits too, [N, V]: for small vocabularies. */
    public Graph.Model measuringWithLogits(List<TokenMeasure> measures) {
        Map<String, Tensor> outputs = measures(measures);
        Tensor states = pass.states();
        outputs.put(
                Names.LOGITS,
                pass.layers(states, Optional.empty())
                        .student()
                        .predictions(states)
                        .logits());
        return graph.model(outputs);
    }

    private Map<String, Tensor> measures(List<TokenMeasure> measures) {
        List<TokenDistribution> predictions = predictions();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < measures.size(); i++) {
            outputs.put(Names.measure(i), pass.measured(measures.get(i), predictions));
        }
        return outputs;
    }

    /** The graph that gives the k kept entries of each completion token's distribution, [N, k]: ids and values. */
    public Graph.Model sparse(SparseMethod method, int k) {
        Tensor offsets = graph.input(Names.OFFSETS, ElementType.FLOAT, Dim.symbol("N"));
        List<Tensor> offsetChunks = pass.chunks().of(offsets);
        List<TokenDistribution> predictions = predictions();
        List<Tensor> values = new ArrayList<>();
        List<Tensor> ids = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            Tensor p = predictions.get(i).probabilities();
            List<Tensor> top = (method == SparseMethod.TOP ? p : samples(p, offsetChunks.get(i), k)).top(k);
            values.add(top.get(0));
            ids.add(top.get(1));
        }
        Shape shapeOfRows = Shape.of(Dim.symbol("N"), Dim.of(k));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(Names.sparseIds(0), RowChunks.join(ids, shapeOfRows));
        outputs.put(Names.sparseProbabilities(0), RowChunks.join(values, shapeOfRows));
        return graph.model(outputs);
    }

    /**
     * How often each token is among k systematic samples, [n, V]: how many of the points i + offset, i = 0 to k - 1,
     * fall on its share of k times the cumulative distribution. The expectation over a uniform offset in (0, 1) is k p.
     */
    private static Tensor samples(Tensor p, Tensor offset, int k) {
        Tensor first = offset.reshape(p.shape().dim(0), Dim.ONE);
        Tensor total = RowSums.cumulative(p);
        Tensor end = total.div(total.max(-1)).mul(k);
        Tensor before = end.sub(first).add(1).toInteger().toFloat();
        long classes = p.shape().dim(1).factor();
        return before.sub(first.mul(0).concat(1, before.slice(1, 0, classes - 1)));
    }

    /** What the data and both models say of the completion tokens. */
    GraphStatistics statistics(Requirements needs) {
        Tensor states = pass.states();
        OutputLayers layers =
                pass.layers(states, pass.reference(!needs.reference().isEmpty()));
        return pass.statistics(needs, pass.predictions(pass.chunks().of(states), layers.student()), layers);
    }

    /** The graph that gives what {@link TokenWeight}s and targets say of each completion token. */
    public Graph.Model explaining(Objective objective, Requirements needs) {
        Tensor states = pass.states();
        OutputLayers layers = pass.layers(states, pass.reference(needs.needsReference()));
        List<TokenDistribution> predictions = pass.predictions(pass.chunks().of(states), layers.student());
        GraphStatistics statistics = pass.statistics(needs, predictions, layers);
        List<Tensor> weights = pass.weights(objective, statistics).terms();
        TargetRows rows = pass.targetRows(needs, UnaryOperator.identity(), layers);
        List<List<Tensor>> losses = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            losses.add(objective.weightedLosses(
                    predictions.get(i), rows.chunk(i), pass.chunks().chunk(weights, i)));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(Names.NLL, pass.measured(TokenMeasure.NLL, predictions));
        for (int i = 0; i < objective.selections().size(); i++) {
            Selection selection = objective.selections().get(i);
            outputs.put(Names.score(i), selection.scores(statistics).stopGradient());
            outputs.put(Names.mask(i), selection.of(statistics).stopGradient());
        }
        for (int k = 0; k < weights.size(); k++) {
            int term = k;
            List<Tensor> ofTerm = losses.stream().map(chunk -> chunk.get(term)).toList();
            outputs.put(Names.weight(k), weights.get(k));
            outputs.put(Names.loss(k), RowChunks.join(ofTerm, pass.labels().shape()));
        }
        return graph.model(outputs);
    }
}
