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

import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.ScoreComparison;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import io.github.tribuollm.uncertainty.statistics.HolmCorrection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All models beside one of them, on each benchmark by the metric that stands for it.
 *
 * @param baseline the name of the model that the others are compared with
 * @param rows a row for each other model and each benchmark
 */
public record ModelComparisons(String baseline, List<Row> rows) {
    /**
     * A model beside the baseline on a benchmark.
     *
     * @param model the name of the model
     * @param task the name of the benchmark
     * @param comparison the scores on the same prompts
     * @param corrected its p-value by Holm's correction for all rows
     */
    public record Row(String model, String task, ScoreComparison comparison, double corrected) {
        /** {@return the normalised gain, turned so that more is better} */
        public Estimate gain() {
            Estimate gain = comparison.normalisedGain();
            return comparison.model().higherIsBetter() ? gain : gain.negated();
        }
    }

    /** Copies the list. */
    public ModelComparisons {
        rows = List.copyOf(rows);
    }

    /**
     * Compares models.
     *
     * @param results what they did
     * @param baseline the name of the one that the others are compared with; the first if empty
     * @throws io.github.tribuollm.llm.evaluation.EvaluationException if there is no such model
     */
    public static ModelComparisons of(EvaluationResults results, Optional<String> baseline) {
        ModelResults reference =
                baseline.map(results::model).orElse(results.models().get(0));
        List<Row> rows = new ArrayList<>();
        for (ModelResults model : results.models()) {
            for (int i = 0; i < model.results().size() && model != reference; i++) {
                TaskResult result = model.results().get(i);
                Points theirs = reference.results().get(i).points().get(0);
                ScoreComparison comparison =
                        ScoreComparison.of(result.points().get(0), theirs, ClusterBootstrap.STANDARD);
                rows.add(new Row(model.model(), result.name(), comparison, Double.NaN));
            }
        }
        double[] corrected = HolmCorrection.of(
                rows.stream().mapToDouble(row -> row.comparison().p()).toArray());
        for (int i = 0; i < corrected.length; i++) {
            Row row = rows.get(i);
            rows.set(i, new Row(row.model(), row.task(), row.comparison(), corrected[i]));
        }
        return new ModelComparisons(reference.model(), rows);
    }

    /** {@return the rows of each model, in their order} */
    public Map<String, List<Row>> byModel() {
        Map<String, List<Row>> models = new LinkedHashMap<>();
        rows.forEach(row ->
                models.computeIfAbsent(row.model(), name -> new ArrayList<>()).add(row));
        return models;
    }

    /** {@return for each model the share of benchmarks on which it beats the baseline, in [0, 1]} */
    public Map<String, Double> beaten() {
        Map<String, Double> shares = new LinkedHashMap<>();
        byModel()
                .forEach((model, all) -> shares.put(
                        model,
                        all.stream().filter(row -> row.comparison().beats()).count() / (double) all.size()));
        return shares;
    }

    /** {@return the rows as a table} */
    public SummaryTable table() {
        SummaryTable table = SummaryTable.captioned(
                "Beside " + baseline + ": difference and normalised gain (more is better) with intervals of 95 %, p by"
                        + " McNemar's test or a paired bootstrap, and corrected by Holm for all rows",
                "model: task, metric",
                baseline,
                "model",
                "difference",
                "low",
                "high",
                "gain",
                "gain low",
                "gain high",
                "p",
                "p corrected");
        for (Row row : rows) {
            ScoreComparison comparison = row.comparison();
            table = table.row(
                    row.model() + ": " + row.task() + ", " + comparison.model().metric(),
                    comparison.baseline().value(),
                    comparison.model().value(),
                    comparison.difference().value(),
                    comparison.difference().low(),
                    comparison.difference().high(),
                    row.gain().value(),
                    row.gain().low(),
                    row.gain().high(),
                    comparison.p(),
                    row.corrected());
        }
        return table;
    }

    /** {@return the shares of {@link #beaten()} as a table} */
    public SummaryTable beatenTable() {
        SummaryTable table =
                SummaryTable.captioned("Share of tasks on which a model beats " + baseline, "model", "share of tasks");
        for (Map.Entry<String, Double> model : beaten().entrySet()) {
            table = table.row(model.getKey(), model.getValue());
        }
        return table;
    }
}
