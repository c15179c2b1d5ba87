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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Correlation;
import io.github.tribuollm.uncertainty.statistics.Distribution;
import io.github.tribuollm.uncertainty.statistics.DropoutSweep;
import io.github.tribuollm.uncertainty.statistics.DropoutSweep.Point;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations.Cell;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations.Level;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Draws made-up figures into target/demo-pages, to be looked at. */
class ChartTest {
    private static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);
    private static final Path DIRECTORY = Path.of("target/demo-pages");

    private static void draw(String name, Chart chart, int... colours) throws IOException {
        Path file = DIRECTORY.resolve(name + ".png");
        chart.write(file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(1280, image.getWidth());
        assertEquals(800, image.getHeight());
        int[] pixels = image.getRGB(0, 0, 1280, 800, null, 0, 1280);
        for (int colour : colours) {
            long drawn =
                    IntStream.of(pixels).filter(p -> (p & 0xffffff) == colour).count();
            assertTrue(drawn > 100, Integer.toHexString(colour) + " has " + drawn + " pixels in " + name);
        }
    }

    private static UncertaintyCorrelations correlations(double shift) {
        List<Cell> cells = new ArrayList<>();
        double value = 0.2 + shift;
        for (Measure uncertainty : List.of(Measure.EPISTEMIC, Measure.ALEATORIC)) {
            for (Measure metric : List.of(Measure.LOSS, Measure.ENTROPY)) {
                value += 0.13;
                Estimate estimate = new Estimate(value, value - 0.05, value + 0.03);
                cells.add(new Cell(Level.TOKENS, uncertainty, metric, Map.of(Correlation.SPEARMAN, estimate)));
            }
        }
        return new UncertaintyCorrelations(cells, List.of(), 100, 5000, ClusterBootstrap.STANDARD);
    }

    @Test
    void correlations() throws IOException {
        Map<String, UncertaintyCorrelations> models = new LinkedHashMap<>(Map.of("TinyStories-656K", correlations(0)));
        draw("correlation", CorrelationChart.of(models, Level.TOKENS, Correlation.SPEARMAN), 0x0072b2, 0xd55e00);
        models.put("Llama 15M", correlations(-0.4));
        draw("correlations", CorrelationChart.of(models, Level.TOKENS, Correlation.SPEARMAN), 0x0072b2, 0xd55e00);
        assertThrows(
                IllegalArgumentException.class,
                () -> CorrelationChart.of(models, Level.DOCUMENTS, Correlation.SPEARMAN));
    }

    @Test
    void distributions() throws IOException {
        Random random = new Random(1);
        Map<String, Distribution> distributions = new LinkedHashMap<>();
        for (String name : List.of("GSM8K", "Alpaca", "stories")) {
            double mean = 1 + distributions.size();
            distributions.put(
                    name,
                    Distribution.of(IntStream.range(0, 5000)
                            .mapToDouble(i -> -mean * Math.log(random.nextDouble()))
                            .toArray()));
        }
        draw(
                "distributions",
                DistributionChart.of("Loss of completion tokens", "loss (nats)", distributions),
                0x0072b2,
                0xd55e00,
                0x009e73);
        assertThrows(IllegalArgumentException.class, () -> DistributionChart.of("", "", Map.of()));
    }

    @Test
    void sweeps() throws IOException {
        Map<String, DropoutSweep> sweeps = new TreeMap<>();
        int scale = 1;
        for (String place : List.of("attention", "LoRA", "all modules", "residual")) {
            double slope = 0.05 * scale++;
            List<Point> points = IntStream.rangeClosed(1, 10)
                    .mapToObj(i -> new Point(
                            i * 0.05,
                            new Estimate(slope * i * i / 20, slope * i * i / 22, slope * i * i / 17),
                            Optional.empty()))
                    .toList();
            sweeps.put(place, new DropoutSweep("epistemic", points, Optional.empty()));
        }
        draw("sweeps", SweepChart.of("epistemic uncertainty (nats a token)", sweeps), 0x0072b2, 0xd55e00, 0xa6498a);
        for (int i = 0; i < 5; i++) {
            sweeps.put("more " + i, sweeps.get("LoRA"));
        }
        assertThrows(IllegalArgumentException.class, () -> SweepChart.of("", sweeps));
    }

    @Test
    void whatIsNotFiniteIsLeftOut() throws IOException {
        List<Estimate> estimates = IntStream.of(1, 0, -1, 2)
                .mapToObj(i -> new Estimate(1.0 / i, i == 2 ? Double.NEGATIVE_INFINITY : 0.2, 0.9))
                .toList();
        double[] x = {0, 1, 2, 3};
        draw("gaps", CurveChart.of("Gaps", "x", "y", x, Map.of("one", estimates)), 0x0072b2);
        draw("nothing", CurveChart.of("Nothing", "x", "y", x, Map.of("none", List.of(NONE, NONE, NONE, NONE))));
        draw("empty", CurveChart.of("Empty", "x", "y", List.of()));
    }

    /** The rows of pixels in which the names at the foot of a chart end, in the left and the right half. */
    @Test
    void namesStandOnOneLine() {
        Chart chart = new Chart("", "", "").categories(List.of("aaaa", "pppp"), 0, 1);
        Chart capitals = new Chart("", "", "").categories(List.of("aaaa", "aaaa"), 0, 1);
        assertEquals(top(capitals, 640), top(chart, 640), "p rises as high above the line as a does");
    }

    private static int top(Chart chart, int from) {
        BufferedImage image = chart.image();
        return IntStream.range(620, 800)
                .filter(y -> IntStream.range(from, 1200).anyMatch(x -> (image.getRGB(x, y) & 0xff) < 0x60))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theAxisEndsBelowWhatIsDrawn() {
        UncertaintyCorrelations tokens = correlations(0);
        List<Cell> cells = new ArrayList<>(tokens.cells());
        Estimate far = new Estimate(-0.8, -0.9, -0.7);
        cells.add(new Cell(Level.DOCUMENTS, Measure.EPISTEMIC, Measure.LOSS, Map.of(Correlation.SPEARMAN, far)));
        var all = new UncertaintyCorrelations(cells, List.of(), 100, 5000, ClusterBootstrap.STANDARD);
        assertArrayEquals(
                CorrelationChart.of(Map.of("m", tokens), Level.TOKENS, Correlation.SPEARMAN)
                        .png(),
                CorrelationChart.of(Map.of("m", all), Level.TOKENS, Correlation.SPEARMAN)
                        .png());
    }

    @Test
    void pointsAreNotJoined() {
        Estimate one = new Estimate(1, Double.NaN, Double.NaN);
        Estimate two = new Estimate(2, Double.NaN, Double.NaN);
        double[] x = {0, 1};
        Chart points = new Chart("", "", "").points("points", Ink.of(0), x, List.of(one, two));
        Chart line = new Chart("", "", "").line("line", Ink.of(0), x, List.of(one, two));
        assertEquals(0, inkInTheMiddle(points));
        assertTrue(inkInTheMiddle(line) > 0);
    }

    private static long inkInTheMiddle(Chart chart) {
        BufferedImage image = chart.image();
        return IntStream.range(100, 650)
                .filter(y -> (image.getRGB(650, y) & 0xffffff) != 0xffffff)
                .filter(y -> (image.getRGB(650, y) & 0xff) > ((image.getRGB(650, y) >> 16) & 0xff))
                .count();
    }
}
