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
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The passes of one graph over the completion tokens of a batch, up to their predictions: that of the trained model
 * and, without gradients, that of the reference.
 */
final class CompletionPass {
    private final BatchTensors batch;
    private final Graph graph;
    private final ModelShape shape;
    private final RowChunks chunks;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor rows;
    private final Tensor labels;
    private final Optional<ReferenceModel> reference;
    private final WeightSource weights;
    private final Optional<Tensor> owners;
    private final ModelShape.Bound student;

    /**
     * The passes over a batch that some graph reads.
     *
     * @param masks where the dropout masks of a training come from, which reads the base as {@link
     *     BaseParameters#training} gives it; empty where nothing is trained
     */
    CompletionPass(
            BatchTensors batch,
            ModelShape shape,
            WeightSource weights,
            Optional<ReferenceModel> reference,
            Optional<AdaptedParameters.Masks> masks) {
        this.batch = batch;
        this.graph = batch.graph();
        this.tokens = batch.grid(Names.TOKENS);
        this.positions = batch.grid(Names.POSITIONS);
        this.rows = batch.ofCompletionTokens(Names.ROWS, ElementType.INT64);
        this.labels = batch.ofCompletionTokens(Names.LABELS, ElementType.INT64);
        this.shape = shape;
        this.chunks = shape.rowChunks();
        this.reference = reference;
        this.weights = reference.map(r -> r.beside(weights)).orElse(weights);
        this.owners = shape.packed() ? Optional.of(batch.grid(Names.OWNERS)) : Optional.empty();
        this.student = shape.bind(graph, this.weights, "", "", masks);
    }

    Graph graph() {
        return graph;
    }

    RowChunks chunks() {
        return chunks;
    }

    /** The trained model's parameters. */
    ModelShape.Bound student() {
        return student;
    }

    /** The completion tokens, int64 [N]. */
    Tensor labels() {
        return labels;
    }

    /** The hidden states of the completion tokens in the trained model, [N, D]. */
    Tensor states() {
        return states(shape.architecture(), student.parameters());
    }

    private Tensor states(Architecture layers, Parameters parameters) {
        TokenGrid grid = new TokenGrid(tokens, positions, owners, shape.maxLength());
        return layers.hidden(grid, shape.recompute(), parameters).gatherDistinct(rows);
    }

    /**
     * The reference model's states and output layer, without gradients.
     *
     * @param needed whether an objective compares with it
     * @throws TrainingException if it is needed and there is none
     */
    Optional<OutputLayers.Reference> reference(boolean needed) {
        if (!needed) {
            return Optional.empty();
        }
        ReferenceModel model = reference.orElseThrow(
                () -> new TrainingException("The objective compares with a reference model, but there is none"));
        return Optional.of(graph.withoutGradients(() -> {
            Parameters parameters = model.bind(graph, weights);
            Architecture architecture = model.shape().architecture();
            return new OutputLayers.Reference(
                    states(architecture, parameters), OutputLayer.of(architecture, parameters));
        }));
    }

    /** What turns rows of the trained model's states, and of the reference's, into predictions. */
    OutputLayers layers(Tensor states, Optional<OutputLayers.Reference> other) {
        OutputLayer layer = OutputLayer.of(shape.architecture(), student.parameters());
        return other.map(model -> OutputLayers.of(layer, states, model))
                .orElseGet(() -> OutputLayers.of(layer, states));
    }

    /** The predictions of the completion tokens, chunk by chunk. */
    List<TokenDistribution> predictions(List<Tensor> states, OutputLayer layer) {
        return states.stream().map(layer::predictions).toList();
    }

    /** A measure of all completion tokens, [N]. */
    Tensor measured(TokenMeasure measure, List<TokenDistribution> predictions) {
        List<Tensor> labelChunks = chunks.of(labels);
        List<Tensor> values = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            values.add(measure.of(predictions.get(i), labelChunks.get(i)));
        }
        return RowChunks.join(values, labels.shape());
    }

    /** What the data and both models say of the completion tokens, without gradients. */
    GraphStatistics statistics(Requirements needs, List<TokenDistribution> predictions, OutputLayers layers) {
        return new GraphStatistics(
                batch,
                needs,
                measure -> graph.withoutGradients(() -> measured(measure, predictions)),
                measure -> graph.withoutGradients(
                        () -> measured(measure, predictions(layers.reference().orElseThrow()))));
    }

    private List<TokenDistribution> predictions(OutputLayers.Reference model) {
        return predictions(chunks.of(model.states()), model.layer());
    }

    /** The normalised weights of an objective. */
    StepWeights weights(Objective objective, GraphStatistics statistics) {
        return StepWeights.of(
                objective,
                statistics.weights(objective),
                statistics,
                batch.ofCompletionTokens(Names.DOCUMENT_WEIGHTS, ElementType.FLOAT));
    }

    /** What targets may refer to in the rows of some completion tokens. */
    TargetRows targetRows(Requirements needs, UnaryOperator<Tensor> choice, OutputLayers layers) {
        return new TargetRows(batch, needs, t -> chunks.of(choice.apply(t)), labels, layers.reference());
    }
}
