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
package io.github.tribuollm.runtime;

import static io.github.tribuollm.runtime.MatrixRun.distance;
import static io.github.tribuollm.runtime.MatrixRun.product;
import static io.github.tribuollm.runtime.MatrixRun.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Hadamard;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.MatrixForm;
import io.github.tribuollm.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products with whole numbers, on whatever processor runs the tests. */
final class Int8MatrixTest {
    private static final int OUT = 37;
    private static final int IN = 192;

    /** Nothing is rotated. */
    private static final int ODD = 191;

    /** Less than {@link #OUT}. */
    private static final int TALL = 32;

    /** A matrix of whole numbers. */
    private record Numbers(byte[] w, float[] scales, int in, ElementType bytes) implements MatrixRun.Rounded {
        @Override
        public int out() {
            return scales.length;
        }

        @Override
        public ElementType type(String name) {
            return name.endsWith(Int8Matrix.SCALES) ? ElementType.FLOAT : bytes;
        }

        @Override
        public MatrixForm form(String name) {
            return MatrixForm.INT8;
        }

        @Override
        public Place place(String name) {
            ByteBuffer memory = ByteBuffer.allocateDirect(Math.max(w.length, Float.BYTES * out()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            int zero = bytes == ElementType.UINT8 ? 128 : 0;
            if (name.endsWith(Int8Matrix.SCALES)) {
                memory.asFloatBuffer().put(scales);
                return new Memory(memory.limit(Float.BYTES * out()).slice().order(ByteOrder.LITTLE_ENDIAN));
            }
            boolean transposed = name.endsWith(Int8Matrix.TRANSPOSED);
            for (int o = 0; o < out(); o++) {
                for (int i = 0; i < in; i++) {
                    memory.put(transposed ? i * out() + o : o * in + i, (byte) (w[o * in + i] + zero));
                }
            }
            return new Memory(memory.limit(w.length).slice().order(ByteOrder.LITTLE_ENDIAN));
        }

        @Override
        public Matrix in(Graph graph) {
            return new Int8Matrix(graph, "w", bytes, out(), in);
        }

        /** W in double precision, [out, in]. */
        double[] matrix() {
            float[] floats = new float[w.length];
            for (int i = 0; i < w.length; i++) {
                floats[i] = w[i] * scales[i / in];
            }
            Hadamard.of(in).rotate(floats);
            double[] matrix = new double[w.length];
            Arrays.setAll(matrix, i -> floats[i]);
            return matrix;
        }

        /** Gradients [n, out] as they are when their products with scales are rounded to 1/127 of the largest of a row. */
        float[] roundedOnce(float[] dy) {
            float[] rounded = new float[dy.length];
            for (int row = 0; row < dy.length; row += out()) {
                float largest = 0;
                for (int o = 0; o < out(); o++) {
                    largest = Math.max(largest, Math.abs(dy[row + o] * scales[o]));
                }
                float step = largest / 127;
                for (int o = 0; o < out(); o++) {
                    rounded[row + o] = step * (float) Math.rint(dy[row + o] * scales[o] / step) / scales[o];
                }
            }
            return rounded;
        }

        Numbers as(ElementType other) {
            return new Numbers(w, scales, in, other);
        }

        static Numbers random(long seed) {
            return random(seed, IN);
        }

        static Numbers random(long seed, int in) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] w = new byte[OUT * in];
            for (int i = 0; i < w.length; i++) {
                w[i] = (byte) random.nextInt(-127, 128);
            }
            float[] scales = new float[OUT];
            for (int i = 0; i < OUT; i++) {
                scales[i] = (float) random.nextDouble(1e-4, 1e-3);
            }
            return new Numbers(w, scales, in, ElementType.INT8);
        }

        /** Rows that differ little, with one scale. */
        static Numbers alike(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] w = new byte[OUT * IN];
            for (int i = 0; i < w.length; i++) {
                w[i] = (byte) (60 + random.nextInt(-5, 6));
            }
            float[] scales = new float[OUT];
            Arrays.fill(scales, 1e-3f);
            return new Numbers(w, scales, IN, ElementType.INT8);
        }

        static Numbers allButOneLargest() {
            byte[] w = new byte[OUT * ODD];
            Arrays.fill(w, (byte) 127);
            Arrays.fill(w, ODD, 2 * ODD, (byte) -127);
            float[] scales = new float[OUT];
            Arrays.fill(scales, 1);
            return new Numbers(w, scales, ODD, ElementType.INT8);
        }

