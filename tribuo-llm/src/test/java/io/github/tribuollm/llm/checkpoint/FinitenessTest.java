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

import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinitenessTest {
    private static final int ROWS = 1001;
    private static final int COLUMNS = 257;

    @TempDir
    private Path directory;

    private Optional<String> fault(DType type, float rest, int at, float value) {
        float[] values = new float[ROWS * COLUMNS];
        Arrays.fill(values, rest);
        values[at] = value;
        SafetensorsWriter.write(
                directory.resolve("model.safetensors"),
                Map.of(),
                List.of(
                        Entry.of("a", DType.F32, new long[] {1}, new float[] {-Float.MAX_VALUE}),
                        Entry.of("b", type, new long[] {ROWS, COLUMNS}, values)));
        try (Weights weights = Weights.open(directory)) {
            return weights.fault();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F32, 3.4028235e38, 0, NaN, '[0, 0]'",
        "F32, -3.4028235e38, 257256, -Infinity, '[1000, 256]'",
        "F16, 65504, 70001, NaN, '[272, 97]'",
        "F16, -65504, 131072, Infinity, '[510, 2]'",
        "BF16, 3.3895314e38, 257255, -Infinity, '[1000, 255]'",
        "BF16, -3.3895314e38, 65536, NaN, '[255, 1]'"
    })
    void theFirstElementThatIsNotFiniteIsNamed(DType type, float rest, int at, float value, String index) {
        assertEquals(
                Optional.of("tensor 'b' of model.safetensors holds " + value + " at " + index),
                fault(type, rest, at, value));
    }

    @ParameterizedTest
    @CsvSource({"F32, 3.4028235e38", "F16, 65504", "BF16, 3.3895314e38", "F32, 1e-45", "F16, -0.0"})
    void theLargestNumbersAreFinite(DType type, float largest) {
        assertEquals(Optional.empty(), fault(type, largest, 5, -largest));
    }
}
