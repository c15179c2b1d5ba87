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
package io.github.tribuollm.llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A result is outside data: what no run has is refused by the field's name. */
class RunResultTest {
    @TempDir
    private Path directory;

    @Test
    void whatWasSavedIsRead() {
        SavedResults.write(directory);
        SavedResults.read(directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(?s).*                | ''                  | it is empty",
                "(?s).*                | {}                  | settings is missing, or is what no run has",
                "\"steps\": 12         | \"steps\": -12      | steps is missing, or is what no run has",
                "\"loss\": 2.25        | \"loss\": NaN       | loss is missing, or is what no run has",
                "\"selectedFraction\": 0.25 | \"selectedFraction\": 1.25 | selectedFraction is missing, or is what no run has",
                "\"seconds\": 3.5      | \"seconds\": -1     | seconds is missing, or is what no run has",
                "\"nll\": 1.5          | \"nll\": Infinity   | heldOut is missing, or is what no run has",
                "\"heldOut\"           | \"held\"            | heldOut is missing, or is what no run has"
            })
    void whatNoRunHasIsRefused(String piece, String other, String problem) throws IOException {
        SavedResults.write(directory);
        Path file = directory.resolve("result.json");
        Files.writeString(file, Files.readString(file).replaceFirst(piece, other));
        assertEquals(
                file + " is damaged or incomplete: " + problem + "; choose another --output, or delete " + directory,
                assertThrows(UsageError.class, () -> RunResult.in(directory)).getMessage());
    }
}
