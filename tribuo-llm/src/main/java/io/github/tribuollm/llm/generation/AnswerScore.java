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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import java.util.function.ToDoubleFunction;

/**
 * How unsure a model is of one answer: larger is less sure. Let p be the model's own predictions, before penalties and
 * warpers, and T the number of the answer's tokens, its end included.
 */
public enum AnswerScore {
    /** -log p of the whole answer, in nats (maximum sequence probability). */
    SEQUENCE_PROBABILITY("sequence_probability", answer -> -answer.logProbability()),
    /** -log p / T: the mean loss of a token, in nats (length-normalised). */
    NORMALISED_PROBABILITY("normalised_probability", answer -> mean(answer, token -> -token.logProbability())),
    /** exp(-log p / T), at least 1. */
    PERPLEXITY("perplexity", answer -> Math.exp(mean(answer, token -> -token.logProbability()))),
    /** The mean entropy of the predictions, in nats. */
    MEAN_TOKEN_ENTROPY("mean_token_entropy", answer -> mean(answer, ChosenToken::entropy)),
    /** The largest entropy of a prediction, in nats. */
    MAX_TOKEN_ENTROPY(
            "max_token_entropy",
            answer -> answer.tokens().stream()
                    .mapToDouble(ChosenToken::entropy)
                    .max()
                    .orElse(Double.NaN)),
    /** -log of the probability with which the model, asked, calls its answer true (Kadavath et al., 2022), in nats. */
    P_TRUE("p_true", answer -> -answer.truth().orElse(Double.NaN));

    private final String label;
    private final ToDoubleFunction<Answer> value;

    AnswerScore(String label, ToDoubleFunction<Answer> value) {
        this.label = label;
        this.value = value;
    }

    private static double mean(Answer answer, ToDoubleFunction<ChosenToken> measure) {
        return answer.tokens().stream().mapToDouble(measure).average().orElse(Double.NaN);
    }

    double of(Answer answer) {
        return value.applyAsDouble(answer);
    }

    /** {@return its name in files} */
    public String label() {
        return label;
    }
}
