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
     * A curve with places of its own.
     *
     * @param name what it is of
     * @param x the places of the points
     * @param estimates one for each place; an interval of NaN is not drawn
     */
    public record Curve(String name, double[] x, List<Estimate> estimates) {
        /**
         * Checks the number of points.
         *
         * @throws IllegalArgumentException if there are more or fewer estimates than places
         */
        public Curve {
            if (estimates.size() != x.length) {
                throw new IllegalArgumentException(
                        name + " has " + estimates.size() + " points for " + x.length + " places");
            }
            x = x.clone();
            estimates = List.copyOf(estimates);
        }
    }

    /**
     * Draws curves with their intervals.
     *
     * @param title what they show
     * @param xAxis the title of the horizontal axis, with its unit
     * @param yAxis the title of the vertical axis, with its unit
     * @param curves the curves, in their order
     * @return the chart
     * @throws IllegalArgumentException if there are too many to tell apart
     */
    public static Chart of(String title, String xAxis, String yAxis, List<Curve> curves) {
        Chart chart = new Chart(title, xAxis, yAxis);
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            chart.line(curve.name(), Ink.of(i), curve.x(), curve.estimates());
        }
        return chart;
    }

    /**
     * Draws curves over the same places with their intervals.
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
        return of(
                title,
                xAxis,
                yAxis,
                curves.entrySet().stream()
                        .map(curve -> new Curve(curve.getKey(), x, curve.getValue()))
                        .toList());
    }
}
