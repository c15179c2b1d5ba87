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
import io.github.tribuollm.tutorials.toy.DescentStep.Outcome;
import io.github.tribuollm.uncertainty.charts.CurveChart;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Linear regression by gradient descent on subsets (Figure 11, Appendix C.1): all data, the subset that exhaustive search
 * finds best, the largest errors, and random ones, at the same compute; the same for subsets of parameters.
 */
public final class LinearRegression implements ToyExperiment {
    /** Losses, as log10, below which single precision leaves nothing but rounding. */
    private static final int FLOOR = -12;

    @Config(description = "Whether the rows of data are orthonormal (Z Z^T = I), where the largest errors are optimal.")
    private boolean whitened;

    @Config(description = "What a step takes a part of.")
    private Subset subset = Subset.DATA;

    @Config(description = "Training data N; at most 24, since all subsets are tried.")
    private int rows = 12;

    @Config(description = "Parameters D; at most 24, and at least N if whitened.")
    private int parameters = 12;

    @Config(description = "How many data or parameters a step takes; a divisor of their number.")
    private int kept = 3;

    @Config(description = "Held-out data.")
    private int heldOut = 100;

    @Config(description = "Standard deviation of the noise of the training data's targets.")
    private double noise = 0;

    @Config(description = "Learning rate, in inverses of the largest curvature, in (0, 2).")
    private double relativeRate = 0.5;

    @Config(description = "Compute: steps of full gradient descent.")
    private int fullSteps = 20;

    @Config(description = "How many systems, of a seed each; at least 2.")
    private int seeds = 50;

    @Config(description = "The first seed.")
    private long seed = 1;

    private LinearRegression() {}

    /**
     * The experiment with its defaults.
     *
     * @param subset what a step takes a part of
     * @param whitened whether the rows of data are orthonormal
     */
    public LinearRegression(Subset subset, boolean whitened) {
        this.subset = subset;
        this.whitened = whitened;
    }

    @Override
    public void postConfig() {
        Settings.require("rows", rows >= 1 && rows <= 24, "must lie in [1, 24]");
        Settings.require(
                "parameters",
                parameters >= (whitened ? rows : 1) && parameters <= 24,
                "must lie in [1, 24], and be at least rows if whitened");
        int size = subset == Subset.DATA ? rows : parameters;
        Settings.require("kept", kept >= 1 && kept < size && size % kept == 0, "must divide " + size);
        Settings.require("heldOut", heldOut >= 1, "must be at least 1");
        Settings.require("noise", noise >= 0 && noise < Double.POSITIVE_INFINITY, "must be finite and not negative");
        Settings.require("relativeRate", relativeRate > 0 && relativeRate < 2, "must lie in (0, 2)");
        Settings.require("fullSteps", fullSteps >= 1, "must be at least 1");
        Settings.require("seeds", seeds >= 2, "must be at least 2");
    }

    @Override
    public ToyReport run() {
        Map<SubsetRule, List<double[]>> curves = new EnumMap<>(SubsetRule.class);
        for (SubsetRule rule : SubsetRule.values()) {
            curves.put(
                    rule,
                    IntStream.range(0, seeds)
                            .mapToObj(i -> losses(rule, seed + i))
                            .toList());
        }
        return report(curves);
    }

    /** Held-out losses of one rule on one system, as log10, at each full step's worth of compute. */
    private double[] losses(SubsetRule rule, long systemSeed) {
        RandomGenerator random = new Well19937c(systemSeed);
        double[][] z = whitened
                ? LinearSystem.orthonormalRows(rows, parameters, random)
                : LinearSystem.normalRows(rows, parameters, random);
        double[] solution = normals(parameters, 1, random);
        double[] d = LinearSystem.at(z, solution);
        double[] noises = normals(rows, noise, random);
        IntStream.range(0, rows).forEach(i -> d[i] += noises[i]);
        double[][] others = LinearSystem.normalRows(heldOut, parameters, random);
        LinearSystem train = new LinearSystem(z, d);
        double rate = relativeRate / train.curvature();
        try (DescentStep step =
                new DescentStep(train, new LinearSystem(others, LinearSystem.at(others, solution)), rate)) {
            return descend(step, train, rule, random);
        }
    }

    private static double[] normals(int count, double deviation, RandomGenerator random) {
        return IntStream.range(0, count)
                .mapToDouble(i -> deviation * random.nextGaussian())
                .toArray();
    }

    private double[] descend(DescentStep step, LinearSystem train, SubsetRule rule, RandomGenerator random) {
        int size = subset.size(train);
        int stepsAPoint = size / rule.taken(size, kept);
        double[] losses = new double[fullSteps];
        float[] w = new float[parameters];
        for (int point = 0; point < fullSteps; point++) {
            Outcome chosen = null;
            for (int i = 0; i < stepsAPoint; i++) {
                Outcome before = step.from(w, List.of(subset.choice(Subset.ones(size), train)));
                List<float[]> masks = rule.masks(subset, train, kept, before, random);
                chosen = step.from(
                        w,
                        masks.stream().map(mask -> subset.choice(mask, train)).toList());
                w = chosen.next()[chosen.best()];
            }
            losses[point] = Math.max(Math.log10(chosen.heldOut()[chosen.best()] / heldOut), FLOOR);
        }
        return losses;
    }

    private static boolean isCut(Map<SubsetRule, List<double[]>> curves) {
        return curves.values().stream()
                .flatMap(List::stream)
                .flatMapToDouble(Arrays::stream)
                .anyMatch(loss -> loss <= FLOOR);
    }

    private ToyReport report(Map<SubsetRule, List<double[]>> curves) {
        int size = subset == Subset.DATA ? rows : parameters;
        double[] compute =
                IntStream.rangeClosed(1, fullSteps).mapToDouble(i -> i * size).toArray();
        Map<String, List<Estimate>> lines = new LinkedHashMap<>();
        curves.forEach((rule, losses) -> lines.put(rule.label(), SeedMeans.ofCurves(losses)));
        String title = "Linear regression on subsets of " + subset.name().toLowerCase(Locale.ROOT)
                + (whitened ? ", whitened" : "");
        TextTable table = new TextTable(
                "held-out loss (log10) half way", "mean over " + seeds + " seeds", "minus that of the largest errors");
        boolean slower = true;
        for (SubsetRule rule : SubsetRule.values()) {
            Estimate difference = SeedMeans.difference(curves.get(rule), curves.get(SubsetRule.LARGEST), fullSteps / 2);
            table.row(rule.label(), lines.get(rule.label()).get(fullSteps / 2).toString(), difference.toString());
            slower &= rule == SubsetRule.LARGEST || rule == SubsetRule.OPTIMAL || difference.isAbove(0);
        }
        Estimate optimal =
                SeedMeans.difference(curves.get(SubsetRule.FULL), curves.get(SubsetRule.OPTIMAL), fullSteps / 2);
        return new ToyReport(
                table.toString(),
                slower && optimal.isAbove(0),
                "at the same compute, " + SubsetRule.FULL.label() + " is slower than " + SubsetRule.OPTIMAL.label()
                        + " by " + optimal + "; it and " + SubsetRule.RANDOM.label() + " are slower than "
                        + SubsetRule.LARGEST.label(),
                CurveChart.of(
                        title,
                        subset.axis(),
                        "held-out loss (log10" + (isCut(curves) ? ", cut at " + FLOOR : "") + ")",
                        compute,
                        lines));
    }
}
