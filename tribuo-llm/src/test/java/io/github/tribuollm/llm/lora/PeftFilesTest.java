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
package io.github.tribuollm.llm.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeftFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("test.resources"), "checkpoint");
    private static final Path PEFT = ROOT.resolve("peft");
    private static final String DOWN = "model.layers.1.mlp.down_proj";
    private static final String Q = "model.layers.0.self_attn.q_proj";

    @TempDir
    Path temp;

    private Path copy;

    @BeforeEach
    void copyAdapter() throws IOException {
        copy = Files.createDirectory(temp.resolve("adapter"));
        for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(PEFT.resolve(name), copy.resolve(name));
        }
    }

    @Test
    void readsWhatPeftWrote() {
        Adapter adapter = PeftFiles.load(PEFT);
        assertEquals(new LoraConfig(4, 6, 0.1, List.of("down_proj", "q_proj")), adapter.config());
        assertEquals(1.5, adapter.config().scale(DOWN));
        assertEquals(4, adapter.modules().size());
        assertEquals("", adapter.baseHash());
        LowRank down = adapter.modules().get(DOWN);
        assertEquals(24, down.in());
        assertEquals(16, down.out());
        try (SafetensorsFile file = SafetensorsFile.open(PEFT.resolve("adapter_model.safetensors"))) {
            assertArrayEquals(
                    file.stored("base_model.model." + DOWN + ".lora_A.weight").floats(), down.a());
            assertArrayEquals(
                    file.stored("base_model.model." + DOWN + ".lora_B.weight").floats(), down.b());
        }
    }

    @Test
    void namesWithTheAdaptersOwnNameInThemAreReadAsPeftDoes() throws IOException {
        rename(name -> name.replace(".weight", ".default.weight"));
        Adapter named = PeftFiles.load(copy);
        assertEquals(PeftFiles.load(PEFT).sha256(), named.sha256());
    }

    @Test
    void aMatrixOfTwoNamesIsRefused() throws IOException {
        rename(name -> name.replace("layers.0", "layers.1"), name -> name.replace(".weight", ".default.weight"));
        assertThrows(CheckpointException.class, () -> PeftFiles.load(copy));
    }

    @Test
    void aPickleInPlaceOfTheMatricesIsNamed() throws IOException {
        Files.move(copy.resolve("adapter_model.safetensors"), copy.resolve("adapter_model.bin"));
        String message = assertThrows(CheckpointException.class, () -> PeftFiles.load(copy))
                .getMessage();
        assertTrue(message.contains("there is adapter_model.bin, which can hold a program"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"layers.1.mlp.down_proj.lora_A", "layers.1.mlp.down_proj.lora_B", "layers.1.mlp"})
    void aModuleWithoutItsTensorsIsNamed(String without) throws IOException {
        rename(name -> name.contains(without) ? "" : name);
        try (Checkpoint base = Checkpoint.open(ROOT.resolve("llama"))) {
            assertFailure(DOWN, () -> PeftFiles.load(copy, base));
        }
    }

    @Test
    void tensorsThatTheConfigurationDoesNotNameAreRefused() throws IOException {
        replace("\"down_proj\"", "\"up_proj\"");
        assertFailure(
                "'model.layers.0.mlp.down_proj' are not those of adapter_config.json", () -> PeftFiles.load(copy));
    }

    /** Writes the matrices under each of several names; those without a name are left out. */
    @SafeVarargs
    private void rename(UnaryOperator<String>... names) throws IOException {
        SortedMap<String, Entry> entries = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(PEFT.resolve("adapter_model.safetensors"))) {
            for (String name : file.names()) {
                StoredTensor tensor = file.stored(name);
                for (UnaryOperator<String> renamed : names) {
                    String other = renamed.apply(name);
                    if (!other.isEmpty()) {
                        entries.put(other, Entry.of(other, DType.F32, tensor.shape(), tensor.floats()));
                    }
                }
            }
        }
        SafetensorsWriter.write(
                copy.resolve("adapter_model.safetensors"), Map.of("format", "pt"), List.copyOf(entries.values()));
    }

    @Test
    void savesWhatItReads() throws IOException {
        try (Checkpoint base = Checkpoint.open(ROOT.resolve("llama"))) {
            Adapter adapter = PeftFiles.load(PEFT);
            Path saved = temp.resolve("saved");
            PeftFiles.save(adapter, saved, "llama", base.identity());
            Adapter back = PeftFiles.load(saved);
            assertEquals(new LoraConfig(4, 6, 0.1, List.copyOf(adapter.modules().keySet())), back.config());
            assertEquals(base.identity().sha256(), back.baseHash());
            adapter.modules().forEach((name, module) -> {
                assertArrayEquals(module.a(), back.modules().get(name).a());
                assertArrayEquals(module.b(), back.modules().get(name).b());
            });
            byte[] first = Files.readAllBytes(saved.resolve("adapter_model.safetensors"));
            PeftFiles.save(back, saved, "llama", base.identity());
            assertArrayEquals(first, Files.readAllBytes(saved.resolve("adapter_model.safetensors")));
        }
    }

    @Test
    void mergesAsPeftDoes() {
        try (Checkpoint base = Checkpoint.open(ROOT.resolve("llama"));
                SafetensorsFile golden = SafetensorsFile.open(PEFT.resolve("merged.safetensors"))) {
            MergedCheckpoint.write(base, PeftFiles.load(PEFT), temp.resolve("f32"), DType.F32);
            MergedCheckpoint.write(base, PeftFiles.load(PEFT), temp.resolve("kept"));
            try (Checkpoint wide = Checkpoint.open(temp.resolve("f32"));
                    Checkpoint kept = Checkpoint.open(temp.resolve("kept"))) {
                assertEquals(golden.names(), wide.weights().names());
                assertEquals("float32", wide.config().text("dtype"));
                assertEquals("bfloat16", kept.config().text("dtype"));
                for (String name : golden.names()) {
                    float[] expected = golden.stored(name).floats();
                    assertArrayEquals(expected, wide.weights().stored(name).floats(), 1e-6f, name);
                    float[] rounded = kept.weights().stored(name).floats();
                    assertEquals(DType.BF16, kept.weights().dtype(name));
                    for (int i = 0; i < rounded.length; i++) {
                        assertEquals(expected[i], rounded[i], Math.abs(expected[i]) * 0x1p-8 + 1e-6);
                    }
                }
                assertTrue(changed(base, wide, DOWN));
            }
        }
    }

    private static boolean changed(Checkpoint a, Checkpoint b, String layer) {
        return !a.weights().float32(layer + ".weight").equals(b.weights().float32(layer + ".weight"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"use_dora\": false | \"use_dora\": true | no tensor MAGNITUDE",
                "\"rank_pattern\": {} | \"rank_pattern\": {\"q_proj\": 2} | rank_pattern = 2",
                "\"rank_pattern\": {} | \"rank_pattern\": {\"(q_proj\": 4} | cannot be read",
                "\"alpha_pattern\": {} | \"alpha_pattern\": {\"q_proj\": 0} | alpha must be positive",
                "\"modules_to_save\": null | \"modules_to_save\": [\"lm_head\"] | 'lm_head.weight', which modules_to_save",
                "\"bias\": \"none\" | \"bias\": \"some\" | bias = \"some\"",
                "\"fan_in_fan_out\": false | \"fan_in_fan_out\": true | fan_in_fan_out",
                "\"init_lora_weights\": true | \"init_lora_weights\": \"pissa\" | init_lora_weights = \"pissa\"",
                "\"trainable_token_indices\": null | \"trainable_token_indices\": [1] | tokens of 'embed_tokens'",
                "\"lora_bias\": false | \"feature_of_2030\": 1 | feature_of_2030",
                "\"lora_bias\": false | \"lora_bias\": true | no tensor BIAS_OF_B",
                "\"layers_to_transform\": null | \"layers_to_transform\": [1] | name the module there",
                "\"exclude_modules\": null | \"exclude_modules\": [\"q_proj\"] | name the module there",
                "\"exclude_modules\": null | \"exclude_modules\": \".*q_(?:proj)\" | name the module there",
                "\"exclude_modules\": null | \"exclude_modules\": \"(.*.*.*.*)*x\" | takes too long",
                "\"layers_pattern\": null | \"layers_pattern\": \"layers\" | layers_pattern",
                "\"use_qalora\": false | \"use_qalora\": true | use_qalora",
                "\"velora_config\": null | \"velora_config\": {} | velora_config = {}",
                "\"target_parameters\": null | \"target_parameters\": [\"a\"] | target_parameters",
                "\"task_type\": \"CAUSAL_LM\" | \"task_type\": \"SEQ_CLS\" | task_type",
                "\"peft_type\": \"LORA\" | \"peft_type\": \"IA3\" | peft_type = \"IA3\"",
                "\"r\": 4 | \"r\": 5 | has rank 4, but adapter_config.json says r = 5",
                "\"r\": 4 | \"r\": 0 | rank must be in",
                "\"r\": 4 | \"r\": null | 'r' is missing",
                "\"lora_alpha\": 6 | \"lora_alpha\": -1 | alpha must be positive",
                "\"lora_dropout\": 0.1 | \"lora_dropout\": 1 | dropout must be in",
            })
    void refusesWhatItCannotCompute(String field, String replacement, String reason) throws IOException {
        replace(field, replacement);
        try (Checkpoint base = Checkpoint.open(ROOT.resolve("llama"))) {
            assertFailure(reason, () -> PeftFiles.load(copy, base));
        }
    }

    private void replace(String field, String replacement) throws IOException {
        Path config = copy.resolve("adapter_config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(field), field);
        Files.writeString(config, text.replace(field, replacement));
    }

    @Test
    void aRankStabilisedScaleIsKept() throws IOException {
        replace("\"use_rslora\": false", "\"use_rslora\": true");
        assertEquals(6 / Math.sqrt(4), PeftFiles.load(copy).config().scale(DOWN), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base_model.model.model.embed_tokens.lora_embedding_A",
                "base_model.model.model.norm.weight",
                "base_model.model.model.layers.0.mlp.down_proj.base_layer.weight",
                "base_model.model.model.layers.0.mlp.down_proj.lora_A.bias",
                "base_model.model.model.layers.0.mlp.down_proj.lora_diag",
                "q.lora_A.weight"
            })
    void refusesForeignTensors(String name) {
        tensors(Map.of(name, new long[] {2, 3}));
        String module = name.replaceAll("base_model.model.|.lora_.*|.base_layer.*|.weight", "");
        assertFailure(module, () -> PeftFiles.load(copy));
    }

    @Test
    void refusesMatricesThatDoNotFit() {
        String a = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
        String b = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";
        tensors(Map.of(a, new long[] {4, 3}));
        assertFailure("'model.layers.0.self_attn.q_proj' has no tensor B", () -> PeftFiles.load(copy));
        tensors(Map.of(a, new long[] {4, 3}, b, new long[] {5, 3}));
        assertFailure("do not fit", () -> PeftFiles.load(copy));
        tensors(Map.of(a, new long[] {4, 3, 1}, b, new long[] {5, 4}));
        assertFailure("not that of a matrix", () -> PeftFiles.load(copy));
        tensors(Map.of());
        assertFailure("holds no LoRA matrix", () -> PeftFiles.load(copy));
        float[] nan = new float[12];
        nan[7] = Float.NaN;
        SafetensorsWriter.write(
                copy.resolve("adapter_model.safetensors"),
                Map.of(),
                List.of(
                        Entry.of(a, DType.F32, new long[] {4, 3}, nan),
                        Entry.of(b, DType.BF16, new long[] {3, 4}, new float[12])));
        assertFailure("holds NaN", () -> PeftFiles.load(copy));
    }

    private void tensors(Map<String, long[]> shapes) {
        List<Entry> entries = new TreeMap<>(shapes)
                .entrySet().stream()
                        .map(e -> Entry.of(
                                e.getKey(),
                                DType.F16,
                                e.getValue(),
                                new float[(int) Arrays.stream(e.getValue()).reduce(1, (x, y) -> x * y)]))
                        .toList();
        SafetensorsWriter.write(copy.resolve("adapter_model.safetensors"), Map.of(), entries);
    }

    @Test
    void refusesToMergeWhatDoesNotFit() throws IOException {
        LoraConfig config = new LoraConfig(1, 1, 0, List.of("layers.0.self_attn.q_proj"));
        try (Checkpoint base = Checkpoint.open(ROOT.resolve("llama"))) {
            Path out = temp.resolve("out");
            Adapter foreign = adapter(config, "model.layers.0.self_attn.q_proj", 16, 16, "00");
            assertFailure("was trained on the checkpoint", () -> MergedCheckpoint.write(base, foreign, out));
            assertFailure("was trained on", () -> PeftFiles.save(foreign, out, "x", base.identity()));
            Adapter shape = adapter(config, "model.layers.0.self_attn.q_proj", 16, 17, "");
            assertFailure(
                    "q_proj [17, 16], but the model has [16, 16]", () -> MergedCheckpoint.write(base, shape, out));
            Adapter absent = adapter(config, "model.layers.9.self_attn.q_proj", 16, 16, "");
            assertFailure(
                    "layers.9.self_attn.q_proj [16, 16], but the model has no such layer",
                    () -> MergedCheckpoint.write(base, absent, out));
            Adapter embedding = adapter(config, "model.embed_tokens", 16, 40, "");
            assertFailure(
                    "embed_tokens [40, 16], but the model has [16, 40]",
                    () -> MergedCheckpoint.write(base, embedding, out));
            Adapter half = adapter(new LoraConfig(1, 1, 0, List.of("q_proj")), Q, 16, 16, "");
            assertFailure(
                    "no tensors of module 'model.layers.1.self_attn.q_proj'",
                    () -> MergedCheckpoint.write(base, half, out));
            Adapter biased = new Adapter(
                    config,
                    new TreeMap<>(Map.of(
                            Q,
                            new LowRank(
                                    16,
                                    16,
                                    1,
                                    new float[16],
                                    new float[16],
                                    Optional.of(new float[16]),
                                    Optional.empty()))),
                    "");
            assertFailure("(lora_bias), but its layer", () -> MergedCheckpoint.write(base, biased, out));
            LoraConfig onHead = new LoraConfig(1, 1, 0, List.of("lm_head"));
            MergedCheckpoint.write(base, adapter(onHead, "lm_head", 16, 40, ""), temp.resolve("head"));
            assertTrue(Files.notExists(out));
        }
    }

    @Test
    void refusesToMergeWhatOverflows() {
        float[] large = new float[16];
        Arrays.fill(large, 1e30f);
        Adapter diverged = new Adapter(
                new LoraConfig(1, 1, 0, List.of("layers.0.self_attn.q_proj")),
                new TreeMap<>(Map.of(Q, new LowRank(16, 16, 1, large, large))),
                "");
        try (Checkpoint base = Checkpoint.open(ROOT.resolve("llama"))) {
            assertFailure(
                    "update of '" + Q + ".weight' makes it Infinity",
                    () -> MergedCheckpoint.write(base, diverged, temp.resolve("out")));
        }
        assertTrue(Files.notExists(temp.resolve("out")));
    }

    private static Adapter adapter(LoraConfig config, String module, int in, int out, String hash) {
        LowRank update = new LowRank(in, out, 1, new float[in], new float[out]);
        return new Adapter(config, new TreeMap<>(Map.of(module, update)), hash);
    }

    @Test
    void valuesAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new LoraConfig(1, 1, 0, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new LoraConfig(1, 1, 0, List.of("all-linear", "q_proj")));
        assertThrows(IllegalArgumentException.class, () -> new LoraConfig(1, Double.NaN, 0, List.of("q_proj")));
        assertThrows(IllegalArgumentException.class, () -> new LowRank(2, 3, 1, new float[2], new float[2]));
        LoraConfig config = new LoraConfig(2, 1, 0, List.of("q_proj"));
        assertThrows(IllegalArgumentException.class, () -> adapter(config, "q_proj", 2, 2, ""));
        assertThrows(IllegalArgumentException.class, () -> new Adapter(config, new TreeMap<>(), ""));
    }

    private static void assertFailure(String part, Executable action) {
        String message = assertThrows(CheckpointException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }
}