        static Numbers extreme() {
            byte[] w = new byte[OUT * ODD];
            for (int i = 0; i < w.length; i++) {
                w[i] = (byte) (i / ODD % 2 == 0 ? 127 : -127);
            }
            float[] scales = new float[OUT];
            Arrays.fill(scales, 1);
            return new Numbers(w, scales, ODD, ElementType.INT8);
        }
    }

    private static MatrixRun run(Numbers numbers, float[] x, float[] dy) {
        return run(numbers, UnaryOperator.identity(), x, dy);
    }

    private static MatrixRun run(Numbers numbers, UnaryOperator<Matrix> use, float[] x, float[] dy) {
        return MatrixRun.of(numbers, use, x, dy, GraphSession.Packing.SHARED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void productsAndGradientsAreThoseOfTheFloatsButForTheRoundingOfRows(int n) {
        Numbers numbers = Numbers.random(1);
        float[] x = random(n * IN, 2);
        float[] dy = random(n * OUT, 3);
        double[] matrix = numbers.matrix();
        MatrixRun result = run(numbers, x, dy);
        assertEquals(0, distance(result.y(), product(x, matrix, n, IN, OUT, true)), 1e-4);
        assertEquals(0, distance(result.dx(), product(dy, matrix, n, OUT, IN, false)), 1e-4);
        assertEquals(0, distance(result.floats(), matrix), 1e-6);
        assertEquals(0, distance(Arrays.copyOf(result.rows(), IN), Arrays.copyOfRange(matrix, 3 * IN, 4 * IN)), 1e-6);
    }

    /** Whatever the shape: an output layer may have fewer rows than columns, where the tokens are bytes. */
    @ParameterizedTest
    @ValueSource(ints = {IN, TALL})
    void gradientsOfLogitsKeep16Bits(int in) {
        Numbers numbers = Numbers.random(1, in);
        float[] dy = random(5 * OUT, 3);
        float[] dx = run(numbers, m -> m.as(Matrix.Role.TRAINED_LOGITS), random(5 * in, 2), dy)
                .dx();
        assertEquals(0, distance(dx, product(dy, numbers.matrix(), 5, OUT, in, false)), 1e-4);
    }

    /** What is below half of the second step is 0 in all rows but the first: 36 times 1.2e-5 of the mean row. */
    @Test
    void whatRoundingTakesFromProbabilitiesComesBackAlongTheMeanRow() {
        Numbers numbers = Numbers.alike(16);
        float[] dy = new float[OUT];
        Arrays.fill(dy, 1.2e-5f);
        dy[0] = 1;
        float[] dx = run(numbers, m -> m.as(Matrix.Role.TRAINED_LOGITS), random(IN, 2), dy)
                .dx();
        assertEquals(0, distance(dx, product(dy, numbers.matrix(), 1, OUT, IN, false)), 6e-5);
    }

    /** The mean row is next to 127, so that rows of -127 are 254 below it. */
    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"INT8", "UINT8"})
    void gradientsOfLogitsAreRightWhereRowsAreFarFromTheirMean(ElementType bytes) {
        if (!ByteProducts.right(bytes)) {
            return; // not taken here
        }
        Numbers numbers = Numbers.allButOneLargest().as(bytes);
        float[] dy = random(3 * OUT, 17);
        float[] dx = run(numbers, m -> m.as(Matrix.Role.TRAINED_LOGITS), random(3 * ODD, 18), dy)
                .dx();
        assertEquals(0, distance(dx, product(dy, numbers.matrix(), 3, OUT, ODD, false)), 1e-4);
    }

    @ParameterizedTest
    @ValueSource(ints = {IN, TALL})
    void aTrainingRoundsGradientsOnceAndWhatEntersButQueries(int in) {
        Numbers numbers = Numbers.random(1, in);
        float[] x = random(5 * in, 2);
        float[] dy = random(5 * OUT, 3);
        MatrixRun queries = run(numbers, m -> m.as(Matrix.Role.TRAINED_QUERIES), x, dy);
        MatrixRun others = run(numbers, m -> m.as(Matrix.Role.TRAINED), x, dy);
        double[] dx = product(numbers.roundedOnce(dy), numbers.matrix(), 5, OUT, in, false);
        assertEquals(0, distance(queries.dx(), dx), 1e-4);
        assertArrayEquals(queries.dx(), others.dx(), 0);
        assertArrayEquals(run(numbers, x, dy).y(), queries.y(), 0);
        double[] y = product(x, numbers.matrix(), 5, in, OUT, true);
        assertEquals(0, distance(others.y(), y), 1e-2);
        assertNotEquals(0, distance(others.y(), y), 1e-4);
    }

    /** 255 * 127 * 2 is more than 16 bits hold, which is where products are cut off on processors without VNNI. */
    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"INT8", "UINT8"})
    void extremeValuesAreNotCutOff(ElementType bytes) {
        boolean chosen = bytes == ByteProducts.weights();
        if (chosen || bytes == ElementType.UINT8) {
            assertTrue(ByteProducts.right(bytes));
        }
        Numbers numbers = Numbers.extreme().as(ByteProducts.right(bytes) ? bytes : ByteProducts.weights());
        float[] x = new float[3 * ODD];
        Arrays.fill(x, 1);
        float[] dy = new float[3 * OUT];
        for (int i = 0; i < dy.length; i++) {
            dy[i] = i % OUT % 2 == 0 ? 1 : -1;
        }
        MatrixRun result = run(numbers, x, dy);
        for (int i = 0; i < result.y().length; i++) {
            assertEquals(127f * ODD * (i % OUT % 2 == 0 ? 1 : -1), result.y()[i], 0.05f);
        }
        for (float value : result.dx()) {
            assertEquals(127f * OUT, value, 0.05f);
        }
    }

    @Test
    void aProcessorThatMultipliesNeitherIsToldWhatToSet() {
        assertEquals(ElementType.UINT8, ByteProducts.required(Optional.of(ElementType.UINT8)));
        UnusableSurroundings e =
                assertThrows(UnusableSurroundings.class, () -> ByteProducts.required(Optional.empty()));
        assertTrue(e.getMessage().contains("set storage to FLOAT32 or STORED"), e.getMessage());
    }

    @Test
    void bothFormsOfBytesHaveTheSameBits() {
        if (!ByteProducts.right(ElementType.INT8)) {
            return; // they are not the same here, which is why one of them is not taken
        }
        Numbers numbers = Numbers.random(4);
        float[] x = random(7 * IN, 5);
        float[] dy = random(7 * OUT, 6);
        MatrixRun signed = run(numbers, x, dy);
        MatrixRun unsigned = run(numbers.as(ElementType.UINT8), x, dy);
        assertArrayEquals(signed.y(), unsigned.y(), 0);
        assertArrayEquals(signed.dx(), unsigned.dx(), 0);
        assertArrayEquals(signed.rows(), unsigned.rows(), 0);
    }

    @Test
    void oneLargeElementDoesNotCostTheOthersTheirDigits() {
        Numbers numbers = Numbers.random(8);
        float[] x = random(3 * IN, 9);
        for (int row = 0; row < 3; row++) {
            x[row * IN + 5] = 30;
        }
        float[] y = run(numbers, x, new float[3 * OUT]).y();
        double[] wanted = product(x, numbers.matrix(), 3, IN, OUT, true);
        for (int i = 0; i < y.length; i++) {
            double spike = 30 * numbers.matrix()[i % OUT * IN + 5];
            y[i] -= (float) spike;
            wanted[i] -= spike;
        }
        assertEquals(0, distance(y, wanted), 1e-3);
    }

    /** Gradients of logits alone hold a sum of floats. */
    @Test
    void aRowHasTheSameBitsBesideAnyOthers() {
        Numbers numbers = Numbers.random(10);
        float[] x = random(40 * IN, 11);
        float[] dy = random(40 * OUT, 12);
        float[] y = run(numbers, x, dy).y();
        MatrixRun trained = run(numbers, m -> m.as(Matrix.Role.TRAINED), x, dy);
        for (int row : new int[] {0, 7, 39}) {
            float[] ownX = Arrays.copyOfRange(x, row * IN, (row + 1) * IN);
            float[] ownDy = Arrays.copyOfRange(dy, row * OUT, (row + 1) * OUT);
            MatrixRun alone = run(numbers, m -> m.as(Matrix.Role.TRAINED), ownX, ownDy);
            assertArrayEquals(
                    Arrays.copyOfRange(y, row * OUT, (row + 1) * OUT),
                    run(numbers, ownX, ownDy).y(),
                    0);
            assertArrayEquals(Arrays.copyOfRange(trained.y(), row * OUT, (row + 1) * OUT), alone.y(), 0);
            assertArrayEquals(Arrays.copyOfRange(trained.dx(), row * IN, (row + 1) * IN), alone.dx(), 0);
        }
    }

    @Test
    void layersWithOneInputRoundItOnce() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(IN));
        Tensor q = new Int8Matrix(graph, "q", ElementType.INT8, OUT, IN).product(x);
        Tensor k = new Int8Matrix(graph, "k", ElementType.INT8, OUT, IN).product(x);
        List<String> types = types(graph.model(Map.of("q", q, "k", k)));
        assertEquals(2, Collections.frequency(types, "MatMulIntegerToFloat"));
        assertEquals(1, Collections.frequency(types, "ReduceMax"));
        assertEquals(2, Collections.frequency(types, "QuantizeLinear"));
    }

    private static Matrix trained(Graph graph, String name) {
        return new Int8Matrix(graph, name, ElementType.INT8, IN, IN).as(Matrix.Role.TRAINED_QUERIES);
    }

    @Test
    void theGradientsOfLayersWithOneInputAreRotatedTogether() {
        for (boolean again : new boolean[] {false, true}) {
            Graph graph = new Graph();
            Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(IN));
            UnaryOperator<Tensor> layers =
                    t -> trained(graph, "q").product(t).add(trained(graph, "k").product(t));
            Tensor before = graph.withoutGradients(() -> layers.apply(x)).sum().mul(0);
            Tensor y = again ? graph.checkpoint(x, layers) : layers.apply(x);
            Tensor dx = Gradients.of(y.sum().add(before), List.of(x)).get(0);
            List<String> types = types(graph.model(Map.of("dx", dx)));
            assertEquals(2, Collections.frequency(types, "MatMulIntegerToFloat"));
            assertEquals(1, Collections.frequency(types, "MatMul"));
        }
    }

    /** x enters two layers, each in a block of its own that is run again, or outside. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, true", "true, false", "false, true"})
    void gradientsOfTwoLayersAreTwiceThoseOfOneOnWhateverTapes(boolean firstAgain, boolean secondAgain) {
        Numbers numbers = Numbers.random(13);
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(IN));
        Tensor dy = graph.input("dy", ElementType.FLOAT, Dim.symbol("N"), Dim.of(OUT));
        Matrix matrix = numbers.in(graph);
        UnaryOperator<Tensor> layer = sum -> sum.add(matrix.product(x));
        Tensor first = firstAgain ? graph.checkpoint(dy, layer) : layer.apply(dy);
        Tensor second = secondAgain ? graph.checkpoint(first, layer) : layer.apply(first);
        Tensor dx = Gradients.backward(List.of(second), List.of(dy), List.of(x)).get(0);
        float[] rows = random(3 * IN, 14);
        float[] seeds = random(3 * OUT, 15);
        try (GraphSession session = GraphSession.open(
                        Backend.cpu(),
                        graph.model(Map.of("dx", dx)),
                        numbers,
                        GraphSession.Arena.KEPT,
                        GraphSession.Packing.SHARED);
                Feeds feeds = new Feeds().floats("x", rows, 3, IN).floats("dy", seeds, 3, OUT);
                GraphSession.Outputs outputs = session.run(feeds)) {
            float[] once = run(numbers, rows, seeds).dx();
            float[] found = outputs.floats("dx");
            for (int i = 0; i < once.length; i++) {
                assertEquals(2 * once[i], found[i], 1e-6f);
            }
        }
    }

    private static List<String> types(Graph.Model model) {
        return model.proto().getGraph().getNodeList().stream()
                .map(node -> node.getOpType())
                .toList();
    }

    @Test
    void aRowOfZerosStaysZero() {
        MatrixRun result = run(Numbers.random(7), new float[2 * IN], new float[2 * OUT]);
        assertArrayEquals(new float[2 * OUT], result.y(), 0);
        assertArrayEquals(new float[2 * IN], result.dx(), 0);
    }
}
