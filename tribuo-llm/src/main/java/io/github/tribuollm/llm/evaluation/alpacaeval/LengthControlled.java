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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * The win rate that AlpacaEval 2.0 predicts for answers as long as the baseline's (Dubois et al., 2024): a logistic
 * regression of the preferences on length, difficulty of the instruction and model, with an L1 penalty chosen by
 * cross-validation.
 *
 * @param winRate in percent
 * @param standardError of its mean over instructions, in points; NaN for a single preference
 * @param length the coefficient of tanh of the standardised difference of lengths
 * @param difficulty the coefficient of the instruction's difficulty
 * @param model the coefficient of the model
 */
public record LengthControlled(double winRate, double standardError, double length, double difficulty, double model) {
    /** The parts of the cross-validation. */
    static final int FOLDS = 5;

    private static final int STRENGTHS = 10;
    private static final double WEIGHT_OF_GAMED = 0.2 / 2;
    private static final double LEAST_PROBABILITY = 1e-15;

    /**
     * Fits the regression.
     *
     * @param pairs the answers, the first of which is to instruction 0 of the gamed baselines
     * @param preferences on them
     * @param gamed the preferences on gamed answers of the baseline, with the difficulty of each instruction
     * @throws EvaluationException if numbers of pairs differ, all answers differ by one length, or a difficulty is missing
     */
    public static LengthControlled of(List<AnswerPair> pairs, Preferences preferences, GamedBaselines gamed) {
        double[] values = preferences.values();
        if (values.length != pairs.size()) {
            throw new EvaluationException(
                    "There are " + pairs.size() + " pairs, but " + values.length + " preferences");
        }
        List<GamedRow> gamedRows = gamed.rows();
        double[] difficulties = gamed.difficulties(gamedRows, values.length);
        double[] lengths = standardised(pairs);
        List<Row> rows = new ArrayList<>();
        for (GamedRow row : gamedRows) {
            rows.add(new Row(row.lengthDifference(), row.difficulty(), 0, row.preference(), WEIGHT_OF_GAMED));
        }
        List<Row> own = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                own.add(new Row(lengths[i], difficulties[i], 1, values[i], 1));
            }
        }
        rows.addAll(own);
        double[] b = regression(rows).fit(1 / strength(rows));
        DescriptiveStatistics predicted = new DescriptiveStatistics();
        own.forEach(row -> predicted.addValue(100 * LogisticRegression.sigmoid(b[1] * row.difficulty() + b[2])));
        double error = own.size() > 1 ? predicted.getStandardDeviation() / Math.sqrt(own.size()) : Double.NaN;
        return new LengthControlled(predicted.getMean(), error, b[0], b[1], b[2]);
    }

    /** {@return whether the answers of all pairs differ by one length, or there is one pair only} */
    static boolean areAlike(List<AnswerPair> pairs) {
        return pairs.stream().mapToInt(AnswerPair::baselineExcess).distinct().count() < 2;
    }

    /** {@return by how much the baseline's answers are longer, in standard deviations of the difference} */
    static double[] standardised(List<AnswerPair> pairs) {
        double[] differences =
                pairs.stream().mapToDouble(AnswerPair::baselineExcess).toArray();
        if (areAlike(pairs)) {
            throw new EvaluationException("The answers of all " + pairs.size()
                    + " pairs differ by the same length, or there is one pair only;"
                    + " length cannot be controlled for");
        }
        double deviation = new DescriptiveStatistics(differences).getStandardDeviation();
        return Arrays.stream(differences).map(d -> d / deviation).toArray();
    }

    private static LogisticRegression regression(List<Row> rows) {
        return new LogisticRegression(
                rows.stream().map(Row::features).toArray(double[][]::new),
                rows.stream().mapToDouble(Row::preference).toArray(),
                rows.stream().mapToDouble(Row::weight).toArray());
    }

    /** {@return the inverse penalty, of ten from 1e-4 to 1e4, under which rows that were left out are likeliest} */
    private static double strength(List<Row> rows) {
        return IntStream.range(0, STRENGTHS)
                .mapToObj(i -> Math.pow(10, -4 + 8.0 * i / (STRENGTHS - 1)))
                .parallel()
                .map(strength -> Map.entry(strength, loss(rows, strength)))
                .sequential()
                .min(Comparator.comparingDouble(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
    }

    private static double loss(List<Row> rows, double strength) {
        double sum = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            List<Row> kept = new ArrayList<>();
            List<Row> leftOut = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                boolean out = (rows.size() - 1 - i) % FOLDS == fold;
                (out ? leftOut : kept).add(rows.get(i));
            }
            double[] b = regression(kept).fit(1 / strength);
            sum += leftOut.stream().mapToDouble(row -> row.loss(b)).average().orElseThrow();
        }
        return sum / FOLDS;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f ± %.2f %% with lengths controlled", winRate, standardError);
    }

    private record Row(double length, double difficulty, double model, double preference, double weight) {
        double[] features() {
            return new double[] {Math.tanh(length), difficulty, model};
        }

        double loss(double[] b) {
            double s = LogisticRegression.sigmoid(LogisticRegression.dot(features(), b));
            double bounded = Math.max(LEAST_PROBABILITY, Math.min(1 - LEAST_PROBABILITY, s));
            return -weight * (preference * Math.log(bounded) + (1 - preference) * Math.log(1 - bounded));
        }
    }
}
