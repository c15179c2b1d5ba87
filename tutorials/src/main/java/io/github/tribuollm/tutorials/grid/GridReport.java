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
package io.github.tribuollm.tutorials.grid;

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.uncertainty.statistics.HolmCorrection;
import io.github.tribuollm.uncertainty.statistics.PairedDifference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The grid's table: mean losses over seeds, and the difference of each method from MLE on the same rows, initialisation
 * and order, with 95 % intervals and paired t tests, corrected by Holm over all comparisons of the table.
 */
final class GridReport {
    /** Which held-out set. */
    enum Side {
        IN("in distribution", GridCell.Result::inDistribution),
        OUT("out of distribution", GridCell.Result::outOfDistribution);

        private final String label;
        private final ToDoubleFunction<GridCell.Result> loss;

        Side(String label, ToDoubleFunction<GridCell.Result> loss) {
            this.label = label;
            this.loss = loss;
        }

        String label() {
            return label;
        }
    }

    /** One method's place in one panel. */
    record Row(GridMethod method, Map<Side, PairedDifference> loss, Map<Side, PairedDifference> difference) {}

    /** One model trained on one data set. */
    record Panel(String model, GridData data, Map<Side, Double> before, List<Row> rows) {
        String title() {
            return model + " trained on " + data;
        }
    }

    private static final double LEVEL = 0.05;

    private final GridSetting setting;
    private final int seeds;
    private final Map<GridCell, GridCell.Result> results;
    private final List<Panel> panels = new ArrayList<>();
    private final double[] adjusted;

    GridReport(
            GridSetting setting,
            int seeds,
            Map<String, Map<GridData, Double>> base,
            Map<GridCell, GridCell.Result> results) {
        this.setting = setting;
        this.seeds = seeds;
        this.results = results;
        base.forEach((model, losses) -> {
            for (GridData data : GridData.values()) {
                List<Row> rows = new ArrayList<>();
                for (GridMethod method : GridMethod.values()) {
                    rows.add(row(model, data, method));
                }
                Map<Side, Double> before = Map.of(Side.IN, losses.get(data), Side.OUT, losses.get(data.other()));
                panels.add(new Panel(model, data, before, rows));
            }
        });
        adjusted = HolmCorrection.of(panels.stream()
                .flatMap(panel -> panel.rows().stream())
                .filter(row -> row.method() != GridMethod.MLE)
                .flatMapToDouble(row -> Arrays.stream(Side.values())
                        .mapToDouble(side -> row.difference().get(side).p()))
                .toArray());
    }

    private Row row(String model, GridData data, GridMethod method) {
        Map<Side, PairedDifference> loss = new EnumMap<>(Side.class);
        Map<Side, PairedDifference> difference = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            List<Double> own = losses(model, data, method, side);
            loss.put(side, PairedDifference.ofMean(own));
            difference.put(side, PairedDifference.of(own, losses(model, data, GridMethod.MLE, side)));
        }
        return new Row(method, loss, difference);
    }

    private List<Double> losses(String model, GridData data, GridMethod method, Side side) {
        return IntStream.range(0, seeds)
                .mapToObj(seed -> results.get(new GridCell(model, data, method, seed)))
                .map(side.loss::applyAsDouble)
                .toList();
    }

    /** The table as Markdown, and what it says in one line. */
    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Held-out loss in nats a completion token: mean over %d seeds; then the difference from MLE with its 95 %%"
                        + " interval, * where the paired t test finds one at %.2f after Holm's correction over %d"
                        + " comparisons. %d rows, batch %d, at most %d tokens, LoRA rank %d, learning rate %s.%n",
                seeds,
                LEVEL,
                adjusted.length,
                setting.rows(),
                setting.batchSize(),
                setting.maxLength(),
                setting.rank(),
                setting.learningRate()));
        int comparison = 0;
        int[][] verdicts = new int[Side.values().length][2];
        for (Panel panel : panels) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n| %s | in distribution | from MLE | out of distribution | from MLE |%n|---|---|---|---|---|%n",
                    panel.title()));
            text.append(String.format(
                    Locale.ROOT,
                    "| before training | %.4f | | %.4f | |%n",
                    panel.before().get(Side.IN),
                    panel.before().get(Side.OUT)));
            for (Row row : panel.rows()) {
                text.append("| ").append(row.method().label());
                for (Side side : Side.values()) {
                    text.append(String.format(
                            Locale.ROOT, " | %.4f | ", row.loss().get(side).mean()));
                    if (row.method() != GridMethod.MLE) {
                        PairedDifference difference = row.difference().get(side);
                        boolean found = adjusted[comparison++] < LEVEL;
                        text.append(String.format(
                                Locale.ROOT,
                                "%+.4f ± %.4f%s",
                                difference.mean(),
                                difference.halfWidth(),
                                found ? " *" : ""));
                        if (found) {
                            verdicts[side.ordinal()][difference.mean() < 0 ? 0 : 1]++;
                        }
                    }
                }
                text.append(String.format(" |%n"));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%d cells; against MLE in distribution %d better and %d worse, out of distribution %d better and %d worse,"
                        + " of %d each%n",
                results.size(),
                verdicts[0][0],
                verdicts[0][1],
                verdicts[1][0],
                verdicts[1][1],
                adjusted.length / 2));
        return text.toString();
    }

    void write(Path output) throws IOException {
        AtomicFile.write(output.resolve("table.md"), text());
        new GridPicture(panels).write(output.resolve("grid.png"));
    }
}
