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

    /** Half a step of the whole range is what rounding to nearest without a choice of scales would leave at most. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void errorsAreBelowThoseOfAGridOverTheWholeRange(DType stored) {
        try (Weights weights = write(stored)) {
            WeightSource source = weights.source(Storage.INT4);
            float[] exact = weights.stored("matrix").floats();
            ByteBuffer numbers = memory(source, "matrix" + Int4Matrix.NUMBERS);
            ByteBuffer scales = memory(source, "matrix" + Int4Matrix.SCALES);
            ByteBuffer offsets = memory(source, "matrix" + Int4Matrix.OFFSETS);
            assertEquals(OUT * IN / 2, numbers.remaining());
            assertEquals(4 * OUT * IN / BLOCK, scales.remaining());
            for (int block = 0; block < exact.length / BLOCK; block++) {
                float least = Float.POSITIVE_INFINITY;
                float most = Float.NEGATIVE_INFINITY;
                double found = 0;
                for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
                    int pair = Byte.toUnsignedInt(numbers.get(i / 2));
                    int q = i % 2 == 0 ? pair & 15 : pair >> 4;
                    float rounded = scales.getFloat(4 * block) * (q - 8) + offsets.getFloat(4 * block);
                    found += Math.pow(rounded - exact[i], 2);
                    least = Math.min(least, exact[i]);
                    most = Math.max(most, exact[i]);
                }
                double step = ((double) most - least) / 15;
                double whole = 0;
                for (int i = block * BLOCK; i < (block + 1) * BLOCK && step > 0; i++) {
                    whole += Math.pow(step * Math.rint((exact[i] - least) / step) + least - exact[i], 2);
                }
                assertTrue(found <= 1.0001 * whole + 1e-12, "block " + block + ": " + found + " and " + whole);
            }
        }
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

    /** Half a byte for a number, and eight for the two floats of a block. */
    @Test
    void aWeightTakesSixBits() {
        try (Weights weights = write(DType.F32)) {
            List<String> parts =
                    List.of("matrix" + Int4Matrix.NUMBERS, "matrix" + Int4Matrix.SCALES, "matrix" + Int4Matrix.OFFSETS);
            assertEquals(
                    new Weights.Footprint(0, OUT * IN * 6 / 8),
                    weights.footprint(Storage.INT4, ComputeType.FLOAT32, parts));
            assertEquals(OUT * IN * 7 / 8, weights.packed(Storage.INT4, parts));
        }
    }
}
