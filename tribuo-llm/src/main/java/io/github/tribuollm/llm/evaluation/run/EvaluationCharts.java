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
package io.github.tribuollm.llm.evaluation.run;

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.uncertainty.charts.Chart;
import io.github.tribuollm.uncertainty.charts.ChartParts;
import io.github.tribuollm.uncertainty.charts.ReliabilityChart;
import io.github.tribuollm.uncertainty.charts.TaskChart;
import io.github.tribuollm.uncertainty.statistics.Calibration;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pictures of an evaluation. */
final class EvaluationCharts {
    private final EvaluationResults results;
    private final Path folder;

    EvaluationCharts(EvaluationResults results, Path folder) {
        this.results = results;
        this.folder = folder;
    }

    /** Writes {@code scores.png}, the paper's Figure 5, and {@code reliability-<benchmark>.png}. */
    void write() {
        Map<String, List<Estimate>> scores = new LinkedHashMap<>();
        for (ModelResults model : results.models()) {
            for (TaskResult result : model.results()) {
                Points points = result.points().get(0);
                if (points.higherIsBetter()) {
                    scores.computeIfAbsent(result.name(), name -> new ArrayList<>())
                            .add(points.estimate(ClusterBootstrap.STANDARD));
                }
            }
        }
        ChartParts.of(
                        "scores",
                        scores,
                        TaskChart.MOST_TASKS,
                        part -> TaskChart.of("Scores", "score, interval of 95 %", names(), part))
                .forEach(this::write);
        for (int i = 0; i < results.evaluation().benchmarks().size(); i++) {
            reliability(i);
        }
    }

    private List<String> names() {
        return results.models().stream().map(ModelResults::model).toList();
    }

    private void reliability(int benchmark) {
        Map<String, Calibration> models = new LinkedHashMap<>();
        results.models()
                .forEach(model -> model.measurements()
                        .get(benchmark)
                        .calibration()
                        .ifPresent(calibration -> models.put(model.model(), calibration)));
        String name = results.evaluation().benchmarks().get(benchmark).name();
        ChartParts.of("reliability-" + name, models, ReliabilityChart.MOST_MODELS, ReliabilityChart::of)
                .forEach(this::write);
    }

    /** Writes {@code gains.png}, the paper's Figures 3 and 6 (A), and {@code beaten.png}, Figure 6 (B). */
    void write(ModelComparisons comparisons) {
        Map<String, List<Estimate>> gains = new LinkedHashMap<>();
        comparisons
                .rows()
                .forEach(row -> gains.computeIfAbsent(row.task(), name -> new ArrayList<>())
                        .add(row.gain()));
        List<String> models = List.copyOf(comparisons.byModel().keySet());
        ChartParts.of(
                        "gains",
                        gains,
                        TaskChart.MOST_TASKS,
                        part -> TaskChart.of(
                                "Gain over " + comparisons.baseline(),
                                "(model - baseline) / baseline, more is better",
                                models,
                                part))
                .forEach(this::write);
        List<Estimate> shares = comparisons.beaten().values().stream()
                .map(share -> new Estimate(share, Double.NaN, Double.NaN))
                .toList();
        write(
                "beaten",
                TaskChart.of(
                        "Share of tasks on which " + comparisons.baseline() + " is beaten",
                        "share of tasks",
                        models,
                        Map.of("share of " + gains.size() + " tasks", shares)));
    }

    private void write(String name, Chart chart) {
        AtomicFile.write(folder.resolve(name + ".png"), chart.png());
    }
}
