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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitecturesTest {
    private static final Path FIXTURE =
            Path.of(System.getProperty("test.resources")).resolve("fixtures/checkpoints/llama-untied-gqa");

    @TempDir
    private Path directory;

    private void copy(UnaryOperator<String> config, UnaryOperator<List<SafetensorsWriter.Entry>> weights)
            throws IOException {
        Files.writeString(
                directory.resolve("config.json"), config.apply(Files.readString(FIXTURE.resolve("config.json"))));
        try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("model.safetensors"))) {
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            file.names().forEach(name -> entries.add(SafetensorsWriter.Entry.of(file.stored(name))));
            SafetensorsWriter.write(directory.resolve("model.safetensors"), Map.of(), weights.apply(entries));
        }
    }

    private void assertRefused(String... parts) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            CheckpointException e = assertThrows(CheckpointException.class, () -> Architectures.of(checkpoint));
            for (String part : parts) {
                assertTrue(e.getMessage().contains(part), e.getMessage());
            }
        }
    }

    @Test
    void everyLinearLayerButTheHeadIsNamed() {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURE)) {
            List<LinearLayer> layers = Architectures.of(checkpoint).linearLayers();
            assertEquals(21, layers.size());
            assertEquals(new LinearLayer("model.layers.0.self_attn.q_proj", 40, 48, false), layers.get(0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model_type\": \"llama, model_type\": \"mamba, model_type, mamba",
        "rope_type\": \"default, rope_type\": \"yarn, rope, yarn",
        "hidden_act\": \"silu, hidden_act\": \"gelu, hidden_act, gelu",
        "num_key_value_heads\": 2, num_key_value_heads\": 3, num_key_value_heads, 3"
    })
    void unsupportedConfigurationsAreRefusedByField(String old, String changed, String field, String value)
            throws IOException {
        copy(config -> config.replace("\"" + old, "\"" + changed), weights -> weights);
        assertRefused("config.json", field, value);
    }

    @Test
    void aWeightOfAnotherShapeIsRefused() throws IOException {
        copy(config -> config.replace("\"intermediate_size\": 72", "\"intermediate_size\": 76"), weights -> weights);
        assertRefused("mlp.gate_proj.weight", "[72, 40]", "[76, 40]");
    }

    @Test
    void aMissingWeightIsNamed() throws IOException {
        copy(
                config -> config,
                weights -> weights.stream()
                        .filter(w -> !w.name().equals("model.norm.weight"))
                        .toList());
        assertRefused("model.norm.weight", "complete");
    }

    @Test
    void aWeightWithoutAPlaceIsNamed() throws IOException {
        copy(config -> config, weights -> {
            weights.add(SafetensorsWriter.Entry.of(
                    "model.extra.weight", io.github.tribuollm.llm.checkpoint.DType.F32, new long[] {1}, new float[] {1
                    }));
            return weights;
        });
        assertRefused("model.extra.weight");
    }
}
