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
package io.github.tribuollm.uncertainty.charts;

import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Draws what several models reach on several tasks, as in the paper's Figures 3, 5 and 6: models side by side, a series
 * for each task.
 */
public final class TaskChart {
    /** The most tasks that one chart tells apart. */
    public static final int MOST_TASKS = Ink.COUNT;

    private static final double GRID = 0.1;
    /** So many names stand side by side; those of more models are broken at their hyphens. */
    private static final int BESIDE = 5;

    private static final double SPREAD = 0.6;

    private TaskChart() {}

    /**
     * Draws scores, gains or fractions with their intervals.
     *
     * @param title what is shown
     * @param yAxis the title of the vertical axis, with its unit
     * @param models the names of the models, in their order; at least one
     * @param tasks for each task an estimate of each model, in the order of the models; from 1 to {@link #MOST_TASKS}
     * @return the chart
     * @throws IllegalArgumentException if there is no model or no task, there are too many, or numbers of models differ
     */
    public static Chart of(String title, String yAxis, List<String> models, Map<String, List<Estimate>> tasks) {
        if (models.isEmpty() || tasks.isEmpty()) {
            throw new IllegalArgumentException("a chart of tasks needs at least one model and one task");
        }
        List<Double> ends = tasks.values().stream()
                .flatMap(List::stream)
                .flatMap(e -> Stream.of(e.low(), e.value(), e.high()))
                .filter(Double::isFinite)
                .toList();
        double low = ends.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double high = ends.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        Chart chart = new Chart(title, "", yAxis);
        chart.categories(names(models), Math.min(0, floor(low)), Math.max(GRID, -floor(-high)));
        List<String> names = new ArrayList<>(tasks.keySet());
        for (int task = 0; task < names.size(); task++) {
            List<Estimate> estimates = tasks.get(names.get(task));
            if (estimates.size() != models.size()) {
                throw new IllegalArgumentException(names.get(task) + " has estimates of " + estimates.size()
                        + " models, but there are " + models.size());
            }
            double shift = SPREAD * ((task + 0.5) / names.size() - 0.5);
            double[] x = new double[models.size()];
            for (int model = 0; model < x.length; model++) {
                x[model] = model + shift;
            }
            chart.points(names.get(task), Ink.of(task), x, estimates);
        }
        return chart;
    }

    private static List<String> names(List<String> models) {
        return models.size() <= BESIDE
                ? models
                : models.stream().map(model -> model.replace('-', '\n')).toList();
    }

    private static double floor(double value) {
        return Math.floor(value / GRID) * GRID;
    }
}
