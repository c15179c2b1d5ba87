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
import io.github.tribuollm.uncertainty.statistics.Histogram;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A finished picture of {@value #WIDTH} by {@value #HEIGHT} pixels; it needs no display. */
public final class Chart {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;
    private static final double LINE = 0.06;
    private static final float LINE_WIDTH = 2.5f;
    private static final Color TEXT = new Color(0x111111);
    private static final Color UNSEEN = new Color(0, 0, 0, 0);
    private static final Color GRID = new Color(0xdddddd);

    private final XYChart chart;
    private int whiskers;

    /**
     * Starts a chart without series.
     *
     * @param title what it shows
     * @param xAxis the title of the horizontal axis, with its unit
     * @param yAxis the title of the vertical axis, with its unit
     */
    Chart(String title, String xAxis, String yAxis) {
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xAxis)
                .yAxisTitle(yAxis)
                .build();
        XYStyler style = chart.getStyler();
        style.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 24));
        style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18));
        style.setChartFontColor(TEXT);
        style.setAxisTickLabelsColor(TEXT);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridLinesStroke(new BasicStroke(1));
        style.setPlotGridVerticalLinesVisible(false);
        style.setPlotTicksMarksVisible(false);
        style.setChartTitlePadding(16);
        style.setChartPadding(20);
        style.setAxisTitlePadding(12);
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setLegendSeriesLineLength(36);
        style.setMarkerSize(12);
        style.setXAxisDecimalPattern("0.####");
        style.setYAxisDecimalPattern("0.####");
        style.setYAxisTickMarkSpacingHint(75);
        style.setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
    }

    /**
     * {@return the picture, which notebooks show}
     */
    public BufferedImage image() {
        return BitmapEncoder.getBufferedImage(chart);
    }

    /** {@return the picture as PNG} */
    public byte[] png() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image(), "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    /**
     * Writes the picture as PNG, over what was there.
     *
     * @param file the file to write; its directory is made if missing
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.write(file, png());
    }

    /** {@return what the picture shows, in its title's words} */
    @Override
    public String toString() {
        return "Chart: " + chart.getTitle();
    }

    /**
     * Draws estimates as points with their intervals: the marks of a line that is not seen, since the library's legend
     * has no room between points.
     */
    Chart points(String name, Ink ink, double[] x, List<Estimate> estimates) {
        add(name, ink, x, values(estimates)).setMarker(ink.marker()).setLineColor(UNSEEN);
        return whiskers(ink, x, estimates);
    }

    /** Draws estimates as a line with their intervals; where one is not finite, the line has a gap. */
    Chart line(String name, Ink ink, double[] x, List<Estimate> estimates) {
        add(name, ink, x, values(estimates)).setMarker(ink.marker());
        return whiskers(ink, x, estimates);
    }

    /** Draws the outline of a histogram's shares, washed below. */
    Chart outline(String name, Ink ink, Histogram histogram) {
        double[] edges = histogram.edges();
        double[] shares = histogram.shares();
        double[] heights = new double[edges.length];
        System.arraycopy(shares, 0, heights, 0, shares.length);
        heights[shares.length] = shares[shares.length - 1];
        XYSeries series = add(name, ink, edges, heights);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.StepArea);
        series.setFillColor(ink.wash());
        series.setMarker(SeriesMarkers.NONE);
        return this;
    }

    /**
     * Names the whole numbers of the horizontal axis from 0, at the foot of a vertical axis with these ends. The
     * library's own axis cannot name points between which others lie.
     *
     * @param names one or two lines each
     */
    Chart categories(List<String> names, double low, double high) {
        double line = LINE * (high - low);
        double foot = line
                * names.stream().mapToLong(name -> name.lines().count()).max().orElse(1);
        XYStyler style = chart.getStyler();
        style.setXAxisTicksVisible(false).setXAxisMin(-0.5).setXAxisMax(names.size() - 0.5);
        style.setYAxisMin(low - foot).setYAxisMax(high);
        style.setAnnotationTextFont(AxisName.FONT);
        style.setAnnotationTextFontColor(TEXT);
        for (int at = 0; at < names.size(); at++) {
            double height = low - line / 2;
            for (String text : names.get(at).lines().toList()) {
                chart.addAnnotation(new AxisName(text, at, height));
                height -= line;
            }
        }
        XYSeries zero = chart.addSeries("zero", new double[] {-0.5, names.size() - 0.5}, new double[2]);
        zero.setMarker(SeriesMarkers.NONE)
                .setLineColor(Color.GRAY)
                .setLineWidth(1.5f)
                .setShowInLegend(false);
        return this;
    }

    /** Draws the line on which both axes say the same, from 0 to 1. */
    Chart diagonal() {
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        XYSeries same = chart.addSeries("calibrated", new double[] {0, 1}, new double[] {0, 1});
        same.setMarker(SeriesMarkers.NONE).setLineColor(Color.GRAY).setLineWidth(1.5f);
        return this;
    }

    private XYSeries add(String name, Ink ink, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setLineColor(ink.colour()).setLineStyle(ink.stroke()).setLineWidth(LINE_WIDTH);
        series.setMarkerColor(ink.colour());
        return series;
    }

    private Chart whiskers(Ink ink, double[] x, List<Estimate> estimates) {
        for (int i = 0; i < x.length; i++) {
            Estimate estimate = estimates.get(i);
            if (Double.isFinite(estimate.low()) && Double.isFinite(estimate.high())) {
                double[] ends = {estimate.low(), estimate.high()};
                XYSeries whisker = add("whisker " + whiskers++, ink, new double[] {x[i], x[i]}, ends);
                whisker.setMarker(SeriesMarkers.NONE)
                        .setLineStyle(SeriesLines.SOLID)
                        .setShowInLegend(false);
            }
        }
        return this;
    }

    private static double[] values(List<Estimate> estimates) {
        return estimates.stream()
                .mapToDouble(Estimate::value)
                .map(value -> Double.isFinite(value) ? value : Double.NaN)
                .toArray();
    }
}
