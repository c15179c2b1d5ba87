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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.GraphException;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.MatrixForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products with numbers of four bits, on whatever processor runs the tests. */
final class Int4MatrixTest {
    private static final int OUT = 37;
    private static final int IN = 96;
    private static final int BLOCK = Int4Matrix.BLOCK;

    /** A matrix of numbers from 0 to 15 in all blocks, one a byte here. */
    private record Numbers(byte[] q, float[] scales, int in) implements MatrixRun.Rounded {
        @Override
        public int out() {
            return q.length / columns();
        }

        /** With those of the offsets. */
        int columns() {
            return BLOCK * (int) Int4Matrix.allBlocks(in / BLOCK);
        }

        @Override
        public ElementType type(String name) {
            return name.endsWith(Int4Matrix.NUMBERS) ? ElementType.UINT8 : ElementType.FLOAT;
        }

        @Override
        public MatrixForm form(String name) {
            return MatrixForm.INT4;
        }

        @Override
        public Place place(String name) {
            return new Memory(name.endsWith(Int4Matrix.NUMBERS) ? pairs() : bytes(scales));
        }

        private ByteBuffer pairs() {
            ByteBuffer memory = ByteBuffer.allocateDirect(q.length / 2).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < q.length / 2; i++) {
                memory.put(i, (byte) (q[2 * i] | q[2 * i + 1] << 4));
            }
            return memory;
        }

        private static ByteBuffer bytes(float[] values) {
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            memory.asFloatBuffer().put(values);
            return memory;
        }

        @Override
        public Matrix in(Graph graph) {
            return new Int4Matrix(graph, "w", out(), in);
        }

        /** scale (q - 8) in double precision, [out, columns]. */
        double[] scaled() {
            double[] scaled = new double[q.length];
            Arrays.setAll(scaled, i -> (q[i] - 8) * (double) scales[i / BLOCK]);
            return scaled;
        }

        /** W, [out, in]. */
        double[] matrix() {
            double[] scaled = scaled();
            double[] matrix = new double[out() * in];
            int again = (columns() - in) / 2;
            Arrays.setAll(matrix, i -> {
                int row = i / in * columns();
                int offset = row + in + i % in / BLOCK;
                return scaled[row + i % in] + scaled[offset] + scaled[offset + again];
            });
            return matrix;
        }

        /** Rows with the sums of their blocks, twice. */
        float[] withSums(float[] x) {
            int again = (columns() - in) / 2;
            float[] with = new float[x.length / in * columns()];
            for (int i = 0; i < x.length; i++) {
                int row = i / in * columns();
                int sum = row + in + i % in / BLOCK;
                with[row + i % in] = x[i];
                with[sum] += x[i];
                with[sum + again] += x[i];
            }
            return with;
        }

