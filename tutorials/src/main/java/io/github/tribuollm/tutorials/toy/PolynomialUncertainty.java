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
package io.github.tribuollm.tutorials.toy;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.tutorials.toy.DescentStep.Choice;
import io.github.tribuollm.tutorials.toy.DescentStep.Outcome;
import io.github.tribuollm.uncertainty.charts.CurveChart;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.descriptive.moment.Variance;

/**
 * Does a datum's uncertainty say whether a step on it alone helps (Figure 2C, Appendix C.1.1)? The data are points of a
 * random polynomial with noise of known, different size (aleatoric uncertainty); epistemic uncertainty is the variance of
 * predictions under small noise on the coefficients. At each distance of the coefficients from the truth, the decrement
 * of the validation error by one step on each datum is ranked against the datum's uncertainty (Spearman).
 */
public final class PolynomialUncertainty implements ToyExperiment {
    @Config(description = "Degree of the polynomial.")
    private int degree = 5;

    @Config(description = "Training points, uniform in [-1, 1].")
    private int points = 20;

    @Config(description = "Validation points, evenly spaced in [-1, 1].")
    private int validation = 100;

    @Config(description = "The noise of a training point has a standard deviation of this times a uniform number.")
    private double noise = 0.1;

    @Config(description = "Standard deviation of the coefficients whose predictions give the epistemic uncertainty.")
    private double coefficientNoise = 0.002;

    @Config(description = "How many such coefficients.")
    private int samples = 1000;

    @Config(description = "Learning rate of the step.")
    private double learningRate = 0.01;

    @Config(
            description =
                    "Distances from the truth, standard deviations of the noise on its coefficients, evenly spaced"
                            + " by their logarithm from 10^-3 to 1.")
    private int distances = 13;

    @Config(description = "How many polynomials, of a seed each; at least 2.")
    private int seeds = 200;

    @Config(description = "The first seed.")
    private long seed = 1;

    /** The paper's setting. */
    public PolynomialUncertainty() {}

    @Override
    public void postConfig() {
        Settings.require("degree", degree >= 0 && degree <= 20, "must lie in [0, 20]");
        Settings.require("points", points >= 3, "must be at least 3");
        Settings.require("validation", validation >= 2, "must be at least 2");
        Settings.require("noise", noise > 0 && noise < Double.POSITIVE_INFINITY, "must be positive and finite");
        Settings.require(
                "coefficientNoise",
                coefficientNoise > 0 && coefficientNoise < Double.POSITIVE_INFINITY,
                "must be positive and finite");
        Settings.require("samples", samples >= 2, "must be at least 2");
        Settings.require(
                "learningRate",
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "must be positive and finite");
        Settings.require("distances", distances >= 2, "must be at least 2");
        Settings.require("seeds", seeds >= 2, "must be at least 2");
    }

    /** A polynomial with its training data, and how uncertain each datum is. */
    private record Data(
            LinearSystem train, LinearSystem validation, double[] truth, double[] aleatoric, double[] epistemic) {}

