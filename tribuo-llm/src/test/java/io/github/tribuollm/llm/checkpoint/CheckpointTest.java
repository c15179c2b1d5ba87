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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final Path SINGLE = Fixtures.ROOT.resolve("llama");
    private static final Path SHARDED = Fixtures.ROOT.resolve("llama-sharded");

    @TempDir
    Path temp;

    @Test
    void shardsAndSingleFileHoldTheSameWeights() {
        try (Checkpoint single = Checkpoint.open(SINGLE);
                Checkpoint sharded = Checkpoint.open(SHARDED)) {
            assertEquals(single.weights().names(), sharded.weights().names());
            assertEquals(5, sharded.weights().files().size());
            for (String name : single.weights().names()) {
                assertEquals(single.weights().float32(name), sharded.weights().float32(name), name);
                assertArrayEquals(
                        single.weights().shape(name), sharded.weights().shape(name));
            }
            assertNotEquals(single.identity(), sharded.identity());
        }
    }

    @Test
    void float32IsOneSharedCopy() {
        try (Weights weights = Weights.open(SINGLE)) {

            String name = "model.embed_tokens.weight";
            ByteBuffer floats = weights.float32(name);
            assertTrue(floats.isDirect() && floats.isReadOnly());
            assertEquals(ByteOrder.LITTLE_ENDIAN, floats.order());
            assertEquals(40 * 16 * 4, floats.remaining());
            floats.getFloat();
            assertEquals(0, weights.float32(name).position());
            float[] values = new float[40 * 16];
            weights.float32(name).asFloatBuffer().get(values);
            assertArrayEquals(weights.stored(name).floats(), values);
        }
    }

    @Test
    void unalignedFloatsAreCopied() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ";
        for (String padding : List.of("", " ", "  ", "   ")) {
            Fixtures.safetensors(temp.resolve("model.safetensors"), header + padding, 4);
            try (Weights weights = Weights.open(temp)) {
                ByteBuffer floats = weights.float32("a");
                assertEquals(0, floats.alignmentOffset(0, 4));
                assertEquals(0f, floats.getFloat());
            }
        }
    }

    @Test
    void largeTensorsAreWidenedInParallelPieces() {
        float[] values = new float[(1 << 21) + 12345];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 4096 - 2048) * 0x1p-9f;
        }
        long[] shape = {values.length};
        SafetensorsWriter.write(
                temp.resolve("model.safetensors"),
                Map.of(),
                List.of(Entry.of("h", DType.F16, shape, values), Entry.of("f", DType.F32, shape, values)));
        try (Weights weights = Weights.open(temp)) {
            assertEquals(weights.float32("f"), weights.float32("h"));
        }
    }

    @Test
    void identityIsThatOfSha256sum() {
        try (Checkpoint checkpoint = Checkpoint.open(SINGLE)) {
            CheckpointIdentity identity = checkpoint.identity();
            assertEquals(
                    List.of("config.json", "model.safetensors"),
                    List.copyOf(identity.files().keySet()));
            assertTrue(identity.sha256().matches("[0-9a-f]{64}"));
            assertEquals(identity, checkpoint.identityFuture().join());
            assertSame(checkpoint.identity(), checkpoint.identity());
        }
    }

    @Test
    void configNamesFileAndField() throws IOException {
        Path file = Files.writeString(
                temp.resolve("config.json"),
                "{\"model_type\":\"llama\",\"n\":3,\"x\":1e-5,\"f\":true,\"s\":\"t\",\"nul\":null,"
                        + "\"big\":99999999999,\"half\":1.5,\"eos\":[2,3],\"rope\":{\"factor\":\"high\"}}");
        CheckpointConfig config = CheckpointConfig.read(file);
        assertEquals("llama", config.modelType());
        assertEquals(3, config.integer("n"));
        assertEquals(7, config.integer("nul", 7));
        assertEquals(1e-5, config.number("x"));
        assertTrue(config.flag("f", false));
        assertEquals("t", config.text("s", ""));
        assertEquals(List.of(2, 3), config.integers("eos"));
        assertEquals(List.of(3), config.integers("n"));
        assertFalse(config.contains("nul"));
        assertFailure("'absent' is missing", () -> config.integer("absent"));
        assertFailure("'big' must be a 32-bit integer", () -> config.integer("big"));
        assertFailure("'half' must be a 32-bit integer", () -> config.integer("half"));
        assertFailure("'s' must be a finite number", () -> config.number("s"));
        assertFailure("'n' must be true or false", () -> config.flag("n", true));
        assertFailure(
                "'rope.factor' must be a finite number",
                () -> config.section("rope").orElseThrow().number("factor"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":1}}",
                "{\"a\":\"",
                "{\"a\":'b'}",
                "{\"a\":[1,]}",
                "// c\n{}"
            })
    void configMustBeStrictJson(String json) throws IOException {
        Path file = Files.writeString(temp.resolve("config.json"), json);
        assertFailure("config.json", () -> CheckpointConfig.read(file));
    }

    @Test
    void nestingIsBounded() throws IOException {
        Path file = Files.writeString(temp.resolve("config.json"), "{\"a\":" + "[".repeat(100_000));
        assertFailure("config.json", () -> CheckpointConfig.read(file));
    }

    @Test
    void missingPiecesAreNamed() throws IOException {
        assertFailure("no such checkpoint directory", () -> Checkpoint.open(temp.resolve("absent")));
        Path copy = Fixtures.copy(SHARDED, temp.resolve("copy"));
        Files.delete(copy.resolve("model-00002-of-00004.safetensors"));
        assertFailure("model-00002-of-00004.safetensors', which is missing", () -> Checkpoint.open(copy));
        Files.delete(copy.resolve("model.safetensors.index.json"));
        assertFailure("its index model.safetensors.index.json is missing", () -> Checkpoint.open(copy));
        Files.delete(copy.resolve("config.json"));
        assertFailure("config.json: no such file", () -> Checkpoint.open(copy));
        try (Checkpoint checkpoint = Checkpoint.open(SINGLE)) {
            assertFailure("tokenizer.json: no such file", checkpoint::tokenizer);
            assertFailure("no tensor 'absent'", () -> checkpoint.weights().float32("absent"));
        }
    }

    @Test
    void whatStandsInPlaceOfWeightsIsNamed() throws IOException {
        Path copy = Fixtures.copy(SINGLE, temp.resolve("copy"));
        Path weights = copy.resolve("model.safetensors");
        Files.delete(weights);
        assertFailure(
                "model.safetensors: no such file; save the model with safe_serialization=True",
                () -> Checkpoint.open(copy));
        Files.writeString(copy.resolve("pytorch_model.bin"), "");
        assertFailure("there is pytorch_model.bin, which can hold a program", () -> Checkpoint.open(copy));
        Files.writeString(weights, "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 269060552\n");
        assertFailure("is a pointer of Git LFS, not the file itself; run git lfs pull", () -> Checkpoint.open(copy));
        Files.delete(weights);
        Files.createSymbolicLink(weights, Path.of("../blobs/absent"));
        assertFailure("is a link to ../blobs/absent, which is not there", () -> Checkpoint.open(copy));
    }

    @Test
    void whatStandsInPlaceOfATokenizerIsNamed() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("slow"));
        Files.writeString(directory.resolve("tokenizer.model"), "");
        assertFailure("there is tokenizer.model, which is the slow tokenizer's", () -> Tokenizer.open(directory));
        Path file = directory.resolve("tokenizer.json");
        Files.createSymbolicLink(file, Path.of("../blobs/absent"));
        assertFailure("is a link to ../blobs/absent, which is not there", () -> Tokenizer.open(directory));
        Files.delete(file);
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 2104556\n");
        assertFailure("tokenizer.json: is a pointer of Git LFS", () -> Tokenizer.open(directory));
    }

    @Test
    void aLinkToNothingIsNotAFileThatIsLeftOut() throws IOException {
        Path copy = Fixtures.copy(SINGLE, temp.resolve("copy"));
        Files.createSymbolicLink(copy.resolve("tokenizer_config.json"), Path.of("../blobs/absent"));
        assertFailure(
                "tokenizer_config.json: is a link to ../blobs/absent",
                () -> CheckpointConfig.readIfPresent(copy.resolve("tokenizer_config.json")));
        Files.createSymbolicLink(copy.resolve("chat_template.jinja"), Path.of("../blobs/absent"));
        assertFailure("chat_template.jinja: is a link to", () -> ChatFiles.read(copy));
    }

    @Test
    void whatStandsInPlaceOfAConfigurationIsNamed() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("adapter"));
        assertFailure("config.json: no such file; take the file from", () -> Checkpoint.open(directory));
        Files.writeString(directory.resolve("model.gguf"), "");
        assertFailure("model.gguf: not a valid GGUF file: it ends", () -> Checkpoint.open(directory));
        Files.delete(directory.resolve("model.gguf"));
        Files.writeString(directory.resolve("adapter_config.json"), "{}");
        assertFailure("there is adapter_config.json, so this is an adapter", () -> Checkpoint.open(directory));
        Path file = directory.resolve("config.json");
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 600\n");
        assertFailure("config.json: is a pointer of Git LFS", () -> Checkpoint.open(directory));
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("../blobs/absent"));
        assertFailure("config.json: is a link to ../blobs/absent", () -> Checkpoint.open(directory));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../llama/model.safetensors",
                "/etc/passwd",
                "sub/model.safetensors",
                "sub\\\\model.safetensors",
                "..",
                "a..safetensors",
                "",
                "model.bin",
                ".hidden.safetensors",
                "C:model.safetensors"
            })
    void indexStaysInItsDirectory(String shard) throws IOException {
        Path copy = Fixtures.copy(SHARDED, temp.resolve("copy"));
        Files.writeString(
                copy.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"lm_head.weight\":\"" + shard + "\"}}");
        assertFailure("not a plain .safetensors file name", () -> Weights.open(copy));
    }

    @Test
    void indexMustMatchItsShards() throws IOException {
        Path copy = Fixtures.copy(SHARDED, temp.resolve("copy"));
        Path index = copy.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":{\"lm_head.weight\":\"model-00001-of-00004.safetensors\"}}");
        assertFailure("which does not hold it", () -> Weights.open(copy));
        Files.writeString(index, "{\"weight_map\":{\"a\":\"b.safetensors\",\"a\":\"c.safetensors\"}}");
        assertFailure("duplicate name", () -> Weights.open(copy));
        Files.writeString(index, "{\"weight_map\":{\"a\":1}}");
        assertFailure("expected a file name", () -> Weights.open(copy));
        Files.writeString(index, "{\"metadata\":{}}");
        assertFailure("'weight_map' is missing or empty", () -> Weights.open(copy));
    }

    @Test
    void writesCheckpointsThatItReads() throws IOException {
        Path made = temp.resolve("made");
        try (Checkpoint base = Checkpoint.open(SINGLE)) {
            Weights weights = base.weights();
            List<Entry> entries = weights.names().stream()
                    .map(n -> Entry.of(
                            n, DType.F32, weights.shape(n), weights.stored(n).floats()))
                    .toList();
            CheckpointWriter.write(made, SINGLE, entries);
            try (Checkpoint copy = Checkpoint.open(made)) {
                assertEquals("float32", copy.config().text("dtype"));
                assertEquals(base.config().keys(), copy.config().keys());
                assertTrue(Files.exists(made.resolve("generation_config.json")));
                for (String name : weights.names()) {
                    assertEquals(weights.float32(name), copy.weights().float32(name));
                }
            }
            assertFailure("exists and is not empty", () -> CheckpointWriter.write(made, SINGLE, entries));
        }
    }

    @Test
    void readsARealCheckpoint() {
        assumeTrue(Files.isDirectory(Fixtures.REAL), "the real checkpoint is not here");
        try (Checkpoint real = Checkpoint.open(Fixtures.REAL)) {
            assertEquals("llama", real.config().modelType());
            assertEquals(DType.BF16, real.weights().dtype("model.norm.weight"));
            long elements = real.weights().names().stream()
                    .mapToLong(n -> real.weights().float32(n).remaining() / 4)
                    .sum();
            assertEquals(656_000, elements, 2000);
            Tokenizer tokenizer = real.tokenizer();
            assertTrue(tokenizer.addsBos());
            assertEquals("<|start_story|>", tokenizer.token(tokenizer.bos().getAsInt()));
            String text = "Once upon a time, there was a little boy named Tim.";
            assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
            assertEquals(text, String.join("", tokenizer.display(tokenizer.encode(text))));
        }
    }

    static void assertFailure(String part, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(CheckpointException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }
}
