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
import io.github.tribuollm.graph.Loop;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An optimiser step of several micro-batches as one graph, for a device, where nothing stays between two runs: a loop
 * over the micro-batches scores the completion tokens, if their weights depend on scores; the weights are those of the
 * whole step; another loop takes the gradients of each micro-batch under these weights and carries their sums, which
 * leave the device once.
 */
public final class StepGraph {
    private final Objective objective;
    private final Requirements needs;
    private final ModelShape shape;
    private final WeightSource weights;
    private final Optional<ReferenceModel> reference;
    private final Graph graph;
    private final StepBatches batches;
    private final BatchTensors whole;

    /**
     * An empty graph.
     *
     * @param objective what is minimised
     * @param shape the model's form
     * @param weights the base's weights
     * @param reference the model that the objective compares with; empty if it needs none
     */
    public StepGraph(Objective objective, ModelShape shape, WeightSource weights, Optional<ReferenceModel> reference) {
        this.objective = objective;
        this.needs = objective.requirements();
        this.shape = shape;
        this.weights = weights;
        this.reference = reference;
        this.graph = shape.backend().graph();
        this.batches = new StepBatches(graph);
        this.whole = batches.whole();
    }

    /**
     * The graph of a step: {@code gradient.*}, {@code loss.k} of each micro-batch [M], and counts.
     *
     * @param parameters the shapes of what is trained, by name
     */
    public Graph.Model training(Map<String, long[]> parameters) {
        GraphStatistics statistics = statistics();
        StepWeights stepWeights = StepWeights.of(
                objective,
                masks(statistics),
                statistics,
                whole.ofCompletionTokens(Names.DOCUMENT_WEIGHTS, ElementType.FLOAT));
        List<String> trained = inForwardOrder(parameters);
        Loop.Values sums = graph.loop(batches.table(), zeros(trained, parameters), (row, carried) -> {
            StepBatches.Part part = batches.part(row);
            TrainingGraph model = new TrainingGraph(part, shape, weights, reference);
            StepWeights own =
                    new StepWeights(stepWeights.terms().stream().map(part::of).toList());
            TrainingGraph.BackwardPass pass = model.gradients(objective, needs, own);
            List<Tensor> next = IntStream.range(0, trained.size())
                    .mapToObj(i -> carried.get(i).add(pass.gradients().get(trained.get(i))))
                    .toList();
            List<Tensor> stacked = new ArrayList<>(pass.losses());
            stacked.add(pass.predictions().get(Names.HITS));
            stacked.add(pass.predictions().get(Names.ENTROPY));
            return new Loop.Values(next, stacked);
        });
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < trained.size(); i++) {
            outputs.put(Names.gradient(trained.get(i)), sums.carried().get(i));
        }
        outputs.putAll(stepWeights.counts(stepWeights.carrying()));
        int terms = objective.terms().size();
        outputs.put(Names.HITS, sums.stacked().get(terms));
        outputs.put(Names.ENTROPY, sums.stacked().get(terms + 1));
        for (int k = 0; k < terms; k++) {
            outputs.put(Names.loss(k), sums.stacked().get(k));
        }
        return graph.model(outputs);
    }

    /** Zeros of the parameters' shapes, in a form that ONNX Runtime does not keep as constants. */
    private List<Loop.Carried> zeros(List<String> names, Map<String, long[]> shapes) {
        return names.stream()
                .map(name -> graph.sharedInput(
                        name,
                        ElementType.FLOAT,
                        Shape.of(shapes.get(name)).dims().toArray(new Dim[0])))
                .map(parameter -> Loop.Carried.of(parameter.mul(0)))
                .toList();
    }

    /**
     * Gradients of the last layer are computed first, so that its activations need not wait for those of the others. An
     * output layer that an adapter parts from the embedding comes after all that the base has.
     */
    private List<String> inForwardOrder(Map<String, long[]> parameters) {
        List<String> modules = shape.architecture().shapes().keySet().stream()
                .map(name -> name.substring(0, name.lastIndexOf('.') + 1))
                .distinct()
                .toList();
        return parameters.keySet().stream()
                .sorted(Comparator.comparing(name -> IntStream.range(0, modules.size())
                        .filter(i -> name.startsWith(modules.get(i)))
                        .findFirst()
                        .orElse(modules.size())))
                .toList();
    }

    private LanguageModelGraph scoring(StepBatches.Part part) {
        return new LanguageModelGraph(part, shape, weights, reference);
    }

    /** What is known of all completion tokens of the step. */
    private GraphStatistics statistics() {
        List<TokenMeasure> ofStudent = List.copyOf(needs.student());
        List<TokenMeasure> ofReference = List.copyOf(needs.reference());
        if (ranksMicroBatches() || ranksTheDataSet() || ofStudent.size() + ofReference.size() == 0) {
            return new GraphStatistics(whole, needs, StepGraph::unknown, StepGraph::unknown);
        }
        List<Tensor> scores = ofEach(ofStudent.size() + ofReference.size(), batch -> {
            List<Tensor> values = new ArrayList<>();
            ofStudent.forEach(measure -> values.add(batch.student(measure)));
            ofReference.forEach(measure -> values.add(batch.reference(measure)));
            return values;
        });
        return new GraphStatistics(
                whole,
                needs,
                measure -> scores.get(ofStudent.indexOf(measure)),
                measure -> scores.get(ofStudent.size() + ofReference.indexOf(measure)));
    }

    private static Tensor unknown(TokenMeasure measure) {
        throw new IllegalStateException("Weights that are known ask for " + measure);
    }

    private boolean ranksMicroBatches() {
        return objective.scope().equals(Optional.of(Scope.MICRO_BATCH));
    }

    private boolean ranksTheDataSet() {
        return objective.scope().equals(Optional.of(Scope.DATASET));
    }

    /**
     * The weights before they are normalised, [S] for each term; fed where they were ranked among the whole data set.
     */
    private List<Tensor> masks(GraphStatistics statistics) {
        int terms = objective.terms().size();
        if (ranksTheDataSet()) {
            return IntStream.range(0, terms)
                    .mapToObj(k -> whole.ofCompletionTokens(Names.raw(k), ElementType.FLOAT))
                    .toList();
        }
        return ranksMicroBatches() ? ofEach(terms, part -> part.weights(objective)) : statistics.weights(objective);
    }

    /** Values of the completion tokens of each micro-batch, [N], joined to those of the step, [S]. */
    private List<Tensor> ofEach(int count, Function<GraphStatistics, List<Tensor>> values) {
        List<Loop.Carried> none = IntStream.range(0, count)
                .mapToObj(i -> Loop.Carried.resized(graph.constant(new float[0], 0), 0, whole.completionTokens()))
                .toList();
        return graph
                .loop(batches.table(), none, (row, carried) -> {
                    List<Tensor> own = values.apply(scoring(batches.part(row)).statistics(needs));
                    List<Tensor> joined = IntStream.range(0, count)
                            .mapToObj(i -> carried.get(i).concat(0, own.get(i)))
                            .toList();
                    return new Loop.Values(joined, List.of());
                })
                .carried()
                .stream()
                .map(joined -> joined.renamed(Shape.of(whole.completionTokens())))
                .toList();
    }
}