    @Override
    public ToyReport run() {
        List<double[]> epistemic = new ArrayList<>();
        List<double[]> aleatoric = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            RandomGenerator random = new Well19937c(seed + i);
            Data data = data(random);
            List<double[]> decrements = decrements(data, random);
            epistemic.add(correlations(data.epistemic(), decrements));
            aleatoric.add(correlations(data.aleatoric(), decrements));
        }
        return report(SeedMeans.ofCurves(epistemic), SeedMeans.ofCurves(aleatoric));
    }

    private Data data(RandomGenerator random) {
        double[] truth = normals(degree + 1, 1, random);
        double[] x = DoubleStream.generate(() -> 2 * random.nextDouble() - 1)
                .limit(points)
                .toArray();
        double[][] z = LinearSystem.powers(x, degree);
        double[] aleatoric = DoubleStream.generate(() -> noise * random.nextDouble())
                .limit(points)
                .toArray();
        double[] y = LinearSystem.at(z, truth);
        IntStream.range(0, points).forEach(i -> y[i] += aleatoric[i] * random.nextGaussian());
        double[] even = IntStream.range(0, validation)
                .mapToDouble(i -> -1 + 2.0 * i / (validation - 1))
                .toArray();
        double[][] others = LinearSystem.powers(even, degree);
        return new Data(
                new LinearSystem(z, y),
                new LinearSystem(others, LinearSystem.at(others, truth)),
                truth,
                aleatoric,
                epistemic(z, truth, random));
    }

    private double[] epistemic(double[][] z, double[] truth, RandomGenerator random) {
        double[][] predictions = new double[points][samples];
        for (int sample = 0; sample < samples; sample++) {
            double[] prediction = LinearSystem.at(z, moved(truth, coefficientNoise, random));
            for (int i = 0; i < points; i++) {
                predictions[i][sample] = prediction[i];
            }
        }
        return IntStream.range(0, points)
                .mapToDouble(i -> new Variance().evaluate(predictions[i]))
                .toArray();
    }

    private static double[] normals(int count, double deviation, RandomGenerator random) {
        return DoubleStream.generate(() -> deviation * random.nextGaussian())
                .limit(count)
                .toArray();
    }

    private static double[] moved(double[] truth, double deviation, RandomGenerator random) {
        double[] moved = normals(truth.length, deviation, random);
        IntStream.range(0, truth.length).forEach(i -> moved[i] += truth[i]);
        return moved;
    }

    /** At each distance, how much one step on each datum lowers the validation error (mean of squares). */
    private List<double[]> decrements(Data data, RandomGenerator random) {
        List<Choice> choices = new ArrayList<>();
        choices.add(new Choice(new float[points], Subset.ones(degree + 1)));
        for (int i = 0; i < points; i++) {
            float[] one = new float[points];
            one[i] = 1;
            choices.add(new Choice(one, Subset.ones(degree + 1)));
        }
        List<double[]> decrements = new ArrayList<>();
        try (DescentStep step = new DescentStep(data.train(), data.validation(), learningRate)) {
            for (double distance : distances()) {
                double[] moved = moved(data.truth(), distance, random);
                float[] w = new float[moved.length];
                IntStream.range(0, w.length).forEach(k -> w[k] = (float) moved[k]);
                decrements.add(decrements(step.from(w, choices)));
            }
        }
        return decrements;
    }

    /** The first choice moves nothing. */
    private double[] decrements(Outcome outcome) {
        return IntStream.rangeClosed(1, points)
                .mapToDouble(i -> 2.0 / validation * (outcome.heldOut()[0] - outcome.heldOut()[i]))
                .toArray();
    }

    private double[] distances() {
        return IntStream.range(0, distances)
                .mapToDouble(i -> Math.pow(10, -3 + 3.0 * i / (distances - 1)))
                .toArray();
    }

    private static double[] correlations(double[] uncertainty, List<double[]> decrements) {
        SpearmansCorrelation spearman = new SpearmansCorrelation();
        return decrements.stream()
                .mapToDouble(decrement -> spearman.correlation(uncertainty, decrement))
                .toArray();
    }

    private ToyReport report(List<Estimate> epistemic, List<Estimate> aleatoric) {
        TextTable table = new TextTable("distance (log10)", "epistemic (Spearman)", "aleatoric (Spearman)");
        double[] distances = DoubleStream.of(distances()).map(Math::log10).toArray();
        for (int i = 0; i < distances.length; i++) {
            table.row(
                    TextTable.number(distances[i], 2),
                    epistemic.get(i).toString(),
                    aleatoric.get(i).toString());
        }
        Map<String, List<Estimate>> curves = new LinkedHashMap<>();
        curves.put("epistemic", epistemic);
        curves.put("aleatoric", aleatoric);
        int far = distances.length - 1;
        boolean confirmed = epistemic.get(far).isAbove(0)
                && epistemic.get(0).isBelow(0)
                && aleatoric.get(0).isBelow(0);
        return new ToyReport(
                table.toString(),
                confirmed,
                "epistemic uncertainty goes with a larger decrement far from the truth, " + epistemic.get(far)
                        + ", and with a smaller one close to it, " + epistemic.get(0)
                        + "; so does aleatoric close to it, " + aleatoric.get(0),
                CurveChart.of(
                        "Does a step on an uncertain datum help? " + seeds + " polynomials",
                        "distance from the truth (log10)",
                        "Spearman correlation with the decrement",
                        distances,
                        curves));
    }
}
