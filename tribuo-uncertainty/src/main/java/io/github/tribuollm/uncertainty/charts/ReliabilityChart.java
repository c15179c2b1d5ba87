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

import io.github.tribuollm.uncertainty.statistics.Calibration;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Draws reliability diagrams: how often a model is right against how sure it is; on the diagonal it is calibrated. */
public final class ReliabilityChart {
    /** The most models that one chart tells apart. */
    public static final int MOST_MODELS = Ink.COUNT;

    private ReliabilityChart() {}

    /**
     * Draws the calibration of some models, bins that are empty left out.
     *
     * @param models the calibrations by the names of the models, in their order; from 1 to {@link #MOST_MODELS}
     * @return the chart
     * @throws IllegalArgumentException if there is no model, or too many
     */
    public static Chart of(Map<String, Calibration> models) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("a reliability diagram needs at least one model");
        }
        Chart chart = new Chart("Reliability of token predictions", "confidence", "accuracy");
        chart.diagonal();
        int series = 0;
        for (Map.Entry<String, Calibration> model : models.entrySet()) {
            Calibration calibration = model.getValue();
            double[] counts = calibration.counts();
            int[] filled = IntStream.range(0, counts.length)
                    .filter(bin -> counts[bin] > 0)
                    .toArray();
            double[] confidence = calibration.confidence();
            double[] accuracy = calibration.accuracy();
            double[] x =
                    Arrays.stream(filled).mapToDouble(bin -> confidence[bin]).toArray();
            List<Estimate> y = Arrays.stream(filled)
                    .mapToObj(bin -> new Estimate(accuracy[bin], Double.NaN, Double.NaN))
                    .toList();
            String name = String.format(Locale.ROOT, "%s (ECE %.3f)", model.getKey(), calibration.expectedError());
            chart.line(name, Ink.of(series++), x, y);
        }
        return chart;
    }
}
