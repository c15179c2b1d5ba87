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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for linear layers however they are rounded. */
class RoundedSourceTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "INT8, NaN, matrix" + Int8Matrix.PLAIN,
        "INT8, -Infinity, matrix" + Int8Matrix.PLAIN,
        "INT4, NaN, matrix" + Int4Matrix.NUMBERS,
        "INT4, -Infinity, matrix" + Int4Matrix.NUMBERS
    })
    void refusesNumbersThatAreNotFinite(Storage storage, float special, String part) {
        MatrixFile file = new MatrixFile(directory, 150, 192);
        float[] values = file.gaussian(0.1);
        values[70 * 192 + 3] = special;
        try (Weights weights = file.write(DType.F32, values)) {
            WeightSource source = weights.source(storage);
            CheckpointException e = assertThrows(CheckpointException.class, () -> source.place(part));
            assertTrue(
                    e.getMessage().contains("model.safetensors: tensor 'matrix' is not finite in row 70"),
                    e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void isForTheProcessorInFloat32(Storage storage) {
        Backend emulated = Backend.cpu(ComputeType.BFLOAT16);
        CheckpointException e = assertThrows(CheckpointException.class, () -> storage.on(emulated));
        assertTrue(
                e.getMessage().contains("storage " + storage + " is for the CPU in FLOAT32, not for CPU in BFLOAT16"),
                e.getMessage());
        assertEquals(storage, storage.decided(Backend.cpu()));
    }

    @Test
    void otherStoragesAreForAnyProcessor() {
        assertEquals(Storage.STORED, Storage.STORED.on(Backend.cpu(ComputeType.BFLOAT16)));
        assertEquals(Storage.FLOAT32, Storage.AUTO.decided(Backend.cpu()));
    }
}
