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
import java.util.List;
import java.util.Map;

/** Curves over one axis, such as the loss of several methods over steps. */
public final class CurveChart {
    private CurveChart() {}

    /**
     * Draws curves with their intervals.
     *
     * @param title what they show
     * @param xAxis the title of the horizontal axis, with its unit
     * @param yAxis the title of the vertical axis, with its unit
     * @param x the places of the points
     * @param curves one estimate for each place, by the curve's name, in their order; an interval of NaN is not drawn
     * @return the chart
     * @throws IllegalArgumentException if a curve has another number of points, or there are too many to tell apart
     */
    public static Chart of(String title, String xAxis, String yAxis, double[] x, Map<String, List<Estimate>> curves) {
        Chart chart = new Chart(title, xAxis, yAxis);
        int series = 0;
        for (Map.Entry<String, List<Estimate>> curve : curves.entrySet()) {
            if (curve.getValue().size() != x.length) {
                throw new IllegalArgumentException(
                        curve.getKey() + " has " + curve.getValue().size() + " points for " + x.length + " places");
            }
            chart.line(curve.getKey(), Ink.of(series++), x, curve.getValue());
        }
        return chart;
    }
}
