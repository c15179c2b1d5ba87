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

import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.TokenDistribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What the output layer contributes to a backward pass. A chunk's loss and the gradient of its hidden states are
 * computed together, so that at most one chunk of [rows, V] is alive.
 *
 * @param losses the loss of each term
 * @param stateGradient d loss / d states, [n, D]
 * @param matrixGradient d loss / d matrix, [V, D]; empty if the output layer is not trained
 * @param predictions sums over the tokens with a weight: {@link Names#HITS} and {@link Names#ENTROPY}
 */
record HeadPass(
        List<Tensor> losses, Tensor stateGradient, Optional<Tensor> matrixGradient, Map<String, Tensor> predictions) {
    /**
     * What is learned from.
     *
     * @param states the rows that enter the output layer, chunk by chunk; gradients stop here
     * @param predictions of a chunk of states
     * @param targets what targets may refer to
     * @param weights the weight of each row under each term, [n]
     */
    record Rows(
            List<Tensor> states,
            Function<Tensor, TokenDistribution> predictions,
            TargetRows targets,
            List<Tensor> weights) {}

    /**
     * Runs the output layer forward and backward.
     *
     * @param objective what is minimised
     * @param rows what is learned from
     * @param chunks how rows are cut
     * @param matrix the output layer's, if it is trained
     * @param scale what becomes of the loss before its gradients are taken
     */
    static HeadPass of(
            Objective objective, Rows rows, RowChunks chunks, Optional<Tensor> matrix, UnaryOperator<Tensor> scale) {
        List<List<Tensor>> losses = new ArrayList<>();
        List<List<Tensor>> predictions = new ArrayList<>();
        List<Tensor> stateGradients = new ArrayList<>();
        Optional<Tensor> matrixGradient = Optional.empty();
        for (int i = 0; i < rows.states.size(); i++) {
            Tensor states = rows.states.get(i);
            TokenDistribution prediction = rows.predictions.apply(states);
            Target.Context targets = rows.targets.chunk(i);
            List<Tensor> weights = chunks.chunk(rows.weights, i);
            List<Tensor> chunk = objective.losses(prediction, targets, weights);
            predictions.add(ofLearned(prediction, targets.labels(), weights));
            Tensor total = scale.apply(chunk.stream().reduce(Tensor::add).orElseThrow());
            List<Tensor> gradients =
                    Gradients.of(total, matrix.map(m -> List.of(states, m)).orElseGet(() -> List.of(states)));
            losses.add(chunk);
            stateGradients.add(gradients.get(0));
            if (matrix.isPresent()) {
                Tensor own = gradients.get(1);
                matrixGradient =
                        Optional.of(matrixGradient.map(sum -> sum.add(own)).orElse(own));
            }
        }
        Shape shape = Shape.of(
                rows.weights.get(0).shape().dim(0), rows.states.get(0).shape().dim(1));
        List<Tensor> all = sums(predictions);
        return new HeadPass(
                sums(losses),
                RowChunks.join(stateGradients, shape),
                matrixGradient,
                Map.of(Names.HITS, all.get(0), Names.ENTROPY, all.get(1)));
    }

    /** How many labels are the most probable token, and the sum of entropies, where a token has a weight. */
    private static List<Tensor> ofLearned(TokenDistribution prediction, Tensor labels, List<Tensor> weights) {
        return labels.graph().withoutGradients(() -> {
            Tensor learned = weights.stream()
                    .map(Tensor::abs)
                    .reduce(Tensor::add)
                    .orElseThrow()
                    .greater(0)
                    .toFloat();
            return List.of(
                    prediction.hits(labels).mul(learned).sum(),
                    prediction.roughEntropy().mul(learned).sum());
        });
    }

    private static List<Tensor> sums(List<List<Tensor>> losses) {
        return IntStream.range(0, losses.get(0).size())
                .mapToObj(k -> losses.stream()
                        .map(chunk -> chunk.get(k))
                        .reduce(Tensor::add)
                        .orElseThrow())
                .toList();
    }

    /** The pass as that of all rows, of which it has left out some. */
    HeadPass scattered(Tensor carrying, Shape shape) {
        return new HeadPass(losses, stateGradient.scatter(carrying, shape), matrixGradient, predictions);
    }
}
