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
import java.util.Arrays;
import java.util.List;

/**
 * What a judge preferred of each pair.
 *
 * @param values from 0 (the baseline) to 1 (the model), 0.5 for a tie; NaN where the judge gave none
 */
public record Preferences(double[] values) {
    private static final double BASELINE = 1;
    private static final double TIE = 1.5;

    /**
     * Creates preferences from a copy of the values.
     *
     * @param values from 0 to 1, or NaN
     * @throws EvaluationException if there is none that is a number, or one is out of range
     */
    public Preferences {
        values = values.clone();
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] > 1) {
                throw new EvaluationException("Preference " + (i + 1) + " is " + values[i] + ", not from 0 to 1");
            }
        }
        if (Arrays.stream(values).allMatch(Double::isNaN)) {
            throw new EvaluationException("The judge gave no preference on any of " + values.length + " pairs");
        }
    }

    /**
     * Preferences as AlpacaEval writes them.
     *
     * @param annotated from 1 (the baseline) to 2 (the model); 0 and 1.5 are ties, NaN is none
     * @throws EvaluationException if one is out of range
     */
    public static Preferences annotated(double... annotated) {
        return new Preferences(Arrays.stream(annotated)
                .map(value -> (value == 0 ? TIE : value) - BASELINE)
                .toArray());
    }

    /**
     * Reads a judge's answers.
     *
     * @param answers one for each pair
     * @param order in which the judge read all pairs
     * @throws EvaluationException if no answer names a label; the message quotes the first one
     */
    public static Preferences of(List<JudgeAnswer> answers, Order order) {
        JudgeAnswer.requireLabels(
                answers,
                "the judge's " + answers.size() + " answers",
                "Ask a judge that answers with a label alone, and for the log-probabilities of its tokens");
        return annotated(answers.stream()
                .mapToDouble(answer -> answer.probabilityOfFirst().isPresent()
                        ? order.preference(answer.probabilityOfFirst().getAsDouble())
                        : Double.NaN)
                .toArray());
    }

    /**
     * The means of what was preferred in two orders; where a pair was judged in one order only, that.
     *
     * @param other the preferences on the same pairs in the other order
     * @throws EvaluationException if the numbers of pairs differ
     */
    public Preferences mean(Preferences other) {
        if (values.length != other.values.length) {
            throw new EvaluationException(
                    "One order has " + values.length + " preferences, the other " + other.values.length);
        }
        double[] means = new double[values.length];
        Arrays.setAll(means, i -> mean(values[i], other.values[i]));
        return new Preferences(means);
    }

    private static double mean(double one, double other) {
        return Double.isNaN(one) ? other : Double.isNaN(other) ? one : (one + other) / 2;
    }

    /** {@return on how many pairs the judge gave no preference} */
    public int missing() {
        return (int) Arrays.stream(values).filter(Double::isNaN).count();
    }

    /** {@return a copy of the values} */
    @Override
    public double[] values() {
        return values.clone();
    }

    /** {@return those values that are numbers} */
    double[] given() {
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    }
}
