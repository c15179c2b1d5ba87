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

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.statistics.Correlation;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws how uncertainties go with loss and entropy (the paper's Figure 2B). */
public final class CorrelationChart {
    private static final List<Measure> UNCERTAINTIES = List.of(Measure.EPISTEMIC, Measure.ALEATORIC);
    private static final List<Measure> METRICS = List.of(Measure.LOSS, Measure.ENTROPY);
    private static final double GRID = 0.2;
    private static final double APART = 0.12;

    private CorrelationChart() {}

    /**
     * Draws the correlations of some models, with their intervals.
     *
     * @param models the correlations by the name of the model or the data, in their order; at least one
     * @param level what one observation is
     * @param method which correlation
     * @return the chart
     * @throws IllegalArgumentException if there is no model
     */
    public static Chart of(Map<String, UncertaintyCorrelations> models, Level level, Correlation method) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("a chart of correlations needs at least one model");
        }
        Chart chart = new Chart(
                method + " correlation of uncertainty with loss and entropy, over " + level,
                "",
                method + " correlation");
        List<String> names = new ArrayList<>();
        UNCERTAINTIES.forEach(uncertainty -> models.keySet()
                .forEach(model -> names.add(models.size() == 1 ? uncertainty.toString() : uncertainty + "\n" + model)));
        chart.categories(names, lowest(models, level, method), 1);
        for (Measure metric : METRICS) {
            int index = METRICS.indexOf(metric);
            List<Estimate> estimates = new ArrayList<>();
            UNCERTAINTIES.forEach(uncertainty -> models.values()
                    .forEach(model -> estimates.add(estimate(model, level, method, uncertainty, metric))));
            double[] x = new double[estimates.size()];
            for (int i = 0; i < x.length; i++) {
                x[i] = i + (2 * index - 1) * APART;
            }
            chart.points("with " + metric, Ink.of(index), x, estimates);
        }
        return chart;
    }

    private static Estimate estimate(
            UncertaintyCorrelations model, Level level, Correlation method, Measure uncertainty, Measure metric) {
        return model.cells().stream()
                .filter(cell -> cell.level() == level && cell.uncertainty() == uncertainty && cell.metric() == metric)
                .map(cell -> cell.estimates().get(method))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the correlation of " + uncertainty + " with " + metric + " is missing"));
    }

    /** {@return the lower end of the axis: the multiple of the grid below all drawn intervals, at most 0} */
    private static double lowest(Map<String, UncertaintyCorrelations> models, Level level, Correlation method) {
        double least = models.values().stream()
                .flatMap(model -> model.cells().stream())
                .filter(cell -> cell.level() == level)
                .map(cell -> cell.estimates().get(method))
                .mapToDouble(estimate -> Double.isNaN(estimate.low()) ? estimate.value() : estimate.low())
                .filter(Double::isFinite)
                .min()
                .orElse(0);
        return Math.min(0, Math.floor(least / GRID) * GRID);
    }
}