        static Numbers random(long seed, int out, int in) {
            SplittableRandom random = new SplittableRandom(seed);
            int blocks = out * (int) Int4Matrix.allBlocks(in / BLOCK);
            byte[] q = new byte[blocks * BLOCK];
            for (int i = 0; i < q.length; i++) {
                q[i] = (byte) random.nextInt(16);
            }
            float[] scales = new float[blocks];
            for (int i = 0; i < scales.length; i++) {
                scales[i] = (float) random.nextDouble(-1e-2, 1e-2);
            }
            return new Numbers(q, scales, in);
        }
    }

    /** x W^T as sessions with a layout of their own compute it: blocks of x and of its sums are rounded. */
    private static double[] packed(float[] x, Numbers numbers, int n) {
        float[] rounded = MatrixRun.rounded(numbers.withSums(x), BLOCK);
        return product(rounded, numbers.scaled(), n, numbers.columns(), numbers.out(), true);
    }

    private static MatrixRun run(Numbers numbers, float[] x, float[] dy) {
        return MatrixRun.of(numbers, x, dy, GraphSession.Packing.OWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void productsAreThoseOfTheFloatsOrOfRoundedBlocksAndGradientsOfTheFloats(int n) {
        Numbers numbers = Numbers.random(1, OUT, IN);
        float[] x = random(n * IN, 2);
        x[7] *= 1000;
        float[] dy = random(n * OUT, 3);
        double[] matrix = numbers.matrix();
        MatrixRun result = run(numbers, x, dy);
        assertEquals(0, distance(result.y(), packed(x, numbers, n)), 2e-6);
        MatrixRun shared = MatrixRun.of(numbers, x, dy, GraphSession.Packing.SHARED);
        assertEquals(0, distance(shared.y(), product(x, matrix, n, IN, OUT, true)), 1e-6);
        assertArrayEquals(result.dx(), shared.dx(), 1e-6f);
        assertEquals(0, distance(result.dx(), product(dy, matrix, n, OUT, IN, false)), 1e-6);
        assertEquals(0, distance(result.floats(), matrix), 1e-7);
        assertEquals(0, distance(Arrays.copyOf(result.rows(), IN), Arrays.copyOfRange(matrix, 3 * IN, 4 * IN)), 1e-7);
    }

    /** One block, and a number of blocks that leaves a rest in every kernel. */
    @ParameterizedTest
    @ValueSource(ints = {32, 32 * 17, 32 * 32, 32 * 33})
    void widthsOfOneAndOfManyBlocks(int in) {
        Numbers numbers = Numbers.random(4, 5, in);
        float[] x = random(3 * in, 5);
        MatrixRun result = run(numbers, x, random(3 * 5, 6));
        assertEquals(0, distance(result.y(), packed(x, numbers, 3)), 2e-6);
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 15})
    void extremeValuesAreNotCutOff(byte q) {
        assertTrue(BlockProducts.fourBits(q));
        int blocks = OUT * (int) Int4Matrix.allBlocks(IN / BLOCK);
        byte[] all = new byte[blocks * BLOCK];
        Arrays.fill(all, q);
        float[] scales = new float[blocks];
        Arrays.fill(scales, 1);
        float[] ones = new float[3 * IN];
        Arrays.fill(ones, 1);
        float[] dy = new float[3 * OUT];
        Arrays.fill(dy, 1);
        MatrixRun result = run(new Numbers(all, scales, IN), ones, dy);
        for (float value : result.y()) {
            assertEquals(3 * (q - 8f) * IN, value, 1e-3f);
        }
        for (float value : result.dx()) {
            assertEquals(3 * (q - 8f) * OUT, value, 1e-3f);
        }
    }

    /** A row's result does not depend on the rows beside it. */
    @Test
    void rowsAreMultipliedAlikeAloneAndTogether() {
        Numbers numbers = Numbers.random(7, OUT, IN);
        float[] x = random(9 * IN, 8);
        float[] together = run(numbers, x, new float[9 * OUT]).y();
        for (int row = 0; row < 9; row++) {
            float[] alone = run(numbers, Arrays.copyOfRange(x, row * IN, (row + 1) * IN), new float[OUT])
                    .y();
            assertArrayEquals(Arrays.copyOfRange(together, row * OUT, (row + 1) * OUT), alone, 0);
        }
    }

    @Test
    void rowsOfZerosStayZero() {
        MatrixRun result = run(Numbers.random(9, OUT, IN), new float[2 * IN], new float[2 * OUT]);
        assertArrayEquals(new float[2 * OUT], result.y(), 0);
        assertArrayEquals(new float[2 * IN], result.dx(), 0);
    }

    @Test
    void blocksOfAWidthAreThoseOfItsInverse() {
        for (long blocks = 1; blocks < 200; blocks++) {
            assertEquals(blocks, Int4Matrix.blocks(Int4Matrix.allBlocks(blocks)));
        }
        assertEquals(18 + 2, Int4Matrix.allBlocks(18));
        assertEquals(33 + 4, Int4Matrix.allBlocks(33));
    }

    @Test
    void refusesWidthsThatDoNotDivideIntoBlocks() {
        GraphException e = assertThrows(GraphException.class, () -> new Int4Matrix(new Graph(), "w", 4, 48));
        assertTrue(e.getMessage().contains("w has 48 columns, which is no multiple of 32"), e.getMessage());
    }
}
