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
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Hadamard;
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.graph.MatrixForm;
import io.github.tribuollm.runtime.ByteProducts;
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

/** Weights as sessions attach them whose linear layers are in bytes. */
class Int8SourceTest {
    private static final int OUT = 150;
    private static final int IN = 192;

    @TempDir
    Path directory;

    /** A matrix with a row of zeros and one of a large element. */
    private Weights write(DType stored) {
        MatrixFile file = new MatrixFile(directory, OUT, IN);
        float[] values = file.gaussian(0.1);
        Arrays.fill(values, IN, 2 * IN, 0);
        values[70 * IN + 3] = 5;
        return file.write(stored, values);
    }

    private Weights written(ColumnImportance importance) {
        Weights weights = write(DType.F32);
        weights.countColumns(importance);
        return weights;
    }

    private static float[] unlike(String matrix, int in) {
        float[] importance = ColumnImportance.ALIKE.of(matrix, in);
        importance[5] = 1024;
        return importance;
    }

    private static WeightSource bytes(Weights weights, ElementType type) {
        return new RoundedSource(weights, weights.source(Storage.STORED), weights.scheme(Storage.INT8, type));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void rowsAreWithinHalfAStepOfWhatIsStored(DType stored) {
        try (Weights weights = write(stored)) {
            WeightSource source = weights.source(Storage.INT8);
            assertEquals(MatrixForm.INT8, source.form("matrix"));
            float[] exact = weights.stored("matrix").floats();
            Hadamard.of(IN).rotate(exact);
            ByteBuffer plain = memory(source, "matrix" + Int8Matrix.PLAIN);
            ByteBuffer transposed = memory(source, "matrix" + Int8Matrix.TRANSPOSED);
            ByteBuffer scales = memory(source, "matrix" + Int8Matrix.SCALES);
            assertEquals(OUT * IN, plain.remaining());
            assertEquals(4 * OUT, scales.remaining());
            int zero = ByteProducts.weights() == ElementType.INT8 ? 0 : 128;
            for (int o = 0; o < OUT; o++) {
                int largest = 0;
                for (int i = 0; i < IN; i++) {
                    byte number = (byte) (plain.get(o * IN + i) - zero);
                    assertEquals(plain.get(o * IN + i), transposed.get(i * OUT + o));
                    float scale = scales.getFloat(4 * o);
                    assertEquals(exact[o * IN + i], scale * number, 0.5001 * scale);
                    largest = Math.max(largest, Math.abs(number));
                }
                assertEquals(o == 1 ? 0 : 127, largest, "of row " + o);
            }
        }
    }

    @Test
    void blocksForFewRowsAreTheSameNumbersAndScales() {
        try (Weights weights = written(Int8SourceTest::unlike)) {
            WeightSource source = bytes(weights, ElementType.INT8).forFewRows();
            assertEquals(MatrixForm.INT8_BLOCKS, source.form("matrix"));
            assertEquals(ElementType.UINT8, source.type("matrix" + Int8Blocks.NUMBERS));
            ByteBuffer numbers = memory(source, "matrix" + Int8Blocks.NUMBERS);
            ByteBuffer blockScales = memory(source, "matrix" + Int8Blocks.SCALES);
            ByteBuffer plain = memory(source, "matrix" + Int8Matrix.PLAIN);
            ByteBuffer scales = memory(source, "matrix" + Int8Matrix.SCALES);
            assertEquals(OUT * IN, numbers.remaining());
            assertEquals(Float.BYTES * OUT * IN / Int8Blocks.BLOCK, blockScales.remaining());
            for (int i = 0; i < OUT * IN; i++) {
                assertEquals(plain.get(i) + 128, Byte.toUnsignedInt(numbers.get(i)));
            }
            for (int o = 0; o < OUT; o++) {
                for (int block = 0; block < IN / Int8Blocks.BLOCK; block++) {
                    assertEquals(scales.getFloat(Float.BYTES * o), blockScales.getFloat());
                }
            }
        }
    }

    @Test
    void whatColumnsCountChangesNumbersInAllPartsButNoScale() {
        try (Weights alike = write(DType.F32);
                Weights unlike = written(Int8SourceTest::unlike)) {
            WeightSource before = bytes(alike, ElementType.INT8);
            WeightSource source = bytes(unlike, ElementType.INT8);
            ByteBuffer plain = memory(source, "matrix" + Int8Matrix.PLAIN);
            ByteBuffer transposed = memory(source, "matrix" + Int8Matrix.TRANSPOSED);
            assertEquals(memory(before, "matrix" + Int8Matrix.SCALES), memory(source, "matrix" + Int8Matrix.SCALES));
            assertNotEquals(memory(before, "matrix" + Int8Matrix.PLAIN), plain);
            for (int i = 0; i < OUT * IN; i++) {
                assertEquals(plain.get(i), transposed.get(i % IN * OUT + i / IN));
            }
        }
    }

    @Test
    void unsignedBytesAreTheSameNumbers() {
        try (Weights weights = written(Int8SourceTest::unlike)) {
            ByteBuffer signed = memory(bytes(weights, ElementType.INT8), "matrix" + Int8Matrix.PLAIN);
            ByteBuffer unsigned = memory(bytes(weights, ElementType.UINT8), "matrix" + Int8Matrix.PLAIN);
            while (signed.hasRemaining()) {
                assertEquals(signed.get() + 128, Byte.toUnsignedInt(unsigned.get()));
            }
        }
    }

    @Test
    void bytesTakeAQuarterOfFloatsForEachDirection() {
        try (Weights weights = write(DType.F32)) {
            assertEquals(
                    new Weights.Footprint(8, OUT * IN + 4 * OUT),
                    weights.footprint(
                            Storage.INT8,
                            ComputeType.FLOAT32,
                            List.of("vector", "matrix" + Int8Matrix.TRANSPOSED, "matrix" + Int8Matrix.SCALES)));
        }
    }
}
