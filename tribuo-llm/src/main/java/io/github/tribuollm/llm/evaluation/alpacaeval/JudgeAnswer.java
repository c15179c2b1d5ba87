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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import io.github.tribuollm.llm.evaluation.EvaluationException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a judge answered.
 *
 * @param text the text; empty if it was cut off before the first token
 * @param logProbabilities of the likeliest first tokens, by their text
 */
public record JudgeAnswer(String text, Map<String, Double> logProbabilities) {
    private static final String FIRST = "m";
    private static final String SECOND = "M";

    /**
     * Creates an answer from a copy of the log-probabilities.
     *
     * @param text the text
     * @param logProbabilities of first tokens
     */
    public JudgeAnswer {
        logProbabilities = Map.copyOf(logProbabilities);
    }

    /**
     * How probable it is that the judge prefers what it read first, given that it names one of the labels m and M.
     *
     * @return in [0, 1]; empty where neither label is among its tokens, because it refused, or answered with other words
     */
    public OptionalDouble probabilityOfFirst() {
        double first = logProbabilities.getOrDefault(FIRST, Double.NEGATIVE_INFINITY);
        double second = logProbabilities.getOrDefault(SECOND, Double.NEGATIVE_INFINITY);
        double largest = Math.max(first, second);
        if (!(largest > Double.NEGATIVE_INFINITY)) {
            return OptionalDouble.empty();
        }
        double total = Math.exp(first - largest) + Math.exp(second - largest);
        return OptionalDouble.of(Math.exp(first - largest - Math.log(total)));
    }

    /**
     * Checks that a judge can be read at all.
     *
     * @param answers what it answered
     * @param whose what the message calls them, such as {@code the judge's 3 answers}
     * @param remedy what to do
     * @throws EvaluationException if none names a label; the message quotes the first
     */
    public static void requireLabels(List<JudgeAnswer> answers, String whose, String remedy) {
        if (answers.stream().allMatch(answer -> answer.probabilityOfFirst().isEmpty())) {
            String first = answers.isEmpty() ? "" : answers.get(0).text();
            throw new EvaluationException("None of " + whose + " names m or M; the first is"
                    + (first.isEmpty() ? " empty, cut off before its first token" : " \"" + first + "\"") + ". "
                    + remedy);
        }
    }
}
