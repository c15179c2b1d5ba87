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

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The losses of an objective and their gradients in one graph: forward and backward, dropout acting.
 *
 * <p>The output layer runs on the completion tokens only, a chunk of rows at a time, see {@link HeadPass}; the backward
 * pass of the layers below starts from the joined gradients of its states.
 */
public final class TrainingGraph {
    private final BatchTensors batch;
    private final Graph graph;
    private final ModelShape shape;
    private final CompletionPass pass;

    /**
     * An empty graph.
     *
     * @param shape the model's form
     * @param weights the base's weights
     * @param reference the model that the objective compares with; empty if it needs none
     */
    public TrainingGraph(ModelShape shape, WeightSource weights, Optional<ReferenceModel> reference) {
        this(new FedBatch(shape.backend().graph()), shape, weights, reference);
    }

    /** The passes over a batch that some graph reads. */
    TrainingGraph(BatchTensors batch, ModelShape shape, WeightSource weights, Optional<ReferenceModel> reference) {
        AdaptedParameters.Masks masks = (name, mask) -> batch.places(name, ElementType.BOOL, mask.dim(1));
        this.batch = batch;
        this.graph = batch.graph();
        this.shape = shape;
        this.pass = new CompletionPass(batch, shape, weights, reference, Optional.of(masks));
    }

    /** Gradients and losses under weights that are fed: {@code weight.k} for term k, normalised. */
    public Graph.Model withGivenWeights(Objective objective, Requirements needs) {
        Tensor states = pass.states();
        Optional<OutputLayers.Reference> reference = pass.reference(needs.referenceTarget());
        List<Tensor> weights = new ArrayList<>();
        for (int k = 0; k < objective.terms().size(); k++) {
            weights.add(batch.ofCompletionTokens(Names.weight(k), ElementType.FLOAT));
        }
        OutputLayers layers = layers(states, reference);
        TargetRows targets = allTargets(needs, layers);
        HeadPass.Rows rows =
                new HeadPass.Rows(pass.chunks().of(cut(states)), layers.student()::predictions, targets, weights);
        return training(states, headPass(objective, rows), Map.of());
    }

    /** Gradients and losses in one pass, the weights computed from the scores of this very forward pass. */
    public Graph.Model withOwnWeights(Objective objective, Requirements needs) {
        Tensor states = pass.states();
        List<Tensor> chunks = pass.chunks().of(cut(states));
        OutputLayers layers = layers(states, pass.reference(needs.needsReference()));
        List<TokenDistribution> predictions = pass.predictions(chunks, layers.student());
        StepWeights weights = pass.weights(objective, pass.statistics(needs, predictions, layers));
        Tensor carrying = weights.carrying();
        Map<String, Tensor> counts = weights.counts(carrying);
        boolean reuse = objective.coversEveryToken() && shape.keepsLogits();
        HeadPass head = reuse
                ? headPass(
                        objective,
                        new HeadPass.Rows(
                                chunks,
                                chunk -> predictions.get(chunks.indexOf(chunk)),
                                allTargets(needs, layers),
                                weights.terms()))
                : compressed(objective, needs, states, weights, carrying.nonZero(), layers);
        return training(states, head, counts);
    }

    /**
     * What a backward pass gives: gradients by parameter, those of the first layer first, and the loss of each term.
     */
    record BackwardPass(Map<String, Tensor> gradients, List<Tensor> losses, Map<String, Tensor> predictions) {}

    /**
     * Term losses, scalars, and the gradients of their sum by parameter, under given weights. Where a selection may
     * leave out completion tokens, the output layer runs on the others only.
     */
    BackwardPass gradients(Objective objective, Requirements needs, StepWeights weights) {
        Tensor states = pass.states();
        OutputLayers layers = layers(states, pass.reference(needs.referenceTarget()));
        HeadPass head = objective.coversEveryToken()
                ? headPass(
                        objective,
                        new HeadPass.Rows(
                                pass.chunks().of(cut(states)),
                                layers.student()::predictions,
                                allTargets(needs, layers),
                                weights.terms()))
                : compressed(
                        objective, needs, states, weights, weights.carrying().nonZero(), layers);
        return backward(states, head);
    }

    private OutputLayers layers(Tensor states, Optional<OutputLayers.Reference> reference) {
        return pass.layers(states, reference).steering();
    }

    /**
     * The states as the head sees them: its gradient stops here, and goes on below as the seed of the backward pass.
     */
    private static Tensor cut(Tensor states) {
        return states.stopGradient();
    }

    private TargetRows allTargets(Requirements needs, OutputLayers layers) {
        return pass.targetRows(needs, UnaryOperator.identity(), layers);
    }

    /** The head on the rows with a weight only; the others have done their part in the scores. */
    private HeadPass compressed(
            Objective objective,
            Requirements needs,
            Tensor states,
            StepWeights weights,
            Tensor carrying,
            OutputLayers layers) {
        HeadPass.Rows rows = new HeadPass.Rows(
                pass.chunks().of(cut(states).gatherDistinct(carrying)),
                layers.student()::predictions,
                pass.targetRows(needs, all -> all.gather(carrying), layers),
                weights.terms().stream().map(w -> w.gather(carrying)).toList());
        return headPass(objective, rows).scattered(carrying, states.shape());
    }

    private HeadPass headPass(Objective objective, HeadPass.Rows rows) {
        return HeadPass.of(objective, rows, pass.chunks(), trainedMatrix(), lossScale());
    }

    /** The output layer's matrix, if it is trained or derived from what is. */
    private Optional<Tensor> trainedMatrix() {
        return Optional.of(pass.student())
                .filter(ModelShape.Bound::trainsHead)
                .flatMap(student ->
                        shape.architecture().head(student.parameters()).trained());
    }

    /** What the loss is multiplied by where its gradients are float16. */
    private UnaryOperator<Tensor> lossScale() {
        return shape.backend().computeType() == ComputeType.FLOAT16
                ? graph.sharedInput(Names.LOSS_SCALE, ElementType.FLOAT)::mul
                : UnaryOperator.identity();
    }

    private BackwardPass backward(Tensor states, HeadPass head) {
        List<Tensor> outputs = new ArrayList<>(List.of(states));
        List<Tensor> seeds = new ArrayList<>(List.of(head.stateGradient()));
        head.matrixGradient().ifPresent(gradient -> {
            outputs.add(trainedMatrix().orElseThrow());
            seeds.add(gradient);
        });
        Map<String, Tensor> trained = pass.student().trained();
        List<Tensor> gradients = Gradients.backward(outputs, seeds, List.copyOf(trained.values()));
        Map<String, Tensor> named = new LinkedHashMap<>();
        trained.keySet().forEach(parameter -> named.put(parameter, gradients.get(named.size())));
        return new BackwardPass(named, head.losses(), head.predictions());
    }

    private Graph.Model training(Tensor states, HeadPass head, Map<String, Tensor> counts) {
        BackwardPass gradients = backward(states, head);
        Map<String, Tensor> results = new LinkedHashMap<>();
        gradients.gradients().forEach((parameter, gradient) -> results.put(Names.gradient(parameter), gradient));
        results.putAll(counts);
        results.put(Names.HITS, gradients.predictions().get(Names.HITS));
        results.put(Names.ENTROPY, gradients.predictions().get(Names.ENTROPY));
        for (int k = 0; k < gradients.losses().size(); k++) {
            results.put(Names.loss(k), gradients.losses().get(k));
        }
        return graph.model(results);
    }
}
