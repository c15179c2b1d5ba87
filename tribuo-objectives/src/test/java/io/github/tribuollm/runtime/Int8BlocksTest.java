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
import static io.github.tribuollm.runtime.MatrixRun.rounded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.GraphException;
import io.github.tribuollm.graph.Hadamard;
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of few rows with whole numbers, on whatever processor runs the tests. */
final class Int8BlocksTest {
    private static final int OUT = 37;
    private static final int IN = 192;
    private static final int BLOCK = Int8Blocks.BLOCK;

    /** A matrix of whole numbers. */
    private record Numbers(byte[] w, float[] scales, int in) implements WeightSource {
        static Numbers random(long seed, int in) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] w = new byte[OUT * in];
            for (int i = 0; i < w.length; i++) {
                w[i] = (byte) random.nextInt(-127, 128);
            }
            float[] scales = new float[OUT];
            for (int i = 0; i < OUT; i++) {
                scales[i] = (float) random.nextDouble(1e-3, 1e-2);
            }
            return new Numbers(w, scales, in);
        }

        @Override
        public ElementType type(String name) {
            return name.endsWith(Int8Blocks.NUMBERS) ? ElementType.UINT8 : ElementType.FLOAT;
        }

        @Override
        public Place place(String name) {
            int blocks = in / BLOCK;
            boolean numbers = name.endsWith(Int8Blocks.NUMBERS);
            ByteBuffer memory = ByteBuffer.allocateDirect(numbers ? w.length : Float.BYTES * OUT * blocks)
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; memory.hasRemaining(); i++) {
                if (numbers) {
                    memory.put((byte) (w[i] + 128));
                } else {
                    memory.putFloat(scales[i / blocks]);
                }
            }
            return new Memory(memory.flip());
        }

        /** W H in double precision, [OUT, in]. */
        double[] rotated() {
            double[] matrix = new double[w.length];
            Arrays.setAll(matrix, i -> w[i] * (double) scales[i / in]);
            return matrix;
        }

        /** W, [OUT, in]. */
        float[] matrix() {
            float[] floats = new float[w.length];
            for (int i = 0; i < w.length; i++) {
                floats[i] = w[i] * scales[i / in];
            }
            Hadamard.of(in).rotate(floats);
            return floats;
        }

        float[] times(float[] x) {
            Graph graph = new Graph();
            Tensor input = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(in));
            Graph.Model model = graph.model(Map.of("y", new Int8Blocks(graph, "w", OUT, in).product(input)));
            try (GraphSession session = GraphSession.open(
                            Backend.cpu(), model, this, GraphSession.Arena.KEPT, GraphSession.Packing.OWN);
                    Feeds feeds = new Feeds().floats("x", x, x.length / in, in);
                    GraphSession.Outputs outputs = session.run(feeds)) {
                return outputs.floats("y");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 18})
    void productsAreThoseOfRotatedAndRoundedBlocks(int n) {
        Numbers numbers = Numbers.random(1, IN);
        float[] x = random(n * IN, 2);
        x[7] *= 1000;
        float[] rotated = x.clone();
        Hadamard.of(IN).rotate(rotated);
        double[] wanted = product(rounded(rotated, BLOCK), numbers.rotated(), n, IN, OUT, true);
        assertEquals(0, distance(numbers.times(x), wanted), 2e-5);
    }

    /** Beside a number that is a thousand times as large, the others keep their digits but two. */
    @Test
    void aLargeNumberDoesNotTakeTheDigitsOfTheOthers() {
        Numbers numbers = Numbers.random(3, IN);
        float[] x = random(IN, 4);
        double[] matrix = new double[OUT * IN];
        float[] floats = numbers.matrix();
        Arrays.setAll(matrix, i -> floats[i]);
        assertEquals(0, distance(numbers.times(x), product(x, matrix, 1, IN, OUT, true)), 1e-2);
        x[7] = 1000;
        assertEquals(0, distance(numbers.times(x), product(x, matrix, 1, IN, OUT, true)), 1e-2);
    }

    @Test
    void rowsHaveTheSameBitsAloneAndTogether() {
        Numbers numbers = Numbers.random(5, IN);
        float[] x = random(9 * IN, 6);
        float[] together = numbers.times(x);
        for (int row = 0; row < 9; row++) {
            assertArrayEquals(
                    Arrays.copyOfRange(together, row * OUT, (row + 1) * OUT),
                    numbers.times(Arrays.copyOfRange(x, row * IN, (row + 1) * IN)),
                    0);
        }
    }

    @Test
    void rowsAndFloatsAreThoseOfTheMatrix() {
        Numbers numbers = Numbers.random(7, IN);
        Graph graph = new Graph();
        Int8Blocks matrix = new Int8Blocks(graph, "w", OUT, IN);
        Map<String, Tensor> outputs = Map.of(
                "rows", matrix.rows(graph.input("rows", ElementType.INT64, Dim.of(2))),
                "floats", matrix.floats(graph.input("any", ElementType.FLOAT, Dim.of(1))));
        float[] wanted = numbers.matrix();
        try (GraphSession session = GraphSession.open(
                        Backend.cpu(),
                        graph.model(outputs),
                        numbers,
                        GraphSession.Arena.KEPT,
                        GraphSession.Packing.OWN);
                Feeds feeds = new Feeds().floats("any", new float[1], 1).integers("rows", new long[] {3, 0}, 2);
                GraphSession.Outputs found = session.run(feeds)) {
            assertArrayEquals(wanted, found.floats("floats"), 1e-5f);
            assertArrayEquals(
                    Arrays.copyOfRange(wanted, 3 * IN, 4 * IN), Arrays.copyOf(found.floats("rows"), IN), 1e-5f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255})
    void extremeValuesAreNotCutOff(int number) {
        assertTrue(BlockProducts.bytes(number));
    }

    private static Numbers everywhere(int number, float scale) {
        int in = 5 * BLOCK;
        byte[] w = new byte[OUT * in];
        Arrays.fill(w, (byte) number);
        float[] scales = new float[OUT];
        Arrays.fill(scales, scale);
        return new Numbers(w, scales, in);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 5 * BLOCK - 1})
    void theProbeMultipliesEveryColumn(int column) {
        Numbers numbers = everywhere(127, 1);
        assertTrue(BlockProducts.bytes(255, numbers));
        numbers.w[column] = 0;
        assertFalse(BlockProducts.bytes(255, numbers));
    }

    @Test
    void theProbeTakesNoNumberForWrong() {
        assertFalse(BlockProducts.bytes(255, everywhere(127, Float.NaN)));
    }

    @Test
    void rowsOfZerosStayZero() {
        assertArrayEquals(new float[2 * OUT], Numbers.random(9, IN).times(new float[2 * IN]), 0);
    }

    @Test
    void hasNoGradient() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(IN));
        Tensor dy = graph.input("dy", ElementType.FLOAT, Dim.symbol("N"), Dim.of(OUT));
        Tensor y = new Int8Blocks(graph, "w", OUT, IN).product(x);
        GraphException e =
                assertThrows(GraphException.class, () -> Gradients.backward(List.of(y), List.of(dy), List.of(x)));
        assertTrue(e.getMessage().contains("no gradient"), e.getMessage());
    }

    @Test
    void refusesWidthsThatDoNotDivideIntoBlocks() {
        GraphException e = assertThrows(GraphException.class, () -> new Int8Blocks(new Graph(), "w", 4, 96));
        assertTrue(e.getMessage().contains("w has 96 columns, which is no multiple of 64"), e.getMessage());
    }
}
