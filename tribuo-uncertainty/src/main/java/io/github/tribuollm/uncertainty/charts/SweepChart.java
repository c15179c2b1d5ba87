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

import io.github.tribuollm.uncertainty.statistics.DropoutSweep;
import io.github.tribuollm.uncertainty.statistics.DropoutSweep.Point;
import java.util.Map;

/** Draws a measure against the dropout rate (the paper's Figure 10). */
public final class SweepChart {

    private SweepChart() {}

    /**
     * Draws the sweeps of some models, with their intervals.
     *
     * @param axis the measure with its unit, such as {@code epistemic uncertainty (nats a token)}
     * @param sweeps the sweeps by the name of the model or the place of the dropout, in their order; at least one
     * @return the chart
     * @throws IllegalArgumentException if there is no sweep, or there are too many to tell apart
     */
    public static Chart of(String axis, Map<String, DropoutSweep> sweeps) {
        if (sweeps.isEmpty()) {
            throw new IllegalArgumentException("a chart of sweeps needs at least one");
        }
        Chart chart = new Chart("Mean over completion tokens against the dropout rate", "dropout rate", axis);
        int series = 0;
        for (Map.Entry<String, DropoutSweep> sweep : sweeps.entrySet()) {
            chart.line(
                    sweep.getKey(),
                    Ink.of(series++),
                    sweep.getValue().points().stream().mapToDouble(Point::rate).toArray(),
                    sweep.getValue().points().stream().map(Point::mean).toList());
        }
        return chart;
    }
}
