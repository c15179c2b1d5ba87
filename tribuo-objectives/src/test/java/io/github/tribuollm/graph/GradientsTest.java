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
package io.github.tribuollm.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient rule against central finite differences, in a random direction and in the gradient's own. */
class GradientsTest {
    private static final Dim N = Dim.symbol("N");

    /** Of the directional derivative, relative to the product of the norms; float32 allows no less. */
    private static final double TOLERANCE = 5e-4;

    private static double worst;

    private static Arguments rule(String name, List<long[]> shapes, Function<List<Tensor>, Tensor> function) {
        return Arguments.of(name, shapes, function);
    }

    private static List<long[]> shapes(long[]... shapes) {
        return List.of(shapes);
    }

    static Stream<Arguments> rules() {
        long[] matrix = {4, 6};
        long[] row = {6};
        return Stream.of(
                rule("add, broadcast", shapes(matrix, row), x -> x.get(0).add(x.get(1))),
                rule("sub, broadcast", shapes(row, matrix), x -> x.get(0).sub(x.get(1))),
                rule(
                        "mul, broadcast",
                        shapes(matrix, new long[] {4, 1}),
                        x -> x.get(0).mul(x.get(1))),
                rule("div", shapes(matrix, row), x -> x.get(0).div(x.get(1).exp())),
                rule("max", shapes(matrix, row), x -> x.get(0).max(x.get(1))),
                rule("min", shapes(matrix, row), x -> x.get(0).min(x.get(1))),
                rule("neg", shapes(matrix), x -> x.get(0).neg()),
                rule("exp", shapes(matrix), x -> x.get(0).exp()),
                rule("log", shapes(matrix), x -> x.get(0).abs().add(1).log()),
                rule("sqrt", shapes(matrix), x -> x.get(0).mul(x.get(0)).add(1).sqrt()),
                rule("abs", shapes(matrix), x -> x.get(0).abs()),
                rule("sigmoid", shapes(matrix), x -> x.get(0).sigmoid()),
                rule("tanh", shapes(matrix), x -> x.get(0).tanh()),
                rule("cos", shapes(matrix), x -> x.get(0).cos()),
                rule("sin", shapes(matrix), x -> x.get(0).sin()),
                rule("relu", shapes(matrix), x -> x.get(0).relu()),
                rule("swiglu", shapes(matrix, matrix), x -> GatedUnits.swiGlu(x.get(0), x.get(1))),
                rule("geglu", shapes(matrix, matrix), x -> GatedUnits.geGlu(x.get(0), x.get(1))),
                rule("soft cap", shapes(matrix), x -> x.get(0).softCap(2f)),
                rule("where", shapes(matrix, row), x -> x.get(0).where(x.get(1).greater(0), x.get(1))),
                rule(
                        "matmul",
                        shapes(new long[] {2, 3, 4}, new long[] {2, 4, 5}),
                        x -> x.get(0).matmul(x.get(1))),
                rule(
                        "matmul, broadcast",
                        shapes(new long[] {2, 3, 4}, new long[] {4, 5}),
                        x -> x.get(0).matmul(x.get(1))),
                rule("gemm", shapes(matrix, new long[] {6, 3}), x -> x.get(0).gemm(x.get(1), false, false, 2f)),
                rule(
                        "gemm, both transposed",
                        shapes(matrix, new long[] {3, 4}),
                        x -> x.get(0).gemm(x.get(1), true, true, 0.5f)),
                rule(
                        "gemm, left transposed",
                        shapes(matrix, new long[] {4, 3}),
                        x -> x.get(0).gemm(x.get(1), true, false, 0.5f)),
                rule("linear", shapes(matrix, new long[] {3, 6}), x -> x.get(0).linear(x.get(1))),
                rule(
                        "lora",
                        shapes(matrix, new long[] {3, 6}, new long[] {2, 6}, new long[] {3, 2}),
                        x -> x.get(0).linear(x.get(1)).addLinear(x.get(0).linear(x.get(2)), x.get(3), 1.5f)),
                rule(
                        "bias in gemm",
                        shapes(matrix, new long[] {3, 6}, new long[] {3}),
                        x -> x.get(2).addLinear(x.get(0), x.get(1), 1f)),
                rule(
                        "reshape",
                        shapes(matrix),
                        x -> x.get(0).reshape(Shape.of(3, 8)).mul(x.get(0).reshape(Shape.of(3, 8)))),
                rule(
                        "transpose",
                        shapes(new long[] {2, 3, 4}),
                        x -> x.get(0).transpose(2, 0, 1).exp()),
                rule(
                        "with rows",
                        shapes(matrix, new long[] {2, 6}),
                        x -> x.get(0)
                                .withRows(x.get(0).graph().integers(3, 1), x.get(1))
                                .exp()),
                rule(
                        "concat",
                        shapes(matrix, new long[] {4, 2}),
                        x -> x.get(0).concat(1, x.get(1)).exp()),
                rule("split", shapes(matrix), x -> {
                    List<Tensor> parts = x.get(0).split(1, 1, 3, 2);
                    return parts.get(2).concat(1, parts.get(1).exp());
                }),
                rule("slice", shapes(matrix), x -> x.get(0).slice(1, 2, 5).exp()),
                rule(
                        "gather",
                        shapes(matrix),
                        x -> x.get(0).gather(x.get(0).graph().integers(3, 1, 3)).exp()),
                rule(
                        "expand",
                        shapes(new long[] {4, 1}),
                        x -> x.get(0).expand(Shape.of(4, 6)).exp()),
                rule("sum of an axis", shapes(matrix), x -> x.get(0).exp().sum(0)),
                rule("mean", shapes(matrix), x -> x.get(0).exp().mean(1)),
                rule("softmax", shapes(matrix), x -> x.get(0).softmax()),
                rule("rms norm", shapes(matrix, row), x -> x.get(0).rmsNorm(x.get(1), 1e-5f)),
                rule(
                        "rotary",
                        shapes(new long[] {1, 2, 3, 4}),
                        x -> x.get(0)
                                .rotary(
                                        x.get(0).graph().constant(new float[] {1, 1, .6f, .8f, .28f, .96f}, 3, 2),
                                        x.get(0).graph().constant(new float[] {0, 0, .8f, .6f, .96f, .28f}, 3, 2),
                                        x.get(0).graph().integers(0, 2, 1).reshape(Shape.of(1, 3)))),
                rule(
                        "rotary, the first components",
                        shapes(new long[] {1, 2, 3, 6}),
                        x -> x.get(0)
                                .rotary(
                                        x.get(0).graph().constant(new float[] {1, 1, .6f, .8f, .28f, .96f}, 3, 2),
                                        x.get(0).graph().constant(new float[] {0, 0, .8f, .6f, .96f, .28f}, 3, 2),
                                        x.get(0).graph().integers(0, 2, 1).reshape(Shape.of(1, 3)))),
                rule(
                        "checkpoint",
                        shapes(matrix, row),
                        x -> x.get(0)
                                .graph()
                                .checkpoint(
                                        x.get(0).mul(2),
                                        h -> h.mul(x.get(1)).tanh().mul(h))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void matchesFiniteDifferences(String name, List<long[]> shapes, Function<List<Tensor>, Tensor> function) {
        Random random = new Random(name.hashCode());
        Graph graph = new Graph();
        List<Tensor> inputs = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        for (long[] shape : shapes) {
            Dim[] dims = Stream.of(Shape.of(shape).dims().toArray(new Dim[0])).toArray(Dim[]::new);
            inputs.add(graph.input("x" + inputs.size(), ElementType.FLOAT, dims));
            values.add(gaussian(random, (int) Shape.of(shape).elements().factor()));
        }
        Tensor y = function.apply(inputs);
        long[] sizes = y.shape().dims().stream().mapToLong(Dim::factor).toArray();
        Tensor scalar = y.mul(graph.constant(
                        gaussian(random, (int) y.shape().elements().factor()), sizes))
                .sum();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        List<Tensor> gradients = Gradients.of(scalar, inputs);
        for (int i = 0; i < gradients.size(); i++) {
            outputs.put(
                    "g" + i, gradients.get(i).reshape(gradients.get(i).shape()).mul(1));
        }
        outputs.put("y", scalar);
        try (GraphSession session = GraphSession.open(graph.model(outputs))) {
            List<float[]> gradient = new ArrayList<>();
            try (Feeds feeds = feeds(values, shapes, null, 0);
                    GraphSession.Outputs result = session.run(feeds)) {
                for (int i = 0; i < shapes.size(); i++) {
                    gradient.add(result.floats("g" + i));
                }
            }
            List<float[]> direction = shapes.stream()
                    .map(s -> gaussian(random, (int) Shape.of(s).elements().factor()))
                    .toList();
            assertDirectionalDerivative(session, values, shapes, gradient, direction);
            assertDirectionalDerivative(session, values, shapes, gradient, gradient);
        }
    }

    private static void assertDirectionalDerivative(
            GraphSession session,
            List<float[]> values,
            List<long[]> shapes,
            List<float[]> gradient,
            List<float[]> direction) {
        double norm = Math.sqrt(dot(direction, direction));
        double step = 4e-3 / norm;
        double numeric = (value(session, feeds(values, shapes, direction, step))
                        - value(session, feeds(values, shapes, direction, -step)))
                / (2 * step);
        double analytic = dot(gradient, direction);
        double scale = Math.sqrt(dot(gradient, gradient)) * norm;
        worst = Math.max(worst, Math.abs(analytic - numeric) / scale);
        assertEquals(analytic, numeric, TOLERANCE * scale, "directional derivative");
    }

    private static double value(GraphSession session, Feeds feeds) {
        try (feeds;
                GraphSession.Outputs result = session.run(feeds)) {
            return result.scalar("y");
        }
    }

    private static Feeds feeds(List<float[]> values, List<long[]> shapes, List<float[]> direction, double step) {
        Feeds feeds = new Feeds();
        for (int i = 0; i < values.size(); i++) {
            float[] moved = values.get(i).clone();
            for (int k = 0; direction != null && k < moved.length; k++) {
                moved[k] += (float) (step * direction.get(i)[k]);
            }
            feeds.floats("x" + i, moved, shapes.get(i));
        }
        return feeds;
    }

    private static double dot(List<float[]> a, List<float[]> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            for (int k = 0; k < a.get(i).length; k++) {
                sum += (double) a.get(i)[k] * b.get(i)[k];
            }
        }
        return sum;
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @AfterAll
    static void printWorst() {
        System.out.printf(
                java.util.Locale.ROOT,
                "gradient rules: %d, each in two directions; largest difference from finite differences %.1e"
                        + " relative (bound %.0e)%n",
                rules().count(),
                worst,
                TOLERANCE);
    }

    @Test
    void stopGradientStops() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.of(3));
        Tensor y = x.mul(x.stopGradient()).sum();
        Tensor gradient = Gradients.of(y, List.of(x)).get(0).mul(1);
        assertArrayEquals(new float[] {1, 2, 3}, run(graph, gradient, new float[] {1, 2, 3}));
    }

    /** Thousands of gradients for twenty rows: none is lost to a race, and every run gives the same bits. */
    @Test
    void gradientsOfRepeatedIndicesAddUp() {
        int count = 6000;
        int width = 96;
        Random random = new Random(1);
        long[] indices = random.longs(count, 0, 20).toArray();
        float[] factors = gaussian(random, count * width);
        double[] expected = new double[64 * width];
        for (int i = 0; i < factors.length; i++) {
            expected[(int) indices[i / width] * width + i % width] += factors[i];
        }
        Graph graph = new Graph();
        Tensor table = graph.input("table", ElementType.FLOAT, Dim.of(64), Dim.of(width));
        Tensor index = graph.input("index", ElementType.INT64, N);
        Tensor factor = graph.input("factor", ElementType.FLOAT, N, Dim.of(width));
        Tensor sum = table.gather(index).mul(factor).sum();
        Tensor gradient = Gradients.of(sum, List.of(table)).get(0);
        try (GraphSession session = GraphSession.open(graph.model(Map.of("g", gradient)));
                Feeds feeds = new Feeds()
                        .floats("table", new float[64 * width], 64, width)
                        .integers("index", indices, count)
                        .floats("factor", factors, count, width)) {
            float[] first = null;
            for (int run = 0; run < 20; run++) {
                try (GraphSession.Outputs result = session.run(feeds)) {
                    float[] actual = result.floats("g");
                    first = first == null ? actual : first;
                    assertArrayEquals(first, actual);
                    for (int i = 0; i < expected.length; i++) {
                        assertEquals(expected[i], actual[i], 1e-3);
                    }
                }
            }
        }
    }

    @Test
    void symbolicSizesBroadcastAndReduce() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N);
        Tensor table = x.reshape(N, Dim.ONE).mul(x.reshape(Dim.ONE, N));
        Tensor gradient = Gradients.of(table.sum(), List.of(x)).get(0).mul(1);
        assertArrayEquals(new float[] {12, 12, 12}, run(graph, gradient, new float[] {1, 2, 3}));
    }

    private static float[] run(Graph graph, Tensor output, float[] x) {
        try (GraphSession session = GraphSession.open(graph.model(Map.of("y", output)));
                Feeds feeds = new Feeds().floats("x", x, x.length);
                GraphSession.Outputs result = session.run(feeds)) {
            return result.floats("y");
        }
    }

    @Test
    void errorsNameOperatorShapesAndCaller() {
        Graph graph = new Graph();
        Tensor a = graph.input("a", ElementType.FLOAT, N, Dim.of(3));
        Tensor b = graph.input("b", ElementType.FLOAT, N, Dim.of(4));
        GraphException e = assertThrows(GraphException.class, () -> a.matmul(b));
        assertTrue(e.getMessage().contains("MatMul(a: float[N, 3], b: float[N, 4])"), e.getMessage());
        assertTrue(e.getMessage().contains("GradientsTest.java"), e.getMessage());
        assertThrows(GraphException.class, () -> a.add(graph.integer(1)));
        assertThrows(GraphException.class, () -> graph.input("a", ElementType.FLOAT, N));
        assertThrows(GraphException.class, () -> a.reshape(N, Dim.of(4)));
        assertThrows(GraphException.class, () -> Gradients.of(a, List.of(a)));
        assertThrows(GraphException.class, () -> Gradients.of(a.sum(), List.of(b)));
    }
}
