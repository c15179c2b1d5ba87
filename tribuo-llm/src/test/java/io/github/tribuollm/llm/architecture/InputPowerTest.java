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
package io.github.tribuollm.llm.architecture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.github.tribuollm.fixtures.SpoiledCheckpoint;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What enters linear layers is what transformers says; make_input_power.py wrote it. */
final class InputPowerTest {
    private static final Path FIXTURES =
            Path.of(System.getProperty("test.resources")).resolve("fixtures");

    private static Checkpoint checkpoint(String name) {
        return Checkpoint.open(FIXTURES.resolve("checkpoints").resolve(name));
    }

    private static InputPower power(Checkpoint checkpoint) {
        return new InputPower(Architectures.of(checkpoint), checkpoint.weights());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemma-mqa",
                "gemma2-tied",
                "gemma3-tied",
                "granite-tied",
                "llama-mqa-bias",
                "llama3-tied",
                "mistral-window",
                "olmo2-untied",
                "phi3-4k",
                "qwen2-untied",
                "qwen3-tied",
                "smollm3-tied-windows"
            })
    void squaresAreTransformers(String name) throws IOException {
        Map<String, Map<String, float[]>> all = new Gson()
                .fromJson(
                        Files.readString(FIXTURES.resolve("input-power.json")),
                        new TypeToken<Map<String, Map<String, float[]>>>() {});
        try (Checkpoint checkpoint = checkpoint(name)) {
            Map<String, float[]> found = power(checkpoint).squares();
            all.get(name).forEach((matrix, wanted) -> {
                float[] squares = found.get(matrix);
                assertEquals(wanted.length, squares.length, matrix);
                for (int i = 0; i < wanted.length; i++) {
                    assertEquals(wanted[i], squares[i], 2e-5 * Math.abs(wanted[i]) + 1e-9, matrix + " " + i);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SpoiledCheckpoint.EMBEDDING, "model.layers.1.post_attention_layernorm.weight"})
    void aWeightThatIsNotFiniteIsNamed(String weight, @TempDir Path directory) {
        int firstToken = new Random(0).nextInt(1024);
        Path spoiled = weight.equals(SpoiledCheckpoint.EMBEDDING)
                ? SpoiledCheckpoint.ofRow(directory, firstToken, Float.NaN)
                : SpoiledCheckpoint.ofWeight(directory, weight, Float.POSITIVE_INFINITY);
        try (Checkpoint checkpoint = Checkpoint.open(spoiled)) {
            String message = assertThrows(CheckpointException.class, power(checkpoint)::squares)
                    .getMessage();
            assertTrue(message.contains("tensor '" + weight + "' is not finite in row "), message);
        }
    }

    @Test
    void columnsCountAsPowersOfTwoThatRiseWithTheSquares() {
        try (Checkpoint checkpoint = checkpoint("llama-mqa-bias")) {
            InputPower power = power(checkpoint);
            String matrix = "model.layers.0.mlp.down_proj.weight";
            float[] squares = power.squares().get(matrix);
            float[] counts = power.of(matrix, squares.length);
            for (int i = 0; i < counts.length; i++) {
                assertEquals(Math.scalb(1f, Math.getExponent(counts[i])), counts[i]);
                assertTrue(counts[i] <= 1.5 * squares[i] + 1, "of a column of " + squares[i]);
                for (int j = 0; j < counts.length; j++) {
                    assertTrue(squares[i] <= squares[j] || counts[i] >= counts[j]);
                }
            }
            assertArrayEquals(counts, power.of(matrix, squares.length));
        }
    }

    private static ByteBuffer bytes(Checkpoint checkpoint, String matrix) {
        WeightSource source = checkpoint.weights().source(Storage.INT8);
        return ((WeightSource.Memory) source.place(matrix + Int8Matrix.PLAIN)).bytes();
    }

    /** The output layer is none of the layers that are measured. */
    @Test
    void bytesAreRoundedByWhatEntersLayersAndToNearestInTheOutputLayer() {
        try (Checkpoint alike = checkpoint("olmo2-untied");
                Checkpoint measured = checkpoint("olmo2-untied")) {
            Architectures.of(measured);
            String matrix = "model.layers.0.mlp.down_proj.weight";
            assertNotEquals(bytes(alike, matrix), bytes(measured, matrix));
            assertEquals(bytes(alike, Weights.HEAD), bytes(measured, Weights.HEAD));
        }
    }

    /** Whoever comes too late is not believed: all parts of a matrix are of one rounding. */
    @Test
    void columnsThatCountAlikeWhenTheFirstMatrixIsRoundedGoOnToDoSo() {
        String matrix = "model.layers.0.mlp.down_proj.weight";
        try (Checkpoint alike = checkpoint("olmo2-untied");
                Checkpoint late = checkpoint("olmo2-untied")) {
            bytes(late, "model.layers.0.mlp.up_proj.weight");
            Architectures.of(late);
            assertEquals(bytes(alike, matrix), bytes(late, matrix));
        }
    }
}
