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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs that compute in 16 bits, run in float32 with every result rounded. */
class EmulationTest {
    private static final Dim N = Dim.symbol("N");

    /** Of values and gradients of a rule, relative to their norm, in roundings of the type. */
    private static final double ROUNDINGS = 4;

    private static double worst;

    /** Half the distance from 1 to the next number. */
    private static double roundoff(ElementType type) {
        return type == ElementType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
    }

    private static float[] numbers(ElementType type, int count, int seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = type.rounded((float) random.nextGaussian());
        }
        return values;
    }

    private static float[] run(Tensor y, float[]... inputs) {
        try (GraphSession session =
                        GraphSession.open(y.graph().model(Map.of("y", y)).emulated());
                Feeds feeds = new Feeds()) {
            for (int i = 0; i < inputs.length; i++) {
                feeds.floats("x" + i, inputs[i], inputs[i].length);
            }
            try (GraphSession.Outputs outputs = session.run(feeds)) {
                return outputs.floats("y");
            }
        }
    }

    private static Tensor input(Graph graph, int index) {
        return graph.input("x" + index, ElementType.FLOAT, N).toCompute();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void everyCastRounds(ElementType type) {
        Random random = new Random(1);
        float[] x = new float[100_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(random.nextInt());
        }
        System.arraycopy(
                new float[] {0, -0f, 1e-45f, 65504, 65519, 65520, -7e4f, 3.4e38f, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f},
                0,
                x,
                0,
                10);
        float[] y = run(input(new Graph(type), 0).toFloat(), x);
        for (int i = 0; i < x.length; i++) {
            assertEquals(type.rounded(x[i]), y[i], "of " + x[i]);
        }
    }

    /** An operator on two numbers, every result rounded. */
    @FunctionalInterface
    private interface Reference {
        float of(ElementType type, float a, float b);
    }

    private static Stream<Arguments> rounded(
            String name, Function<List<Tensor>, Tensor> operator, Reference reference) {
        return Stream.of(ElementType.FLOAT16, ElementType.BFLOAT16)
                .map(type -> Arguments.of(type, name, operator, reference));
    }

    static Stream<Arguments> roundedOperators() {
        return Stream.of(
                        rounded("add", x -> x.get(0).add(x.get(1)), (t, a, b) -> t.rounded(a + b)),
                        rounded("sub", x -> x.get(0).sub(x.get(1)), (t, a, b) -> t.rounded(a - b)),
                        rounded("mul", x -> x.get(0).mul(x.get(1)), (t, a, b) -> t.rounded(a * b)),
                        rounded("div", x -> x.get(0).div(x.get(1)), (t, a, b) -> t.rounded(a / b)),
                        rounded("max", x -> x.get(0).max(x.get(1)), (t, a, b) -> Math.max(a, b)),
                        rounded("min", x -> x.get(0).min(x.get(1)), (t, a, b) -> Math.min(a, b)),
                        rounded(
                                "where",
                                x -> x.get(0)
                                        .where(x.get(1).greater(0), x.get(1).neg()),
                                (t, a, b) -> b > 0 ? a : -b),
                        rounded(
                                "sqrt",
                                x -> x.get(0).mul(x.get(0)).sqrt(),
                                (t, a, b) -> t.rounded((float) Math.sqrt(t.rounded(a * a)))),
                        rounded("constant", x -> x.get(0).mul(1.1f), (t, a, b) -> t.rounded(a * t.rounded(1.1f))),
                        rounded(
                                "three terms",
                                x -> x.get(0).add(x.get(1)).add(x.get(0)),
                                (t, a, b) -> t.rounded(t.rounded(a + b) + a)))
                .flatMap(operators -> operators);
    }

    /** To the bit: the float32 result of 16-bit operands, rounded. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("roundedOperators")
    void everyResultIsRounded(
            ElementType type, String name, Function<List<Tensor>, Tensor> operator, Reference reference) {
        float[] a = numbers(type, 1000, 1);
        float[] b = numbers(type, 1000, 2);
        Graph graph = new Graph(type);
        float[] y =
                run(operator.apply(List.of(input(graph, 0), input(graph, 1))).toFloat(), a, b);
        for (int i = 0; i < y.length; i++) {
            assertEquals(reference.of(type, a[i], b[i]), y[i], name + " of " + a[i] + " and " + b[i]);
        }
    }

    @Test
    void halfPrecisionOverflows() {
        Graph graph = new Graph(ElementType.FLOAT16);
        Tensor x = input(graph, 0);
        float[] y = run(x.mul(x).mul(0.5f).toFloat(), new float[] {200, 300, -300});
        assertEquals(20_000, y[0]);
        assertEquals(Float.POSITIVE_INFINITY, y[1]);
        assertEquals(Float.POSITIVE_INFINITY, y[2]);
    }

    /** 4096 times 1: in 16 bits the sum would stop at 256 or at 2048. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void sumsAreTakenInFloat32(ElementType type) {
        float[] ones = new float[4097];
        Arrays.fill(ones, 1);
        assertEquals(type.rounded(4097), run(input(new Graph(type), 0).sum().toFloat(), ones)[0]);
        Tensor x = input(new Graph(type), 0);
        Tensor product = x.reshape(Dim.ONE, N).matmul(x.reshape(N, Dim.ONE));
        assertEquals(type.rounded(4097), run(product.toFloat(), ones)[0]);
    }

    static Stream<Arguments> rules() {
        return GradientsTest.rules()
                .filter(rule -> !rule.get()[0].toString().matches("softmax|rms norm|rotary.*"))
                .flatMap(rule -> Stream.of(ElementType.FLOAT16, ElementType.BFLOAT16)
                        .map(type -> Arguments.of(type, rule.get()[0], rule.get()[1], rule.get()[2])));
    }

    /** Value and gradients of every rule, of the same 16-bit numbers, against float32. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rules")
    void agreesWithFloat32(
            ElementType type, String name, List<long[]> shapes, Function<List<Tensor>, Tensor> function) {
        List<float[]> values = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            values.add(numbers(type, (int) Shape.of(shapes.get(i)).elements().factor(), name.hashCode() + i));
        }
        Map<String, float[]> exact = valueAndGradients(ElementType.FLOAT, shapes, values, function);
        Map<String, float[]> rounded = valueAndGradients(type, shapes, values, function);
        exact.forEach((output, expected) -> {
            double roundings = difference(expected, rounded.get(output)) / roundoff(type);
            worst = Math.max(worst, roundings);
            assertTrue(roundings <= ROUNDINGS, output + " is off by " + roundings + " roundings");
        });
    }

    private static Map<String, float[]> valueAndGradients(
            ElementType type, List<long[]> shapes, List<float[]> values, Function<List<Tensor>, Tensor> function) {
        Graph graph = new Graph(type);
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Dim[] dims = Shape.of(shapes.get(i)).dims().toArray(new Dim[0]);
            inputs.add(graph.input("x" + i, ElementType.FLOAT, dims));
        }
        Tensor y =
                function.apply(inputs.stream().map(Tensor::toCompute).toList()).toFloat();
        int size = (int) y.shape().elements().factor();
        long[] sizes = y.shape().dims().stream().mapToLong(Dim::factor).toArray();
        Tensor seed = graph.constant(numbers(type, size, 7), sizes);
        List<Tensor> gradients = Gradients.of(y.mul(seed).sum(), inputs);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("value", y.mul(1));
        for (int i = 0; i < gradients.size(); i++) {
            outputs.put("gradient " + i, gradients.get(i).mul(1));
        }
        if (type == ElementType.FLOAT16) {
            assertTypesFit(graph.model(outputs));
        }
        Map<String, float[]> results = new LinkedHashMap<>();
        try (GraphSession session = GraphSession.open(graph.model(outputs).emulated());
                Feeds feeds = new Feeds()) {
            for (int i = 0; i < values.size(); i++) {
                feeds.floats("x" + i, values.get(i), shapes.get(i));
            }
            try (GraphSession.Outputs result = session.run(feeds)) {
                outputs.keySet().forEach(output -> results.put(output, result.floats(output)));
            }
        }
        return results;
    }

    /** ONNX Runtime on a CPU loads graphs in float16, though it rounds less in them than a device. */
    private static void assertTypesFit(Graph.Model model) {
        GraphSession.open(model).close();
    }

    private static double difference(float[] expected, float[] actual) {
        double square = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            square += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(square / norm);
    }

    @AfterAll
    static void printWorst() {
        System.out.printf(
                Locale.ROOT,
                "gradient rules in 16 bits: %d, %.2f roundings of the norm at worst (bound %.0f)%n",
                rules().count(),
                worst,
                ROUNDINGS);
    }

    /** A 16-bit weight meets 16-bit activations in one Gemm, forward and backward, and float32 ones widened. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void weightsAreAttachedInSixteenBits(ElementType type) {
        float[] matrix = numbers(type, 6, 3);
        WeightSource source = source(type, matrix);
        float[] x = {1, -2};
        for (ElementType compute : List.of(ElementType.FLOAT, type)) {
            Graph graph = new Graph(compute);
            Tensor weight = graph.weight("w", type, 3, 2);
            Tensor input = graph.input("x", ElementType.FLOAT, N, Dim.of(2));
            Tensor y = input.toCompute().linear(weight).toFloat();
            Tensor row =
                    weight.gather(graph.input("index", ElementType.INT64, N)).toFloat();
            Tensor gradient = Gradients.of(y.sum(), List.of(input)).get(0);
            Graph.Model model = graph.model(Map.of("y", y, "row", row, "gradient", gradient));
            try (GraphSession session = GraphSession.open(model.emulated(), source);
                    Feeds feeds = new Feeds().floats("x", x, 1, 2).integers("index", new long[] {2}, 1);
                    GraphSession.Outputs outputs = session.run(feeds)) {
                for (int i = 0; i < 3; i++) {
                    float product = matrix[2 * i] - 2 * matrix[2 * i + 1];
                    assertEquals(compute.rounded(product), outputs.floats("y")[i]);
                }
                for (int j = 0; j < 2; j++) {
                    float column = matrix[j] + matrix[2 + j] + matrix[4 + j];
                    assertEquals(compute.rounded(column), outputs.floats("gradient")[j], 1e-7f);
                    assertEquals(matrix[4 + j], outputs.floats("row")[j]);
                }
            }
            assertEquals(type, model.emulated().weights().get("w").element());
        }
    }

    private static WeightSource source(ElementType type, float[] values) {
        ByteBuffer bytes = Feeds.direct(2L * values.length);
        for (float value : values) {
            bytes.putShort(type.bits(value));
        }
        bytes.flip();
        return ScheduleTest.source(type, new WeightSource.Memory(bytes));
    }

    @Test
    void float32IsItsOwnEmulation() {
        Tensor x = new Graph().input("x", ElementType.FLOAT, N);
        assertSame(x, x.toCompute());
        Graph.Model model = x.graph().model(Map.of("y", x.mul(2)));
        assertSame(model, model.emulated());
    }

    @Test
    void whatWasWidenedIsNotRoundedAgain() {
        Tensor x = input(new Graph(ElementType.FLOAT16), 0);
        assertSame(x, x.toFloat().toCompute());
    }

    @Test
    void refusesWhatNeedsFloat32() {
        Graph graph = new Graph(ElementType.BFLOAT16);
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(4)).toCompute();
        GraphException softmax = assertThrows(GraphException.class, x::softmax);
        assertTrue(softmax.getMessage().contains("needs float32 inputs; use toFloat()"), softmax.getMessage());
        assertThrows(GraphException.class, () -> x.add(x.toFloat()));
        assertThrows(GraphException.class, () -> x.matmul(x.toFloat().swapLastAxes()));
        assertThrows(GraphException.class, () -> new Graph(ElementType.INT64));
        GraphException output = assertThrows(GraphException.class, () -> graph.model(Map.of("y", x)));
        assertTrue(output.getMessage().contains("The output y has 16 bits"), output.getMessage());
    }
}
