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
package io.github.tribuollm.llm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import io.github.tribuollm.llm.graphs.TrainingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A saved state is outside data: what no run saves is refused by its name. */
class SavedStateTest {
    private static final String REMOVED = null;

    @TempDir
    private Path directory;

    @Test
    void whatWasSavedIsRestored() {
        SavedStates.write(directory);
        SavedStates.read(directory);
    }

    static Stream<Arguments> damagedMetadata() {
        return Stream.of(
                arguments("step", "9", "step is 9, but at most 8 is possible"),
                arguments("step", "-1", "step is -1.0"),
                arguments("step", "1.5", "step is 1.5"),
                arguments("step", "two", "step is two"),
                arguments("step", "0", "skipped_steps is 1, but at most 0 is possible"),
                arguments("step", REMOVED, "step is nothing"),
                arguments("loss", REMOVED, "loss is nothing"),
                arguments("selected", "1.5", "selected is 1.5 after 1 steps"),
                arguments("selected", "NaN", "selected is NaN"),
                arguments("best_loss", "Infinity", "best_loss is Infinity"),
                arguments("best_step", "2", "best_step is 2, but at most 1 is possible"),
                arguments("stale_evaluations", "many", "stale_evaluations is many"),
                arguments("loss_scale", "0", "its loss scale is 0.0"),
                arguments("loss_scale", REMOVED, "loss_scale is nothing"),
                arguments("skipped_steps", "2", "skipped_steps is 2, but at most 1 is possible"));
    }

    @ParameterizedTest
    @MethodSource
    void damagedMetadata(String field, String value, String problem) {
        refused(problem, Map.of(), field, value);
    }

    static Stream<Arguments> damagedTensors() {
        return Stream.of(
                arguments("parameter.a", new float[] {1, 2, 3, Float.NaN, 5, 6}, "parameter.a holds NaN"),
                arguments("first_moment.b", new float[] {1, 2, 3, Float.NaN}, "first_moment.b holds NaN"),
                arguments(
                        "second_moment.b",
                        new float[] {1, 2, Float.POSITIVE_INFINITY, 4},
                        "second_moment.b holds Infinity"),
                arguments(
                        "second_moment.b",
                        new float[] {1, 2, 3, -4},
                        "second_moment.b holds -4.0, which no mean of squares is"),
                arguments("second_moment.b", new float[] {1, 2, 3}, "second_moment.b has 3 numbers, not 4"),
                arguments("second_moment.b", new float[0], "it has no second_moment.b"),
                arguments("best.a", new float[0], "it has no best.a"),
                arguments("best.b", new float[] {1, 2, 3, Float.NaN}, "best.b holds NaN"));
    }

    /** An empty array takes the tensor away. */
    @ParameterizedTest
    @MethodSource
    void damagedTensors(String tensor, float[] values, String problem) {
        refused(problem, Map.of(tensor, values), "", "");
    }

    @Test
    void theBestParametersAreMissedWhereTheyAreKept() {
        rewrite(Map.of("best.a", new float[0], "best.b", new float[0]), "", "");
        SavedStates.read(directory);
        String message = assertThrows(
                        TrainingException.class, () -> SavedStates.read(directory, new HeldOut().withKeepBest(true)))
                .getMessage();
        assertTrue(message.contains("it has no parameters of its best step, 1"), message);
    }

    private void refused(String problem, Map<String, float[]> tensors, String field, String value) {
        rewrite(tensors, field, value);
        String message = assertThrows(TrainingException.class, () -> SavedStates.read(directory))
                .getMessage();
        assertEquals(
                directory.resolve("state.safetensors") + " is damaged: " + problem
                        + "; delete it to start afresh, or restore it from a copy",
                message);
    }

    private void rewrite(Map<String, float[]> tensors, String field, String value) {
        SavedStates.write(directory);
        Path file = directory.resolve("state.safetensors");
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            Map<String, String> metadata = new LinkedHashMap<>(saved.metadata());
            metadata.put(field, value);
            metadata.values().removeIf(text -> text == REMOVED);
            List<Entry> entries = saved.names().stream()
                    .filter(name -> !Arrays.equals(new float[0], tensors.get(name)))
                    .map(name -> entry(saved, name, tensors.get(name)))
                    .toList();
            SafetensorsWriter.write(file, metadata, entries);
        }
    }

    private static Entry entry(SafetensorsFile saved, String name, float[] values) {
        return values == null
                ? Entry.of(saved.stored(name))
                : Entry.of(name, DType.F32, new long[] {values.length}, values);
    }
}
