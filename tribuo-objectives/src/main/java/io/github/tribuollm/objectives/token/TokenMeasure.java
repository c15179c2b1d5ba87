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
package io.github.tribuollm.objectives.token;

import io.github.tribuollm.graph.Tensor;

/**
 * A number for each token, read off a model's prediction: what scores are made of. It is computed where the logits
 * are, a chunk of rows at a time; equal measures are computed once.
 */
@FunctionalInterface
public interface TokenMeasure {
    /** The loss -log p(label), nats. */
    TokenMeasure NLL = named("loss", TokenDistribution::nll);

    /** The entropy of the prediction, nats. */
    TokenMeasure ENTROPY = named("entropy", (prediction, labels) -> prediction.entropy());

    /** The id of the most probable token, the lowest in a tie; exact for vocabularies of up to 2^24 tokens. */
    TokenMeasure BEST =
            named("best token", (prediction, labels) -> prediction.best().toFloat());

    /** The loss -log p of the most probable token, nats. */
    TokenMeasure BEST_NLL = named("loss of the best token", (prediction, labels) -> prediction.bestNll());

    /** 1 where no token is more probable than the label, else 0; its mean is the token accuracy. */
    TokenMeasure HIT = named("hit", TokenDistribution::hits);

    /** The probability of the most probable token minus that of the next, in [0, 1]. */
    TokenMeasure MARGIN = named("margin", (prediction, labels) -> prediction.margin());

    /**
     * The measure of each token.
     *
     * @param prediction of N tokens
     * @param labels the tokens of the data, int64 [N]
     * @return [N]
     */
    Tensor of(TokenDistribution prediction, Tensor labels);

    /**
     * A measure that messages can name.
     *
     * @param name what {@code toString} gives, in the words of a sentence
     * @param measure the measure
     * @return the measure; two of one name are two measures
     */
    static TokenMeasure named(String name, TokenMeasure measure) {
        return new TokenMeasure() {
            @Override
            public Tensor of(TokenDistribution prediction, Tensor labels) {
                return measure.of(prediction, labels);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }
}
