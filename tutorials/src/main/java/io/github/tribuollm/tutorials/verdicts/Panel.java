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
package io.github.tribuollm.tutorials.verdicts;

import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.uncertainty.statistics.PairedScores;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One task and metric, by which all models were measured that learned from one data set.
 *
 * @param set the data set that they learned from
 * @param task what they were measured by
 * @param standsForTask whether this is the metric that stands for the task where tasks are counted
 * @param points what each model scored on the same prompts, by model and by the seed of its training
 */
record Panel(String set, String task, boolean standsForTask, SortedMap<String, SortedMap<Integer, Points>> points) {
    /** Whether a task is of the kind that the data set teaches, which its name tells: {@code held_out_gsm8k} of GSM8K. */
    boolean inDistribution() {
        return task.contains(set);
    }

    String title() {
        return set + ": " + task + ", " + metric();
    }

    /** How many prompts the models were measured on. */
    int prompts() {
        return any().prompts();
    }

    boolean higherIsBetter() {
        return any().higherIsBetter();
    }

    String metric() {
        return any().metric();
    }

    private Points any() {
        return points.values().iterator().next().values().iterator().next();
    }

    boolean measures(String... models) {
        return points.keySet().containsAll(List.of(models))
                && !seeds(models[0], models[1]).isEmpty();
    }

    /** The seeds with which both of two models were trained. */
    private List<Integer> seeds(String model, String rival) {
        return points.get(model).keySet().stream()
                .filter(points.get(rival)::containsKey)
                .toList();
    }

    /**
     * Two models beside each other, over the seeds that both were trained with and the prompts that were scored for both.
     *
     * @param model the one
     * @param rival the other
     */
    Contrast contrast(String model, String rival) {
        List<Integer> seeds = seeds(model, rival);
        PairedScores scores = new PairedScores(
                cells(model, rival, seeds, Points::values),
                cells(rival, model, seeds, Points::values),
                cells(rival, model, seeds, Points::counts));
        return Contrast.of(this, model, rival, seeds.size(), scores);
    }

    /** Of one model seed by seed; 0 at prompts that were not scored for both. */
    private double[] cells(String model, String other, List<Integer> seeds, Function<Points, double[]> values) {
        return seeds.stream()
                .flatMapToDouble(seed -> {
                    Points ours = points.get(model).get(seed);
                    Points theirs = points.get(other).get(seed);
                    double[] all = values.apply(ours);
                    double[] counts = ours.counts();
                    double[] others = theirs.counts();
                    return IntStream.range(0, all.length)
                            .mapToDouble(prompt -> counts[prompt] > 0 && others[prompt] > 0 ? all[prompt] : 0);
                })
                .toArray();
    }
}
