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
package io.github.tribuollm.objectives;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Tensor;

/** What the weighted sum of token losses is divided by; always over a whole optimiser step. */
public enum Normaliser {
    // No constant has a body: OLCUT cannot read such a constant's provenance.
    /** The number of tokens whose weight is not 0. */
    SELECTED,
    /** The number of completion tokens. */
    VALID,
    /** The number of tokens, prompts included. */
    ALL,
    /** The sum of the absolute weights. */
    WEIGHT_SUM,
    /** The completion tokens of each document, then the number of documents: the mean of sequence means. */
    SEQUENCE_MEAN,
    /** Nothing: the plain sum. */
    ONE;

    Tensor normalise(Tensor weights, TokenStatistics statistics) {
        return switch (this) {
            case SELECTED ->
                weights.div(weights.abs().greater(0).toFloat().sum().max(one(weights)));
            case VALID ->
                weights.div(weights.graph().size(weights.shape().dim(0)).toFloat());
            case ALL -> weights.div(statistics.allTokens());
            case WEIGHT_SUM -> weights.div(weights.abs().sum());
            case SEQUENCE_MEAN -> bySequence(weights, statistics);
            case ONE -> weights;
        };
    }

    private static Tensor bySequence(Tensor weights, TokenStatistics statistics) {
        Dim documents = statistics.documentIds().shape().dim(0);
        Tensor lengths = statistics
                .documentIds()
                .reshape(documents, Dim.ONE)
                .equalTo(statistics.documents())
                .toFloat()
                .sum(-1)
                .reshape(documents);
        Tensor count = weights.graph().size(documents).toFloat();
        return weights.div(lengths.gather(statistics.documents())).div(count);
    }

    private static Tensor one(Tensor like) {
        return like.graph().constant(1f);
    }
}
