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
package io.github.tribuollm.llm.checkpoint;

import static io.github.tribuollm.llm.checkpoint.MatrixFile.memory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.graph.MatrixForm;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights as sessions attach them whose linear layers are in four bits. */
class Int4SourceTest {
    private static final int OUT = 150;
    private static final int IN = 64;
    private static final int BLOCK = Int4Matrix.BLOCK;

    @TempDir
    Path directory;

    /** A matrix with a row of zeros, one of ones, one whose elements are all positive and one of a large element. */
    private Weights write(DType stored) {
        MatrixFile file = new MatrixFile(directory, OUT, IN);
        float[] values = file.gaussian(0.1);
        Arrays.fill(values, IN, 2 * IN, 0);
        Arrays.fill(values, 2 * IN, 3 * IN, 1);
        for (int i = 3 * IN; i < 4 * IN; i++) {
            values[i] = 1 + Math.abs(values[i]);
        }
        values[70 * IN + 3] = 5;
        return file.write(
                stored,
                values,
                SafetensorsWriter.Entry.of(Weights.EMBEDDING, stored, new long[] {OUT, IN}, values),
                SafetensorsWriter.Entry.of("narrow", stored, new long[] {4, 48}, new float[4 * 48]));
    }

    /**
     * What rounding to nearest without a choice of scales would leave at most, and what is cut off where an offset is not
     * quite that of the grid: it is rounded twice, to 14 steps each, of the largest of its row.
     */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void errorsAreBelowThoseOfAGridOverTheWholeRange(DType stored) {
        try (Weights weights = write(stored)) {
            WeightSource source = weights.source(Storage.INT4);
            float[] exact = weights.stored("matrix").floats();
            ByteBuffer numbers = memory(source, "matrix" + Int4Matrix.NUMBERS);
            ByteBuffer scales = memory(source, "matrix" + Int4Matrix.SCALES);
            assertEquals(OUT * (IN + 2 * BLOCK) / 2, numbers.remaining());
            assertEquals(4 * OUT * (IN / BLOCK + 2), scales.remaining());
            for (int row = 0; row < OUT; row++) {
                float[] rounded = Int4Rows.floats(IN, row, numbers, scales);
                float most = 0;
                for (int i = 0; i < IN; i++) {
                    most = Math.max(most, Math.abs(exact[row * IN + i]));
                }
                for (int start = 0; start < IN; start += BLOCK) {
                    assertBelow(
                            Arrays.copyOfRange(exact, row * IN + start, row * IN + start + BLOCK),
                            Arrays.copyOfRange(rounded, start, start + BLOCK),
                            2 * most / (14 * 14));
                }
            }
        }
    }

    private static void assertBelow(float[] exact, float[] rounded, double cut) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (float weight : exact) {
            least = Math.min(least, weight);
            most = Math.max(most, weight);
        }
        double step = ((double) most - least) / 15;
        double found = 0;
        double whole = 0;
        for (int i = 0; i < BLOCK; i++) {
            found += Math.pow(rounded[i] - exact[i], 2);
            double nearest = step == 0 ? least : step * Math.rint((exact[i] - least) / step) + least;
            whole += Math.pow(Math.abs(nearest - exact[i]) + cut, 2);
        }
        assertTrue(found <= 1.0001 * whole + 1e-12, found + " and " + whole);
    }

    @Test
    void outputLayersAndWidthsThatDoNotDivideAreInBytes() {
        try (Weights weights = write(DType.BF16)) {
            WeightSource source = weights.source(Storage.INT4);
            assertEquals(MatrixForm.INT4, source.form("matrix"));
            assertEquals(MatrixForm.INT8, source.form(Weights.EMBEDDING));
            assertEquals(MatrixForm.INT8, source.form("narrow"));
            assertEquals(4 * 48, memory(source, "narrow" + Int8Matrix.PLAIN).remaining());
            assertEquals(
                    OUT * IN,
                    memory(source, Weights.EMBEDDING + Int8Matrix.TRANSPOSED).remaining());
        }
    }

    /** Half a byte for a number and four for the scale of a block, of which a row has two more than its own two. */
    @Test
    void aWeightTakesFiveBitsAndItsPartOfTheOffsets() {
        try (Weights weights = write(DType.F32)) {
            List<String> parts = List.of("matrix" + Int4Matrix.NUMBERS, "matrix" + Int4Matrix.SCALES);
            int blocks = OUT * (IN / BLOCK + 2);
            assertEquals(
                    new Weights.Footprint(0, blocks * (16 + 4)),
                    weights.footprint(Storage.INT4, ComputeType.FLOAT32, parts));
            assertEquals(blocks * (16 + 2 * 4), weights.packed(Storage.INT4, parts));
        }
    }
}
