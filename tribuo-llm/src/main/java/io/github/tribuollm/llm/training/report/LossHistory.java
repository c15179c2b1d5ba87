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
package io.github.tribuollm.llm.training.report;

import io.github.tribuollm.uncertainty.charts.Chart;
import io.github.tribuollm.uncertainty.charts.CurveChart;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Keeps the losses of a training to draw them: the objective's value at each step of each of its runs, and the loss of
 * each held-out set. A training that starts anew forgets the one before.
 */
public final class LossHistory implements TrainingListener {
    private static final int POINTS = 40;
    private static final String NOTHING = "no steps yet";

    private final Map<String, TreeMap<Integer, Double>> training = new LinkedHashMap<>();
    private final Map<String, TreeMap<Integer, Double>> heldOut = new LinkedHashMap<>();

    /**
     * Losses against steps.
     *
     * @param name of the run or the data
     * @param x optimiser steps done
     * @param loss in nats
     */
    public record Curve(String name, double[] x, double[] loss) {
        /** Copies the arrays. */
        public Curve {
            x = x.clone();
            loss = loss.clone();
        }

        static Curve of(String name, Map<Integer, Double> losses) {
            return new Curve(
                    name,
                    losses.keySet().stream().mapToDouble(i -> i).toArray(),
                    losses.values().stream().mapToDouble(l -> l).toArray());
        }

        /** {@return the first loss} */
        public double first() {
            return loss[0];
        }

        /** {@return the last loss} */
        public double last() {
            return loss[loss.length - 1];
        }

        /** {@return the least finite loss; NaN without any} */
        public double lowest() {
            return finite().min().orElse(Double.NaN);
        }

        /** {@return the largest finite loss; NaN without any} */
        public double highest() {
            return finite().max().orElse(Double.NaN);
        }

        private DoubleStream finite() {
            return Arrays.stream(loss).filter(Double::isFinite);
        }

        /**
         * Averages neighbouring points.
         *
         * @param points how many remain at most, at least 1
         * @return the curve of the means, each at the last step of its mean
         */
        public Curve smoothed(int points) {
            int width = Math.max(1, (x.length + points - 1) / points);
            int count = (x.length + width - 1) / width;
            double[] places = new double[count];
            double[] means = new double[count];
            for (int i = 0; i < count; i++) {
                int end = Math.min(x.length, (i + 1) * width);
                places[i] = x[end - 1];
                means[i] = Arrays.stream(loss, i * width, end).average().orElseThrow();
            }
            return new Curve(name, places, means);
        }

        /**
         * {@return the curve for a chart}
         *
         * @param label its name there
         */
        public CurveChart.Curve drawn(String label) {
            return new CurveChart.Curve(label, x, estimates());
        }

        /** {@return the name with the first and the last loss, such as {@code train 5.470 to 1.810}} */
        @Override
        public String toString() {
            return loss.length == 0 ? name : String.format(Locale.ROOT, "%s %.3f to %.3f", name, first(), last());
        }

        private List<Estimate> estimates() {
            return Arrays.stream(loss)
                    .mapToObj(value -> new Estimate(value, Double.NaN, Double.NaN))
                    .toList();
        }
    }

    /** Keeps nothing yet. */
    public LossHistory() {}

    @Override
    public synchronized void started(RunReport run) {
        if (run.stage().number() == 1) {
            training.clear();
            heldOut.clear();
        }
    }

    @Override
    public synchronized void stepped(StepReport step) {
        training.computeIfAbsent(step.stage().run(), run -> new TreeMap<>()).put(step.step(), step.loss());
    }

    @Override
    public synchronized void evaluated(EvaluationReport evaluation) {
        heldOut.computeIfAbsent(evaluation.dataset(), name -> new TreeMap<>()).put(evaluation.step(), evaluation.nll());
    }

    /**
     * The objective's value at each step.
     *
     * @param run the name of the run, such as {@code train}
     * @return its losses so far; without points if it did no step
     */
    public synchronized Curve training(String run) {
        return Curve.of(run, training.getOrDefault(run, new TreeMap<>()));
    }

    /** {@return the loss of the completion tokens of each held-out set at each evaluation} */
    public synchronized List<Curve> heldOut() {
        return heldOut.entrySet().stream()
                .map(e -> Curve.of(e.getKey(), e.getValue()))
                .toList();
    }

    /** {@return whether there is nothing to draw yet} */
    public synchronized boolean isEmpty() {
        return training.isEmpty() && heldOut.isEmpty();
    }

    /**
     * Draws the losses of all runs and held-out sets. Steps are averaged, so that each run has at most {@value #POINTS}
     * points.
     *
     * @return the chart
     */
    public synchronized Chart chart() {
        List<CurveChart.Curve> curves = new ArrayList<>();
        training.forEach((run, losses) ->
                curves.add(Curve.of(run, losses).smoothed(POINTS).drawn(run)));
        heldOut().forEach(curve -> curves.add(curve.drawn("held out: " + curve.name())));
        return CurveChart.of(isEmpty() ? "Loss: " + NOTHING : "Loss", "optimiser steps", "loss (nats)", curves);
    }

    /** {@return each run and held-out set with its first and last loss} */
    @Override
    public synchronized String toString() {
        Stream<Curve> runs = training.entrySet().stream().map(e -> Curve.of(e.getKey(), e.getValue()));
        return isEmpty()
                ? NOTHING
                : Stream.concat(runs, heldOut().stream()).map(Curve::toString).collect(Collectors.joining(", "));
    }
}
