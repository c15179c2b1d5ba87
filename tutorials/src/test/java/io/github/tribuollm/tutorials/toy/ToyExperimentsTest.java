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
package io.github.tribuollm.tutorials.toy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.weight.Candidates;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.tutorials.toy.DescentStep.Choice;
import io.github.tribuollm.tutorials.toy.DescentStep.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic against NumPy and PyTorch, and what the paper says of each figure. */
class ToyExperimentsTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final double EXACT = 1e-6;

    @TempDir
    Path temp;

    /** What {@code reference/make_toy_fixtures.py} wrote. */
    private record Fixture(Linear linear, Polynomial polynomial, Perceptron perceptron) {
        static Fixture read() throws IOException {
            return new Gson().fromJson(Files.readString(RESOURCES.resolve("fixtures/toy.json")), Fixture.class);
        }
    }

    private record Linear(
            double[][] z,
            double[] d,
            double[][] heldOutZ,
            double[] heldOutD,
            double rate,
            int kept,
            Map<String, List<After>> runs) {}

    private record After(double[] w, double training, double heldOut) {}

    private record Polynomial(
            double[] x,
            double[] y,
            double[] truth,
            double[] w,
            double rate,
            double[] aleatoric,
            double[] decrements,
            double spearman) {}

    private record Perceptron(
            int[] widths, double rate, double low, double high, List<double[]> start, List<Learned> steps) {}

    private record Learned(double[] x, long[] labels, double loss, List<double[]> parameters) {}

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
        return floats;
    }

    @Test
    void subsetsDescendAsInNumPy() throws IOException {
        Linear linear = Fixture.read().linear();
        LinearSystem train = new LinearSystem(linear.z(), linear.d());
        LinearSystem heldOut = new LinearSystem(linear.heldOutZ(), linear.heldOutD());
        try (DescentStep step = new DescentStep(train, heldOut, linear.rate())) {
            linear.runs().forEach((name, expected) -> {
                Subset subset = Subset.valueOf(name.split(" ")[0]);
                SubsetRule rule = SubsetRule.valueOf(name.split(" ")[1]);
                float[] w = new float[train.parameters()];
                for (After after : expected) {
                    Outcome before = step.from(w, List.of(subset.choice(Subset.ones(subset.size(train)), train)));
                    Outcome chosen = step.from(
                            w,
                            rule.masks(subset, train, linear.kept(), before, new Well19937c(1)).stream()
                                    .map(mask -> subset.choice(mask, train))
                                    .toList());
                    w = chosen.next()[chosen.best()];
                    assertArrayEquals(after.w(), doubles(w), EXACT, name);
                    assertEquals(after.training(), chosen.training()[chosen.best()], EXACT, name);
                    assertEquals(after.heldOut(), chosen.heldOut()[chosen.best()], EXACT, name);
                }
            });
        }
    }

    @Test
    void oneDatumLowersTheValidationErrorAsInNumPy() throws IOException {
        Polynomial polynomial = Fixture.read().polynomial();
        int points = polynomial.x().length;
        int parameters = polynomial.w().length;
        double[] even =
                IntStream.range(0, 100).mapToDouble(i -> -1 + 2.0 * i / 99).toArray();
        double[][] others = LinearSystem.powers(even, parameters - 1);
        LinearSystem train = new LinearSystem(LinearSystem.powers(polynomial.x(), parameters - 1), polynomial.y());
        LinearSystem validation = new LinearSystem(others, LinearSystem.at(others, polynomial.truth()));
        List<Choice> one = IntStream.rangeClosed(0, points)
                .mapToObj(i -> {
                    float[] data = new float[points];
                    if (i > 0) {
                        data[i - 1] = 1;
                    }
                    return new Choice(data, Subset.ones(parameters));
                })
                .toList();
        try (DescentStep step = new DescentStep(train, validation, polynomial.rate())) {
            float[] heldOut = step.from(floats(polynomial.w()), one).heldOut();
            double[] decrements = IntStream.rangeClosed(1, points)
                    .mapToDouble(i -> 2.0 / 100 * (heldOut[0] - heldOut[i]))
                    .toArray();
            assertArrayEquals(polynomial.decrements(), decrements, EXACT);
            assertEquals(
                    polynomial.spearman(),
                    new SpearmansCorrelation().correlation(polynomial.aleatoric(), decrements),
                    EXACT);
        }
    }

    @Test
    void thePerceptronLearnsABandAsInPyTorch() throws IOException {
        Perceptron perceptron = Fixture.read().perceptron();
        try (Mlp mlp = new Mlp(
                LossQuantiles.objective(perceptron.low(), perceptron.high()), new Well19937c(1), perceptron.widths())) {
            for (int i = 0; i < perceptron.start().size(); i++) {
                float[] start = floats(perceptron.start().get(i));
                System.arraycopy(start, 0, mlp.parameters().get(i), 0, start.length);
            }
            for (Learned after : perceptron.steps()) {
                assertEquals(after.loss(), mlp.step(floats(after.x()), after.labels(), perceptron.rate()), EXACT);
                for (int i = 0; i < after.parameters().size(); i++) {
                    assertArrayEquals(
                            after.parameters().get(i), doubles(mlp.parameters().get(i)), EXACT);
                }
            }
        }
    }

    @Test
    void bandsShareNoneAndLeaveNoneOut() {
        Graph graph = new Graph();
        Tensor scores = graph.input("scores", ElementType.FLOAT, Dim.symbol("K"));
        Tensor ranks = graph.input("ranks", ElementType.FLOAT, Dim.symbol("K"));
        Candidates candidates = new Candidates(scores, ranks, graph.size(Dim.symbol("K")));
        Tensor sum = IntStream.range(0, 10)
                .mapToObj(band -> new LossBand(band / 10.0, (band + 1) / 10.0).select(candidates))
                .reduce(Tensor::add)
                .orElseThrow();
        try (GraphSession session = GraphSession.open(graph.model(Map.of("sum", sum)))) {
            for (int count = 1; count <= 300; count++) {
                float[] places = new float[count];
                IntStream.range(0, count).forEach(i -> places[i] = i);
                try (Feeds feeds = new Feeds().floats("scores", places, count).floats("ranks", places, count);
                        GraphSession.Outputs outputs = session.run(feeds)) {
                    assertArrayEquals(Subset.ones(count), outputs.floats("sum"), count + " candidates");
                }
            }
        }
        assertThrows(PropertyException.class, () -> new LossBand(0.5, 0.5));
        assertThrows(PropertyException.class, () -> new LossBand(-0.1, 0.5));
        assertThrows(PropertyException.class, () -> new LossBand(Double.NaN, 0.5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear-regression-data",
                "linear-regression-data-whitened",
                "linear-regression-parameters-whitened"
            })
    void theOrderOfFigure11(String name) throws IOException {
        ToyReport report = configured(name).run();
        assertTrue(report.confirmed(), report.text());
        report.write(temp, "report");
        assertEquals(1280, ImageIO.read(temp.resolve("report.png").toFile()).getWidth());
        assertTrue(Files.readString(temp.resolve("report.txt")).contains("confirmed: "));
        assertTrue(
                report.verdict()
                        .startsWith("at the same compute, all (full gradient descent) is slower than optimal subset"),
                report.verdict());
    }

    @Test
    void bandsAreDrawnUpToTheHighestTwo() {
        assertEquals(List.of(0, 2, 4, 6, 8, 9), LossQuantiles.drawn(10));
        assertEquals(List.of(0, 1, 2), LossQuantiles.drawn(3));
        IntStream.rangeClosed(2, 10)
                .forEach(bands -> assertTrue(LossQuantiles.drawn(bands).size() <= 6));
    }

    @Test
    void aTrainingThatDivergesIsNamed() {
        String[] options = {
            "--config-file",
            RESOURCES.resolve("../tutorials/configs/toy-mnist.xml").toString(),
            "--@mnist.data",
            RESOURCES.resolve("data/digits").toString(),
            "--@mnist.whole",
            "false",
            "--@mnist.batchSize",
            "100",
            "--@mnist.learningRate",
            "1e30"
        };
        try (ConfigurationManager configuration = new ConfigurationManager(options)) {
            ToyExperiment digits = (ToyExperiment) configuration.lookup("mnist");
            String refused = assertThrows(DivergedException.class, digits::run).getMessage();
            assertTrue(refused.contains("diverged in epoch") && refused.contains("learningRate, 1.0E30"), refused);
        }
        assertThrows(DivergedException.class, () -> SeedMeans.of(new double[] {1, Double.NaN}));
    }

    private static ToyExperiment configured(String name) {
        String file = RESOURCES
                .resolve("../tutorials/configs/toy-linear-regression.xml")
                .toString();
        String[] overrides = {"--config-file", file, "--@" + name + ".seeds", "20", "--@" + name + ".fullSteps", "8"};
        try (ConfigurationManager configuration = new ConfigurationManager(overrides)) {
            return (ToyExperiment) configuration.lookup(name);
        }
    }

    @Test
    void theSignsOfFigure2C() {
        ToyReport report = new PolynomialUncertainty().run();
        assertTrue(report.confirmed(), report.text());
        assertTrue(report.table().startsWith("distance (log10)"), "as the axis of the chart");
        assertTrue(report.table().contains("\n-3.00 ") && report.table().contains("\n0.00 "), report.table());
    }

    private String refused(String name, byte[] content) throws IOException {
        Path file = Files.write(temp.resolve(name), content);
        String message = assertThrows(IllegalArgumentException.class, () -> Digits.in(temp, "train"))
                .getMessage();
        Files.delete(file);
        assertTrue(message.startsWith(file + " "), message);
        return message;
    }

    @Test
    void theFileThatIsWrongIsNamed() throws IOException {
        Path digits = RESOURCES.resolve("data/digits");
        byte[] images = Files.readAllBytes(digits.resolve("train-images-idx3-ubyte.gz"));
        Files.copy(digits.resolve("train-labels-idx1-ubyte.gz"), temp.resolve("train-labels-idx1-ubyte.gz"));
        assertTrue(refused("train-images-idx3-ubyte.gz", Arrays.copyOf(images, images.length / 2))
                .contains("is truncated or damaged"));
        assertTrue(refused("train-images-idx3-ubyte.gz", "no pictures".getBytes(StandardCharsets.UTF_8))
                .contains("is truncated or damaged"));
        assertTrue(refused("train-images-idx3-ubyte", new byte[3]).contains("cut short"));
        assertTrue(refused("train-images-idx3-ubyte", new byte[99]).contains("does not begin with the number 2051"));
        ByteBuffer two = ByteBuffer.allocate(16 + 2 * 784)
                .putInt(0x803)
                .putInt(2)
                .putInt(28)
                .putInt(28);
        Files.write(temp.resolve("train-images-idx3-ubyte"), two.array());
        Files.delete(temp.resolve("train-labels-idx1-ubyte.gz"));
        ByteBuffer labels = ByteBuffer.allocate(11).putInt(0x801).putInt(3);
        assertTrue(refused("train-labels-idx1-ubyte", labels.array()).contains("3 labels, for 2 pictures"));
        labels = ByteBuffer.allocate(10).putInt(0x801).putInt(2).put((byte) 10);
        assertTrue(refused("train-labels-idx1-ubyte", labels.array()).contains("a label is 10"));
    }

    @Test
    void aPartOfMnistIsRead() throws IOException {
        Path digits = RESOURCES.resolve("data/digits");
        Digits train = Digits.in(digits, "train");
        assertEquals(1000, train.size());
        assertEquals(5, train.labels()[0]);
        assertEquals(784, train.pixels(new int[] {0}).length);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Digits.Part.TRAIN.in(digits));
        assertTrue(refused.getMessage().contains("is not MNIST's: its SHA-256"), refused.getMessage());
        Files.copy(digits.resolve("train-images-idx3-ubyte.gz"), temp.resolve("train-images-idx3-ubyte.gz"));
        refused = assertThrows(IllegalArgumentException.class, () -> Digits.in(temp, "train"));
        assertTrue(refused.getMessage().contains("MNIST is four files"), refused.getMessage());
        Files.write(temp.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 3, (byte) 232, 1});
        refused = assertThrows(IllegalArgumentException.class, () -> Digits.in(temp, "train"));
        assertTrue(
                refused.getMessage().contains("train-labels-idx1-ubyte is not in MNIST's format: it is cut short"),
                refused.getMessage());
    }

    @Test
    void largerLossesTeachMore() {
        Digits train = Digits.in(RESOURCES.resolve("data/digits"), "train");
        Digits test = Digits.in(RESOURCES.resolve("data/digits"), "t10k");
        double lowest = accuracy(0, train, test);
        double highest = accuracy(0.9, train, test);
        assertTrue(highest > lowest + 0.1, lowest + " " + highest);
    }

    private static double accuracy(double low, Digits train, Digits test) {
        int[] all = IntStream.range(0, test.size()).toArray();
        try (Mlp mlp = new Mlp(LossQuantiles.objective(low, low + 0.1), new Well19937c(7), Digits.PIXELS, 32, 16, 10)) {
            for (int step = 0; step < 300; step++) {
                int from = step * 100 % train.size();
                int[] rows = IntStream.range(from, from + 100).toArray();
                mlp.step(train.pixels(rows), train.labels(rows), 0.1);
            }
            long[] found = mlp.classes(test.pixels(all), all.length);
            long[] labels = test.labels(all);
            return Arrays.stream(all).filter(i -> found[i] == labels[i]).count() / (double) all.length;
        }
    }
}
