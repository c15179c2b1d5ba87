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
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * How often a model is preferred to another one, whatever the order in which the judge read the answers and whatever
 * their lengths: a logistic regression of the preferences in both orders on the model, the position and tanh of the
 * standardised difference of lengths. Standard errors are robust, and treat the two judgements of an instruction as one.
 *
 * @param winRate the mean preference over both orders, in percent, as it is
 * @param standardError of the win rate over instructions, in points; NaN for a single one
 * @param adjustedWinRate what the regression predicts for answers of one length, halfway between the positions, in
 *     percent
 * @param adjustedStandardError of that, in points
 * @param position the coefficient of reading the model's answer first (1) rather than the baseline's (-1)
 * @param length the coefficient of the baseline's answer being longer
 */
public record HeadToHead(
        double winRate,
        double standardError,
        double adjustedWinRate,
        double adjustedStandardError,
        double position,
        double length) {
    private static final int MODEL = 0;

    /**
     * Fits the regression.
     *
     * @param pairs the answers
     * @param baselineFirst the preferences where the baseline's answer was read first
     * @param modelFirst the preferences where the model's answer was read first
     * @throws EvaluationException if the numbers of pairs differ
     */
    public static HeadToHead of(List<AnswerPair> pairs, Preferences baselineFirst, Preferences modelFirst) {
        WinRate raw = WinRate.of(baselineFirst.mean(modelFirst));
        double[][] preferences = {baselineFirst.values(), modelFirst.values()};
        if (preferences[0].length != pairs.size()) {
            throw new EvaluationException(
                    "There are " + pairs.size() + " pairs, but " + preferences[0].length + " preferences");
        }
        double[] lengths = lengths(pairs);
        List<double[]> features = new ArrayList<>();
        List<Double> outcomes = new ArrayList<>();
        List<Integer> clusters = new ArrayList<>();
        for (int pair = 0; pair < pairs.size(); pair++) {
            for (int order = 0; order < preferences.length; order++) {
                if (!Double.isNaN(preferences[order][pair])) {
                    features.add(new double[] {1, 2 * order - 1, Math.tanh(lengths[pair])});
                    outcomes.add(preferences[order][pair]);
                    clusters.add(pair);
                }
            }
        }
        double[] weights = new double[features.size()];
        Arrays.fill(weights, 1);
        LogisticRegression regression = new LogisticRegression(
                features.toArray(double[][]::new),
                outcomes.stream().mapToDouble(Double::doubleValue).toArray(),
                weights);
        double[] b = regression.fit(0);
        double share = LogisticRegression.sigmoid(b[MODEL]);
        double error = Math.sqrt(covariance(regression, b, clusters).getEntry(MODEL, MODEL));
        return new HeadToHead(
                raw.winRate(), raw.standardError(), 100 * share, 100 * share * (1 - share) * error, b[1], b[2]);
    }

    private static double[] lengths(List<AnswerPair> pairs) {
        return LengthControlled.areAlike(pairs) ? new double[pairs.size()] : LengthControlled.standardised(pairs);
    }

    /** {@return the sandwich of the coefficients over clusters of rows, shape [features, features]} */
    private static RealMatrix covariance(LogisticRegression regression, double[] b, List<Integer> clusters) {
        int size = b.length;
        RealMatrix meat = new Array2DRowRealMatrix(size, size);
        RealVector score = new ArrayRealVector(size);
        int groups = 0;
        for (int row = 0; row < clusters.size(); row++) {
            double[] x = regression.features()[row];
            double residual = regression.outcomes()[row] - LogisticRegression.sigmoid(LogisticRegression.dot(x, b));
            score = score.add(new ArrayRealVector(x).mapMultiply(residual));
            if (row + 1 == clusters.size() || !clusters.get(row).equals(clusters.get(row + 1))) {
                meat = meat.add(score.outerProduct(score));
                score = new ArrayRealVector(size);
                groups++;
            }
        }
        RealMatrix inverse = new SingularValueDecomposition(regression.information(b))
                .getSolver()
                .getInverse();
        return inverse.multiply(meat)
                .multiply(inverse)
                .scalarMultiply(groups > 1 ? groups / (groups - 1.0) : Double.NaN);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.2f ± %.2f %%; adjusted for length and position %.2f ± %.2f %%",
                winRate,
                standardError,
                adjustedWinRate,
                adjustedStandardError);
    }
}
