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
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How far a judge can be believed: its choices beside those of a reference on the same pairs. A judge that knows nothing
 * has a kappa of 0.
 *
 * @param pairs on which both gave a preference
 * @param agreement the share of pairs on which both choose the same
 * @param kappa Cohen's kappa of the choices: agreement beyond chance, 1 at most
 * @param first the share of the judge's choices, over both orders, that fall on what it read first; 0.5 without bias
 * @param consistent the share of pairs on which it chooses the same in both orders
 * @param longer the share of its choices that fall on the longer answer
 * @param referenceLonger the same of the reference
 */
public record JudgeAgreement(
        int pairs,
        double agreement,
        double kappa,
        double first,
        double consistent,
        double longer,
        double referenceLonger) {
    private static final int SIDES = 3;

    /**
     * Measures a judge.
     *
     * @param answers the pairs
     * @param reference the preferences that are believed
     * @param baselineFirst the judge's where the baseline's answer was read first
     * @param modelFirst the judge's where the model's answer was read first
     * @throws EvaluationException if numbers of pairs differ, or both gave a preference on no pair
     */
    public static JudgeAgreement of(
            List<AnswerPair> answers, Preferences reference, Preferences baselineFirst, Preferences modelFirst) {
        double[] judged = baselineFirst.mean(modelFirst).values();
        double[] believed = reference.values();
        if (judged.length != believed.length || judged.length != answers.size()) {
            throw new EvaluationException("There are " + answers.size() + " pairs, " + judged.length
                    + " preferences of the judge and " + believed.length + " of the reference");
        }
        int[] both = IntStream.range(0, judged.length)
                .filter(i -> !Double.isNaN(judged[i]) && !Double.isNaN(believed[i]))
                .toArray();
        if (both.length == 0) {
            throw new EvaluationException(
                    "There is no pair on which both the judge and the reference have a preference");
        }
        double[][] table = new double[SIDES][SIDES];
        for (int i : both) {
            table[side(judged[i])][side(believed[i])] += 1.0 / both.length;
        }
        double agreement =
                IntStream.range(0, SIDES).mapToDouble(s -> table[s][s]).sum();
        double chance = IntStream.range(0, SIDES)
                .mapToDouble(s -> row(table, s) * column(table, s))
                .sum();
        double[] ahead = baselineFirst.values();
        double[] behind = modelFirst.values();
        return new JudgeAgreement(
                both.length,
                agreement,
                chance == 1 ? 1 : (agreement - chance) / (1 - chance),
                firstShare(ahead, behind),
                share(ahead, i -> !Double.isNaN(behind[i]), i -> side(ahead[i]) == side(behind[i])),
                longerShare(answers, judged),
                longerShare(answers, believed));
    }

    /** {@return 0 for the baseline, 1 for neither, 2 for the model} */
    private static int side(double preference) {
        return 1 + (int) Math.signum(preference - 0.5);
    }

    private static double row(double[][] table, int side) {
        return IntStream.range(0, SIDES).mapToDouble(s -> table[side][s]).sum();
    }

    private static double column(double[][] table, int side) {
        return IntStream.range(0, SIDES).mapToDouble(s -> table[s][side]).sum();
    }

    private static double firstShare(double[] baselineFirst, double[] modelFirst) {
        double ofBaseline = share(baselineFirst, i -> side(baselineFirst[i]) != 1, i -> side(baselineFirst[i]) == 0);
        double ofModel = share(modelFirst, i -> side(modelFirst[i]) != 1, i -> side(modelFirst[i]) == 2);
        return (ofBaseline + ofModel) / 2;
    }

    private static double longerShare(List<AnswerPair> answers, double[] preferences) {
        return share(
                preferences,
                i -> side(preferences[i]) != 1 && answers.get(i).baselineExcess() != 0,
                i -> (side(preferences[i]) == 0) == (answers.get(i).baselineExcess() > 0));
    }

    /** {@return among the preferences that are counted the share of those that are meant; NaN if none is counted} */
    private static double share(double[] preferences, IntPredicate counted, IntPredicate meant) {
        return IntStream.range(0, preferences.length)
                .filter(i -> !Double.isNaN(preferences[i]))
                .filter(counted)
                .mapToDouble(i -> meant.test(i) ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "agrees on %.1f %% of %d pairs, kappa %.3f; prefers what it reads first in %.1f %%, the same in both orders in"
                        + " %.1f %%, the longer answer in %.1f %% (the reference in %.1f %%)",
                100 * agreement,
                pairs,
                kappa,
                100 * first,
                100 * consistent,
                100 * longer,
                100 * referenceLonger);
    }
}
