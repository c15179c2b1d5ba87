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
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.charts.CurveChart;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomDataGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * MNIST by a multilayer perceptron that learns from a tenth of each batch: the pictures between two quantiles of the
 * batch's losses (Figure 12, Appendix C.2).
 */
public final class LossQuantiles implements ToyExperiment {
    private static final int MOST_DRAWN = 6;
    private static final Logger LOGGER = Logger.getLogger(LossQuantiles.class.getName());

    @Config(mandatory = true, description = "The directory with MNIST's four files, plain or gzipped.")
    private Path data;

    @Config(description = "Whether the files must be MNIST's, by their hash; false for a part of it.")
    private boolean whole = true;

    @Config(description = "Hidden units of each layer.")
    private List<Integer> hidden = List.of(32, 16);

    @Config(description = "Passes over the training data.")
    private int epochs = 20;

    @Config(description = "Pictures of a step, among which losses are ranked.")
    private int batchSize = 256;

    @Config(description = "Learning rate, constant.")
    private double learningRate = 0.01;

    @Config(description = "Bands of quantiles, of equal width.")
    private int bands = 10;

    @Config(description = "How many initialisations and orders of the data, of a seed each; at least 2.")
    private int seeds = 20;

    @Config(description = "The first seed.")
    private long seed = 1;

    private LossQuantiles() {}

    /**
     * The paper's setting.
     *
     * @param data the directory with MNIST's four files, plain or gzipped
     */
    public LossQuantiles(Path data) {
        this.data = data;
    }

    @Override
    public void postConfig() {
        Settings.require(
                "hidden",
                !hidden.isEmpty() && hidden.stream().allMatch(width -> width >= 1),
                "must be positive numbers");
        Settings.require("epochs", epochs >= 1, "must be at least 1");
        Settings.require("bands", bands >= 2 && bands <= 10, "must lie in [2, 10]");
        Settings.require("batchSize", batchSize >= bands, "must be at least the number of bands");
        Settings.require(
                "learningRate",
                learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
                "must be positive and finite");
        Settings.require("seeds", seeds >= 2, "must be at least 2");
    }

    /** Maximum likelihood on the pictures between two quantiles of the batch's losses. */
    static Objective objective(double low, double high) {
        Selection band =
                new Selection(new LossScore(), new LossBand(low, high), Granularity.TOKEN, Scope.OPTIMISER_STEP);
        return new Objective(List.of(new Term(new LabelTarget(), band, Normaliser.SELECTED, 1)));
    }

    @Override
    public ToyReport run() {
        Digits train = whole ? Digits.Part.TRAIN.in(data) : Digits.in(data, "train");
        Digits test = whole ? Digits.Part.TEST.in(data) : Digits.in(data, "t10k");
        List<List<double[]>> accuracies = new ArrayList<>();
        for (int band = 0; band < bands; band++) {
            int at = band;
            accuracies.add(IntStream.range(0, seeds)
                    .parallel()
                    .mapToObj(i -> accuracies(at, seed + i, train, test))
                    .toList());
            LOGGER.info("band " + (band + 1) + " of " + bands + " is done");
        }
        return report(accuracies);
    }

    /** Test accuracy after each epoch. */
    private double[] accuracies(int band, long runSeed, Digits train, Digits test) {
        RandomDataGenerator random = new RandomDataGenerator(new Well19937c(runSeed));
        int[] widths = IntStream.concat(
                        IntStream.concat(
                                IntStream.of(Digits.PIXELS), hidden.stream().mapToInt(Integer::intValue)),
                        IntStream.of(10))
                .toArray();
        Objective objective = objective((double) band / bands, (band + 1.0) / bands);
        double[] accuracies = new double[epochs];
        try (Mlp mlp = new Mlp(objective, random.getRandomGenerator(), widths)) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                int[] order = random.nextPermutation(train.size(), train.size());
                for (int from = 0; from + batchSize <= order.length; from += batchSize) {
                    int[] rows = Arrays.copyOfRange(order, from, from + batchSize);
                    float loss = mlp.step(train.pixels(rows), train.labels(rows), learningRate);
                    if (!Float.isFinite(loss)) {
                        throw new DivergedException("The training on band " + (band + 1) + " with seed "
                                + runSeed + " diverged in epoch " + (epoch + 1) + ": its loss is " + loss
                                + "; lower learningRate, " + learningRate);
                    }
                }
                accuracies[epoch] = accuracy(mlp, test);
            }
        }
        return accuracies;
    }

    private static double accuracy(Mlp mlp, Digits test) {
        int[] all = IntStream.range(0, test.size()).toArray();
        long[] found = mlp.classes(test.pixels(all), all.length);
        long[] labels = test.labels(all);
        return (double) IntStream.of(all).filter(i -> found[i] == labels[i]).count() / all.length;
    }

    private ToyReport report(List<List<double[]>> accuracies) {
        TextTable table = new TextTable("quantiles of the loss", "test accuracy after the last epoch");
        Map<String, List<Estimate>> curves = new LinkedHashMap<>();
        List<Integer> drawn = drawn(bands);
        for (int band = 0; band < bands; band++) {
            String name = 100 * band / bands + "-" + 100 * (band + 1) / bands + " %";
            List<Estimate> means = SeedMeans.ofCurves(accuracies.get(band));
            table.row(name, means.get(epochs - 1).toString());
            if (drawn.contains(band)) {
                curves.put(name, means);
            }
        }
        Estimate trend = trend(accuracies);
        return new ToyReport(
                table.toString(),
                trend.isAbove(0.8),
                "test accuracy after the last epoch increases with the quantile of the loss: Spearman " + trend
                        + " over the bands of one seed",
                CurveChart.of(
                        "MNIST, learning from a band of each batch's losses",
                        "epoch",
                        "test accuracy, " + seeds + " seeds",
                        IntStream.rangeClosed(1, epochs).asDoubleStream().toArray(),
                        curves));
    }

    /** Of many bands a chart tells apart only some: every second one, and the highest two, where the order ends. */
    static List<Integer> drawn(int bands) {
        return IntStream.range(0, bands)
                .filter(band -> bands <= MOST_DRAWN || band % 2 == 0 || band == bands - 1)
                .boxed()
                .toList();
    }

    /** The rank correlation of the accuracies with the bands. */
    private Estimate trend(List<List<double[]>> accuracies) {
        double[] places = IntStream.range(0, bands).asDoubleStream().toArray();
        return SeedMeans.of(IntStream.range(0, seeds)
                .mapToDouble(run -> new SpearmansCorrelation()
                        .correlation(
                                places,
                                accuracies.stream()
                                        .mapToDouble(runs -> runs.get(run)[epochs - 1])
                                        .toArray()))
                .toArray());
    }
}
