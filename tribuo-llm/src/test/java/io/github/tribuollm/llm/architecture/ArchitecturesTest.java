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
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.lora.MergedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitecturesTest {
    private static final Path FIXTURES =
            Path.of(System.getProperty("test.resources")).resolve("fixtures/checkpoints");
    private static final Path FIXTURE = FIXTURES.resolve("llama-untied-gqa");

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
        "rope_type\": \"default, rope_type\": \"proportional, rope_type, proportional",
        "model_type\": \"llama, model_type\": \"gemma4_text, model_type, its layers share keys and values",
        "model_type\": \"llama, model_type\": \"qwen3_5_text, model_type, gated delta networks",
        "hidden_act\": \"silu, hidden_act\": \"gelu, hidden_act, gelu",
        "num_key_value_heads\": 2, num_key_value_heads\": 3, num_key_value_heads, 3"
    })
    void unsupportedConfigurationsAreRefusedByField(String old, String changed, String field, String value)
            throws IOException {
        copy(config -> config.replace("\"" + old, "\"" + changed), weights -> weights);
        assertRefused("config.json", field, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama3-tied | factor\": 8.0 | factor\": 0.0 | rope_parameters.factor",
                "llama3-tied | low_freq_factor | unheard_of | rope_parameters.unheard_of",
                "llama3-untied | high_freq_factor\": 4.0 | high_freq_factor\": 1.5 | rope_scaling.high_freq_factor",
                "llama3-untied | rope_type\": \"llama3 | type\": \"mrope | rope_scaling.type",
                "llama3-tied | rope_type\": \"llama3 | rope_type\": \"dynamic | rope_parameters.high_freq_factor",
                "llama3-tied | model_type | partial_rotary_factor\": 0.5, \"model_type | partial_rotary_factor",
                "llama3-tied | model_type | quantization_config\": {\"bits\": 4}, \"model_type | quantization_config",
                "llama3-tied | num_hidden_layers\": 2 | num_hidden_layers\": 2000000000 | num_hidden_layers",
                "llama3-tied | head_dim\": 16 | head_dim\": 15 | head_dim",
                "llama3-tied | num_attention_heads\": 4 | num_attention_heads\": 0 | num_attention_heads",
                "llama3-tied | attention_dropout\": 0.0 | attention_dropout\": 1.0 | attention_dropout",
                "mistral-window | sliding_window\": 6 | sliding_window\": 0 | sliding_window",
                "gemma-mqa | hidden_act\": \"gelu | hidden_act\": \"relu | hidden_act",
                "gemma-mqa | hidden_activation\": null | hidden_activation\": \"gelu\" | hidden_activation",
                "gemma2-tied | attn_logit_softcapping\": 2.0 | attn_logit_softcapping\": -2.0 | attn_logit_softcapping",
                "gemma2-tied | sliding_window\": 6 | sliding_window\": null | sliding_window",
                "gemma2-tied | query_pre_attn_scalar\": 20 | query_pre_attn_scalar\": 0 | query_pre_attn_scalar",
                "gemma2-untied-bias | \"full_attention | \"chunked_attention | layer_types",
                "gemma2-untied-bias | use_bidirectional_attention\": null | use_bidirectional_attention\": true "
                        + "| use_bidirectional_attention",
                "gemma3-tied | attn_logit_softcapping\": null | attn_logit_softcapping\": 9.0 | attn_logit_softcapping",
                "gemma3-tied | rope_type\": \"linear | rope_type\": \"proportional "
                        + "| rope_parameters.full_attention.rope_type",
                "llama-yarn | factor\": 4.0 | factor\": -4.0 | rope_parameters.factor",
                "llama-yarn | beta_fast\": 1.0 | beta_fast\": 0 | rope_parameters.beta_fast",
                "llama-yarn | beta_slow | beta_slower | rope_parameters.beta_slower",
                "llama-yarn | rope_theta\": 100.0 | rope_theta\": 1.0 | rope_parameters.rope_theta",
                "llama-yarn | model_type | original_max_position_embeddings\": 8, \"model_type "
                        + "| rope_parameters.original_max_position_embeddings",
                "llama-yarn | original_max_position_embeddings\": 16 | original_max_position_embeddings\": 0 "
                        + "| rope_parameters.original_max_position_embeddings",
                "qwen2-yarn | truncate\": false | truncate\": 0 | rope_scaling.truncate",
                "llama-dynamic | factor\": 4.0 | factor\": 0 | rope_parameters.factor",
                "llama-dynamic | rope_theta\": 20.0 | original_max_position_embeddings\": 9 "
                        + "| rope_parameters.original_max_position_embeddings",
                "smollm3-untied-bias | no_rope_layers\": [ | no_rope_layers\": [2, | no_rope_layers",
                "smollm3-untied-bias | num_hidden_layers\": 3 | num_hidden_layers\": 4 | no_rope_layers",
                "olmo2-untied | model_type | clip_qkv\": 8.0, \"model_type | clip_qkv",
                "olmo2-untied | rms_norm_eps | layer_norm_eps | rms_norm_eps",
                "granite-tied | logits_scaling\": 0.5 | logits_scaling\": 0 | logits_scaling",
                "phi3-longrope-window | 2.5, | | long_factor",
                "phi3-longrope-window | short_factor | short_mscale | rope_parameters.short_mscale",
                "phi3-4k | rotary_factor\": 0.5 | rotary_factor\": 0.2 | partial_rotary_factor",
                "phi3-4k | hidden_act\": \"silu | hidden_act\": \"gelu | hidden_act",
                "qwen2-untied | use_sliding_window | layer_types\": \"x\", \"use_sliding_window | layer_types",
                "qwen3-tied | head_dim\": 12 | head_dim\": null | head_dim"
            })
    void whatAnArchitectureCannotDoIsRefusedByField(String fixture, String old, String changed, String field)
            throws IOException {
        String config = Files.readString(FIXTURES.resolve(fixture).resolve("config.json"));
        assertTrue(config.contains(old), config);
        Path file = Files.writeString(
                directory.resolve("config.json"),
                config.replaceFirst(Pattern.quote(old), changed == null ? "" : changed));
        CheckpointException e =
                assertThrows(CheckpointException.class, () -> Architectures.of(CheckpointConfig.read(file)));
        assertTrue(e.getMessage().contains(field), e.getMessage());
    }

    private static Architecture architecture(String fixture) {
        return Architectures.of(CheckpointConfig.read(FIXTURES.resolve(fixture).resolve("config.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "gemma2-tied, sliding full sliding full",
        "gemma2-untied-bias, full sliding sliding",
        "gemma3-tied, sliding sliding sliding sliding sliding full",
        "gemma3-untied-bias, sliding full sliding full",
        "qwen2-tied-windows, full sliding sliding",
        "qwen2-untied, full full",
        "qwen3-untied-bias-windows, sliding full sliding",
        "mistral-window, sliding sliding sliding",
        "phi3-partial-tied, full full",
        "smollm3-untied-bias, full sliding full",
        "smollm3-tied-windows, full sliding full sliding"
    })
    void layersOfOneKindAreToldApartFromOthers(String fixture, String names) {
        List<DecoderLayer> layers = architecture(fixture).layers();
        assertEquals(
                names,
                layers.stream()
                        .map(layer -> layer.kind().name().replace("_attention", ""))
                        .collect(Collectors.joining(" ")));
        assertEquals(
                layers.stream().map(layer -> layer.kind().name()).distinct().count(),
                layers.stream().map(DecoderLayer::kind).distinct().count());
    }

    @ParameterizedTest
    @CsvSource({"llama3-tied, 128", "llama-yarn, 64", "qwen2-yarn, 96", "llama-dynamic, 52", "mistral-longrope, 128"})
    void scalingReachesBeyondTheLengthOfTraining(String fixture, int longest) {
        assertEquals(longest, architecture(fixture).maxPositions());
    }

    @Test
    void smolLm3LeavesPositionsOutOfEveryFourthLayer() throws IOException {
        String config = Files.readString(FIXTURES.resolve("smollm3-untied-bias/config.json"))
                .replace("\"no_rope_layers\"", "\"unheard_of\"")
                .replace("\"layer_types\"", "\"unheard_of_too\"")
                .replace("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 9");
        Path file = Files.writeString(directory.resolve("config.json"), config);
        List<DecoderLayer> layers =
                Architectures.of(CheckpointConfig.read(file)).layers();
        for (int i = 0; i < 9; i++) {
            assertEquals(i % 4 == 3, layers.get(i).kind().frequencies() == RotaryFrequencies.NONE, "layer " + i);
        }
    }

    @Test
    void dropoutRatesAreThoseOfTheConfiguration() {
        assertEquals(
                new DropoutRates(0.1, 0.2, 0.3),
                architecture("phi3-partial-tied").dropoutRates());
        assertEquals(new DropoutRates(0, 0, 0), architecture("gemma-mqa").dropoutRates());
    }

    @Test
    void normsStartAtTheScaleOne() {
        assertEquals(0, architecture("gemma3-tied").initialNormWeight());
        assertEquals(1, architecture("qwen3-tied").initialNormWeight());
    }

    @ParameterizedTest
    @CsvSource({
        "gemma2-tied, lm_head, tie_word_embeddings",
        "gemma2-tied, model.embed_tokens, tie_word_embeddings",
        "phi3-4k, lm_head, output layer",
        "phi3-4k, embed_tokens, embeddings",
        "phi3-4k, q_proj, qkv_proj"
    })
    void adaptersOnHeadAndEmbeddingAreRefusedWithTheReason(String fixture, String target, String reason) {
        LoraConfig config = new LoraConfig(4, 8, 0, List.of(target));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> LoraTargets.resolve(architecture(fixture), config));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    private void tieAlthoughThereIsAHead(float factor) throws IOException {
        copy(config -> config.replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true"), weights -> {
            weights.removeIf(w -> w.name().equals("lm_head.weight"));
            try (SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("model.safetensors"))) {
                float[] head = file.stored("model.embed_tokens.weight").floats();
                for (int i = 0; i < head.length; i++) {
                    head[i] *= factor;
                }
                weights.add(SafetensorsWriter.Entry.of("lm_head.weight", DType.F32, new long[] {131, 40}, head));
            }
            return weights;
        });
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1.5, false"})
    void onlyACopyOfTheEmbeddingIsTied(float factor, boolean tied) throws IOException {
        tieAlthoughThereIsAHead(factor);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Architecture architecture = Architectures.of(checkpoint);
            assertEquals(tied, architecture.tiedHead());
            assertEquals(!tied, architecture.shapes().containsKey("lm_head.weight"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1.5, false"})
    void aMergedCheckpointHoldsTheHeadThatItsConfigurationSays(float factor, boolean tied) throws IOException {
        tieAlthoughThereIsAHead(factor);
        Path merged = directory.resolve("merged");
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            LoraConfig config = new LoraConfig(1, 1, 0, List.of("layers.0.self_attn.q_proj"));
            LowRank update = new LowRank(40, 48, 1, new float[40], new float[48]);
            TreeMap<String, LowRank> modules = new TreeMap<>(Map.of("model.layers.0.self_attn.q_proj", update));
            MergedCheckpoint.write(checkpoint, new Adapter(config, modules, ""), merged);
        }
        try (Checkpoint written = Checkpoint.open(merged)) {
            assertEquals(tied, written.config().flag("tie_word_embeddings", !tied));
            assertEquals(!tied, written.weights().contains("lm_head.weight"));
            assertEquals(tied, Architectures.of(written).tiedHead());
        }
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
            weights.add(SafetensorsWriter.Entry.of("model.extra.weight", DType.F32, new long[] {1}, new float[] {1}));
            return weights;
        });
        assertRefused("model.extra.weight");
    }
}
