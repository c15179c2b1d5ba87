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

import java.util.List;
import java.util.function.ToDoubleFunction;

/** How unsure a model is of what to answer, from several answers that were drawn: larger is less sure. */
public enum SampleScore {
    /** The mean of -log p of the answers, an estimate of the entropy over answers, in nats. */
    SEQUENCE_ENTROPY("monte_carlo_sequence_entropy", AnswerScore.SEQUENCE_PROBABILITY),
    /** The mean of -log p / T of the answers, in nats (length-normalised). */
    NORMALISED_SEQUENCE_ENTROPY("monte_carlo_normalised_sequence_entropy", AnswerScore.NORMALISED_PROBABILITY),
    /** Minus the mean ROUGE-L of pairs of answers, in [-1, 0]. */
    LEXICAL_SIMILARITY("lexical_similarity", SampleScore::dissimilarity);

    private final String label;
    private final ToDoubleFunction<List<Answer>> value;

    SampleScore(String label, ToDoubleFunction<List<Answer>> value) {
        this.label = label;
        this.value = value;
    }

    SampleScore(String label, AnswerScore score) {
        this(label, answers -> answers.stream().mapToDouble(score::of).average().orElse(Double.NaN));
    }

    private static double dissimilarity(List<Answer> answers) {
        List<RougeL> words =
                answers.stream().map(answer -> RougeL.of(answer.text())).toList();
        double sum = 0;
        for (int i = 0; i < words.size(); i++) {
            for (int j = i + 1; j < words.size(); j++) {
                sum += words.get(i).similarity(words.get(j));
            }
        }
        return 0 - sum / (words.size() * (words.size() - 1) / 2.0);
    }

    /** NaN for fewer than two answers. */
    double of(List<Answer> answers) {
        return answers.size() < 2 ? Double.NaN : value.applyAsDouble(answers);
    }

    /** {@return its name in files} */
    public String label() {
        return label;
    }
}
