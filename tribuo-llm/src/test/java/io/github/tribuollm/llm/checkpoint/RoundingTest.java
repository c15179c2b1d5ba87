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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights as sessions that compute in 16 bits attach them. */
class RoundingTest {
    private static final int OUT = 300;
    private static final int IN = 700;

    @TempDir
    Path directory;

    private Weights write(DType stored, double size) {
        MatrixFile file = new MatrixFile(directory, OUT, IN);
        float[] values = file.gaussian(size);
        values[1] = 1e-7f;
        return file.write(stored, values);
    }

    @ParameterizedTest
    @CsvSource({"F32, FLOAT16", "F32, BFLOAT16", "BF16, FLOAT16", "F16, BFLOAT16", "F16, FLOAT16", "BF16, BFLOAT16"})
    void matricesAreRoundedAndVectorsAreNot(DType stored, ComputeType compute) {
        try (Weights weights = write(stored, 1)) {
            WeightSource source = weights.source(Storage.STORED, compute);
            ElementType type = compute.element();
            assertEquals(type, source.type("matrix"));
            assertEquals(ElementType.FLOAT, source.type("vector"));
            assertEquals(1.001f, memory(source, "vector").getFloat());
            float[] exact = weights.stored("matrix").floats();
            ByteBuffer rounded = memory(source, "matrix");
            assertEquals(2 * exact.length, rounded.remaining());
            for (int i = 0; i < exact.length; i++) {
                assertEquals(type.bits(exact[i]), rounded.getShort(2 * i), "of " + exact[i]);
            }
        }
    }

    @Test
    void whatTheFileHoldsInTheTypeIsNotCopied() {
        try (Weights weights = write(DType.BF16, 1)) {
            assertEquals(
                    new Weights.Footprint(2 * OUT * IN + 8, 0),
                    weights.footprint(Storage.FLOAT32, ComputeType.BFLOAT16, List.of("matrix", "vector")));
            assertEquals(
                    new Weights.Footprint(8, 2 * OUT * IN),
                    weights.footprint(Storage.FLOAT32, ComputeType.FLOAT16, List.of("matrix", "vector")));
        }
    }

    @ParameterizedTest
    @CsvSource({"F32", "BF16"})
    void refusesNumbersThatAreTooLarge(DType stored) {
        try (Weights weights = write(stored, 30_000)) {
            WeightSource half = weights.source(Storage.FLOAT32, ComputeType.FLOAT16);
            CheckpointException e = assertThrows(CheckpointException.class, () -> half.place("matrix"));
            assertTrue(e.getMessage().contains("model.safetensors: tensor 'matrix' holds "), e.getMessage());
            assertTrue(
                    e.getMessage().contains("too large for FLOAT16; compute in bfloat16 or float32"), e.getMessage());
            weights.source(Storage.FLOAT32, ComputeType.BFLOAT16).place("matrix");
        }
    }
}
