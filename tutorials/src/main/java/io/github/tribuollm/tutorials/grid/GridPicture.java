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

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The differences from MLE with their intervals, one panel for each model and data set. */
final class GridPicture {
    private static final Map<GridReport.Side, Color> COLOURS =
            Map.of(GridReport.Side.IN, new Color(0x0072B2), GridReport.Side.OUT, new Color(0xD55E00));

    private final List<GridReport.Panel> panels;

    GridPicture(List<GridReport.Panel> panels) {
        this.panels = panels;
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        List<Chart<?, ?>> charts = new ArrayList<>();
        panels.forEach(panel -> charts.add(chart(panel)));
        int columns = GridData.values().length;
        BitmapEncoder.saveBitmap(
                charts, charts.size() / columns, columns, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static CategoryChart chart(GridReport.Panel panel) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(760)
                .height(600)
                .title(panel.title())
                .yAxisTitle("loss minus MLE's (nats a token)")
                .build();
        chart.getStyler()
                .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Bar)
                .setXAxisLabelRotation(90)
                .setXAxisMaxLabelCount(GridMethod.values().length)
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setChartBackgroundColor(Color.WHITE);
        List<GridReport.Row> rows = panel.rows().stream()
                .filter(row -> row.method() != GridMethod.MLE)
                .toList();
        List<String> labels = rows.stream().map(row -> row.method().label()).toList();
        for (GridReport.Side side : GridReport.Side.values()) {
            chart.addSeries(
                            side.label(),
                            labels,
                            rows.stream()
                                    .map(row -> row.difference().get(side).mean())
                                    .toList(),
                            rows.stream()
                                    .map(row -> row.difference().get(side).halfWidth())
                                    .toList())
                    .setFillColor(COLOURS.get(side));
        }
        return chart;
    }
}
