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

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.charts.Chart;
import io.github.tribuollm.uncertainty.charts.ChartParts;
import io.github.tribuollm.uncertainty.charts.TaskChart;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What evaluations say of the paper's claims, as a table and pictures.
 *
 * @param panels the tasks
 * @param gains every objective beside MLE on every task
 */
record VerdictReport(List<Panel> panels, List<Contrast> gains) {
    private static final String BASELINE = "mle";
    private static final String DISTILL = "masked-mle-distill";
    private static final String MASKED = "masked-mle";
    private static final Estimate NOT_MEASURED = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    /**
     * Compares all models with MLE.
     *
     * @param panels the tasks
     * @throws IllegalArgumentException if none has MLE beside another model
     */
    static VerdictReport of(List<Panel> panels) {
        List<Contrast> gains = new ArrayList<>();
        for (Panel panel : panels) {
            for (String model : panel.points().keySet()) {
                if (!model.equals(BASELINE) && panel.measures(BASELINE, model)) {
                    gains.add(panel.contrast(model, BASELINE));
                }
            }
        }
        if (gains.isEmpty()) {
            throw new IllegalArgumentException("No evaluation has " + BASELINE + " beside another model of its seed");
        }
        return new VerdictReport(List.copyOf(panels), List.copyOf(gains));
    }

    /** {@return the objectives that were measured on every task, MLE left out} */
    private List<String> objectives() {
        return new TreeSet<>(gains.stream().map(Contrast::model).toList())
                .stream().filter(model -> of(model).size() == tasks()).toList();
    }

    private long tasks() {
        return panels.stream().filter(Panel::standsForTask).count();
    }

    /** {@return an objective beside MLE, once on each task} */
    private List<Contrast> of(String model) {
        return gains.stream()
                .filter(gain -> gain.panel().standsForTask() && gain.model().equals(model))
                .toList();
    }

    /** {@return the gains as exact numbers} */
    SummaryTable table() {
        SummaryTable table = SummaryTable.captioned(
                "Beside MLE: normalised gain, more is better, with intervals of 95 % over prompts and seeds",
                "learned from: task, metric, objective",
                "in distribution",
                "seeds",
                "prompts",
                "MLE",
                "score",
                "gain",
                "low",
                "high");
        for (Contrast gain : gains) {
            table = table.row(
                    gain.panel().title() + ", " + gain.model(),
                    gain.panel().inDistribution() ? 1 : 0,
                    gain.seeds(),
                    gain.panel().prompts(),
                    gain.rivalScore(),
                    gain.score(),
                    gain.gain().value(),
                    gain.gain().low(),
                    gain.gain().high());
        }
        return table;
    }

    /** {@return claims, gains and shares as Markdown} */
    String markdown() {
        return claims() + System.lineSeparator() + gainTable() + System.lineSeparator() + shareTable();
    }

    private String claims() {
        Lines lines = new Lines("figure", "claim", "learned from: task, metric", "seeds", "gain", "here");
        for (Claim claim : Claim.values()) {
            for (Contrast contrast : claim.contrasts(panels)) {
                lines.row(
                        claim.figure(),
                        claim.sentence(),
                        contrast.panel().title(),
                        contrast.seeds() + "",
                        written(contrast),
                        contrast.verdict() + "");
            }
        }
        if (objectives().containsAll(List.of(DISTILL, MASKED))) {
            Estimate more = BeatenShare.of(of(DISTILL)).minus(BeatenShare.of(of(MASKED)));
            lines.row(
                    "6B",
                    "Masked MLE + Distill beats MLE on a larger share of tasks than Masked MLE",
                    "all",
                    "",
                    more.toString(),
                    Verdict.of(more) + "");
        }
        return lines.text();
    }

    private String gainTable() {
        Lines lines = new Lines("learned from: task, metric", "objective", "seeds", "MLE", "score", "gain");
        for (Contrast gain : gains) {
            lines.row(
                    gain.panel().title(),
                    gain.model(),
                    gain.seeds() + "",
                    number(gain.rivalScore()),
                    number(gain.score()),
                    written(gain));
        }
        return lines.text();
    }

    private String shareTable() {
        Lines lines = new Lines("objective", "share of " + tasks() + " tasks on which it beats MLE");
        objectives()
                .forEach(model ->
                        lines.row(model, BeatenShare.of(of(model)).share().toString()));
        return lines.text();
    }

    /**
     * Writes {@code verdicts.md}, {@code gains.csv}, and the pictures {@code figure-3-METRIC.png},
     * {@code figure-5-METRIC.png} and {@code figure-6.png}; of more tasks than a picture tells apart further ones with a
     * number.
     *
     * @param directory where to
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a file cannot be written
     */
    void write(Path directory) {
        AtomicFile.write(directory.resolve("verdicts.md"), markdown());
        AtomicFile.write(directory.resolve("gains.csv"), table().csv());
        drawGains("in distribution", Panel::inDistribution, directory, "figure-3");
        drawGains("out of distribution", panel -> !panel.inDistribution(), directory, "figure-5");
        List<Estimate> shares = objectives().stream()
                .map(model -> BeatenShare.of(of(model)).share())
                .toList();
        Chart beaten = TaskChart.of(
                "Share of tasks on which MLE is beaten",
                "share, interval of 95 %",
                objectives(),
                Map.of("share of " + tasks() + " tasks", shares));
        AtomicFile.write(directory.resolve("figure-6.png"), beaten.png());
    }

    /** A picture for each metric: losses and verdicts gain on other scales. */
    private void drawGains(String where, Predicate<Panel> side, Path directory, String name) {
        Map<String, List<Panel>> byMetric = panels.stream()
                .filter(side)
                .collect(Collectors.groupingBy(Panel::metric, TreeMap::new, Collectors.toList()));
        for (Map.Entry<String, List<Panel>> metric : byMetric.entrySet()) {
            List<Panel> drawn = metric.getValue().stream()
                    .filter(panel -> !beside(panel).isEmpty())
                    .toList();
            List<String> models = drawn.stream()
                    .flatMap(panel -> beside(panel).keySet().stream())
                    .distinct()
                    .sorted()
                    .toList();
            Map<String, List<Estimate>> gainsByPanel = new LinkedHashMap<>();
            drawn.forEach(panel -> gainsByPanel.put(
                    panel.title(),
                    models.stream()
                            .map(model -> beside(panel).getOrDefault(model, NOT_MEASURED))
                            .toList()));
            ChartParts.of(
                            name + "-" + metric.getKey(),
                            gainsByPanel,
                            TaskChart.MOST_TASKS,
                            part -> TaskChart.of(
                                    "Gain over MLE " + where, "(model - MLE) / MLE, more is better", models, part))
                    .forEach((file, chart) -> AtomicFile.write(directory.resolve(file + ".png"), chart.png()));
        }
    }

    /** {@return the gain of each objective on a task} */
    private Map<String, Estimate> beside(Panel panel) {
        return gains.stream()
                .filter(gain -> gain.panel().equals(panel))
                .collect(Collectors.toMap(Contrast::model, Contrast::gain));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String written(Contrast contrast) {
        return Double.isNaN(contrast.gain().low())
                ? "difference " + contrast.difference()
                : contrast.gain().toString();
    }

    /** A table in Markdown. */
    private static final class Lines {
        private final StringBuilder text = new StringBuilder();

        Lines(String... header) {
            row(header);
            text.append("|---".repeat(header.length)).append('|').append(System.lineSeparator());
        }

        void row(String... cells) {
            text.append("| ").append(String.join(" | ", cells)).append(" |").append(System.lineSeparator());
        }

        String text() {
            return text.toString();
        }
    }
}
