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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Several charts of one kind, where there are more series than one chart tells apart. */
public final class ChartParts {
    private ChartParts() {}

    /**
     * Draws one chart, or several.
     *
     * @param <T> what is drawn of a series
     * @param name the name of the first chart; further ones have a number behind it, from 2
     * @param series what is drawn, by its name
     * @param most the most series of a chart, at least 1
     * @param chart draws some of them
     * @return the charts by their names, in the order of the series; none without series
     */
    public static <T> Map<String, Chart> of(
            String name, Map<String, T> series, int most, Function<Map<String, T>, Chart> chart) {
        Map<String, Chart> charts = new LinkedHashMap<>();
        List<String> names = List.copyOf(series.keySet());
        for (int from = 0; from < names.size(); from += most) {
            Map<String, T> part = new LinkedHashMap<>();
            names.subList(from, Math.min(names.size(), from + most)).forEach(one -> part.put(one, series.get(one)));
            charts.put(name + (from == 0 ? "" : "-" + (from / most + 1)), chart.apply(part));
        }
        return charts;
    }
}
