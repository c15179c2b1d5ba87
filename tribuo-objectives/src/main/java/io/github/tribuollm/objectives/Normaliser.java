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
    /** The number of tokens whose weight is not 0. */
    SELECTED {
        @Override
        Tensor normalise(Tensor weights, TokenStatistics statistics) {
            return weights.div(weights.abs().greater(0).toFloat().sum().max(one(weights)));
        }
    },
    /** The number of completion tokens. */
    VALID {
        @Override
        Tensor normalise(Tensor weights, TokenStatistics statistics) {
            return weights.div(weights.graph().size(weights.shape().dim(0)).toFloat());
        }
    },
    /** The number of tokens, prompts included. */
    ALL {
        @Override
        Tensor normalise(Tensor weights, TokenStatistics statistics) {
            return weights.div(statistics.allTokens());
        }
    },
    /** The sum of the absolute weights. */
    WEIGHT_SUM {
        @Override
        Tensor normalise(Tensor weights, TokenStatistics statistics) {
            return weights.div(weights.abs().sum());
        }
    },
    /** The completion tokens of each document, then the number of documents: the mean of sequence means. */
    SEQUENCE_MEAN {
        @Override
        Tensor normalise(Tensor weights, TokenStatistics statistics) {
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
    },
    /** Nothing: the plain sum. */
    ONE {
        @Override
        Tensor normalise(Tensor weights, TokenStatistics statistics) {
            return weights;
        }
    };

    /**
     * Divides weights by this normaliser.
     *
     * @param weights [N], of a whole optimiser step
     * @param statistics of the same tokens
     * @return [N]
     */
    abstract Tensor normalise(Tensor weights, TokenStatistics statistics);

    private static Tensor one(Tensor like) {
        return like.graph().constant(1f);
    }
}
