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

import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.weight.Documents;
import io.github.tribuollm.objectives.weight.TokenStatistics;

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
    /** Nothing: the plain sum; a term's coefficient makes it any constant. */
    ONE,
    /** The number of documents: the mean of sequence sums. */
    SEQUENCES;

    /**
     * Whether the divisor looks at the weights; otherwise the data alone decides it.
     *
     * @return true for {@link #SELECTED} and {@link #WEIGHT_SUM}
     */
    public boolean dependsOnWeights() {
        return this == SELECTED || this == WEIGHT_SUM;
    }

    Tensor normalise(Tensor weights, TokenStatistics statistics) {
        return switch (this) {
            case SELECTED ->
                weights.div(weights.abs().greater(0).toFloat().sum().max(one(weights)));
            case VALID ->
                weights.div(weights.graph().size(weights.shape().dim(0)).toFloat());
            case ALL -> weights.div(statistics.allTokens());
            case WEIGHT_SUM ->
                weights.div(weights.abs().sum().max(weights.graph().constant(Float.MIN_NORMAL)));
            case SEQUENCE_MEAN -> bySequence(weights, Documents.of(statistics));
            case ONE -> weights;
            case SEQUENCES -> weights.div(Documents.of(statistics).count());
        };
    }

    /**
     * Divides where tokens count by numbers of their own: each weight is multiplied by its token's, and wherever tokens
     * are counted their numbers are added up. Where all are 1, this is {@link #normalise}.
     *
     * @param counts how much each token counts, [N], at least 0
     */
    Tensor normaliseCounted(Tensor weights, Tensor counts, TokenStatistics statistics) {
        Tensor counted = weights.mul(counts);
        return switch (this) {
            case SELECTED ->
                counted.div(
                        positive(weights.abs().greater(0).toFloat().mul(counts).sum()));
            case VALID -> counted.div(positive(counts.sum()));
            case WEIGHT_SUM -> counted.div(positive(counted.abs().sum()));
            case SEQUENCE_MEAN -> {
                Documents documents = Documents.of(statistics);
                yield counted.div(documents.spread(positive(documents.sums(counts))))
                        .div(documents.count());
            }
            case ALL, ONE, SEQUENCES -> normalise(counted, statistics);
        };
    }

    private static Tensor positive(Tensor sum) {
        return sum.max(sum.graph().constant(Float.MIN_NORMAL));
    }

    private static Tensor bySequence(Tensor weights, Documents documents) {
        return weights.div(documents.spread(documents.lengths())).div(documents.count());
    }

    private static Tensor one(Tensor like) {
        return like.graph().constant(1f);
    }
}
