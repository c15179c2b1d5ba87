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

import io.github.tribuollm.fixtures.RandomCheckpoint;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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

    @Test
    void aMatrixIsReadOnceForWhatIsReadTogether() {
        new MatrixFile(directory, 150, 192)
                .write(DType.F32, new float[150 * 192])
                .close();
        CountedFile file = CountedFile.of(SafetensorsFile.open(directory.resolve(Weights.SINGLE)));
        try (Weights weights = Weights.of(file.counting())) {
            WeightSource fewRows = weights.source(Storage.INT8).forFewRows();
            fewRows.place("matrix" + Int8Blocks.SCALES);
            fewRows.place("matrix" + Int8Blocks.NUMBERS);
            assertEquals(150L * 192, file.elements().get("matrix"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void aMatrixIsReadOnceWhereAllPartsAreWritten(Storage storage) {
        new MatrixFile(directory, 150, 192)
                .write(DType.F32, new float[150 * 192])
                .close();
        CountedFile file = CountedFile.of(SafetensorsFile.open(directory.resolve(Weights.SINGLE)));
        try (Weights weights = Weights.of(file.counting())) {
            SafetensorsWriter.writeInOrder(
                    directory.resolve("rounded"),
                    Map.of(),
                    RoundedEntries.of(weights, storage, List.of("matrix"), List.of("vector")));
            assertEquals(150L * 192, file.elements().get("matrix"));
        }
    }

    @Test
    void matricesThatAreTooLargeAreRefusedWithWhatElseToDo() throws IOException {
        RandomCheckpoint.holes(
                directory.resolve(Weights.SINGLE), "BF16", Map.of("matrix", new long[] {1 << 16, 1 << 15}));
        try (Weights weights = Weights.open(directory)) {
            WeightSource source = weights.source(Storage.INT8);
            assertTooLarge("set storage to STORED", () -> source.place("matrix" + Int8Matrix.PLAIN));
            List<SafetensorsWriter.Entry> entries =
                    RoundedEntries.of(weights, Storage.INT8, List.of("matrix"), List.of());
            assertTooLarge(
                    "take the storage int4",
                    () -> SafetensorsWriter.writeInOrder(directory.resolve("rounded"), Map.of(), entries));
        }
    }

    private static void assertTooLarge(String remedy, Executable reading) {
        CheckpointException e = assertThrows(CheckpointException.class, reading);
        assertTrue(
                e.getMessage().contains("model.safetensors: tensor 'matrix' would have 2147483648 bytes")
                        && e.getMessage().endsWith("; " + remedy),
                e.getMessage());
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
