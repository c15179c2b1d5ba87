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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.FullPass;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GGUF files that the gguf package wrote, against what it and transformers make of them. */
class GgufTest {
    private static final Path FILES = Path.of(System.getProperty("test.resources"), "fixtures/gguf");

    @TempDir
    Path temp;

    private static JsonObject json(String name) {
        try {
            return JsonParser.parseString(Files.readString(FILES.resolve(name))).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Sha256().add(bytes).hex();
    }

    @ParameterizedTest
    @EnumSource
    void blocksHaveTheirValues(GgufType type) {
        JsonObject expected = json("blocks.json").getAsJsonObject(type.name());
        Base64.Decoder decoder = Base64.getDecoder();
        ByteBuffer values = ByteBuffer.wrap(
                        decoder.decode(expected.get("values").getAsString()))
                .order(ByteOrder.LITTLE_ENDIAN);
        float[] unpacked = type.unpack(decoder.decode(expected.get("blocks").getAsString()));
        assertEquals(values.remaining() / Float.BYTES, unpacked.length);
        for (int i = 0; i < unpacked.length; i++) {
            assertEquals(values.getInt(Float.BYTES * i), Float.floatToRawIntBits(unpacked[i]), "value " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi3", "granite", "olmo2", "smollm3"})
    void parametersAndLogitsAreThoseOfTransformers(String name) {
        JsonObject expected = json("expected.json").getAsJsonObject(name);
        try (Checkpoint checkpoint = Checkpoint.open(FILES.resolve(name + ".gguf"))) {
            Map<String, JsonElement> parameters =
                    expected.getAsJsonObject("parameters").asMap();
            assertEquals(parameters.keySet(), new TreeSet<>(checkpoint.weights().names()));
            parameters.forEach((parameter, hash) -> {
                float[] stored = checkpoint.weights().stored(parameter).floats();
                assertEquals(hash.getAsString(), sha256(stored).substring(0, 16), parameter);
                float[] shared = new float[stored.length];
                checkpoint.weights().float32(parameter).asFloatBuffer().get(shared);
                assertArrayEquals(stored, shared, parameter);
            });
            assertLogits(expected, checkpoint);
        }
    }

    private static void assertLogits(JsonObject expected, Checkpoint checkpoint) {
        int[] tokens = expected.getAsJsonArray("tokens").asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
        List<JsonElement> logits = expected.getAsJsonArray("logits").asList();
        try (FullPass pass = new FullPass(ScoredModel.of(checkpoint, Optional.empty(), tokens.length))) {
            float[] own = pass.logits(tokens);
            assertEquals(logits.size(), own.length);
            for (int token = 0; token < own.length; token++) {
                assertEquals(logits.get(token).getAsFloat(), own[token], 2e-5f, "logit " + token);
            }
        }
    }

    @Test
    void rowsAreReadFromAnyElementOn() {
        try (Weights weights = Weights.open(FILES.resolve("llama.gguf"));
                GgufTensors file = GgufTensors.open(FILES.resolve("llama.gguf"))) {
            for (String name : weights.names()) {
                float[] all = weights.stored(name).floats();
                for (int from = 0; from < all.length; from += 29) {
                    int count = Math.min(41, all.length - from);
                    float[] part = Widening.floats(file, name, from, count);
                    assertArrayEquals(Arrays.copyOfRange(all, from, from + count), part, name);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "byte-fallback"})
    void textsHaveTheTokensOfTheOriginal(String name) throws IOException {
        String encodings = Files.readString(Fixtures.ROOT.resolve(name).resolve("encodings.json"));
        try (Tokenizer tokenizer = Tokenizer.open(FILES.resolve(name + ".gguf"));
                Tokenizer original = Tokenizer.open(Fixtures.ROOT.resolve(name))) {
            for (JsonElement element : JsonParser.parseString(encodings).getAsJsonArray()) {
                String text = element.getAsJsonObject().get("text").getAsString();
                Encoded expected = original.encodeWithOffsets(text);
                Encoded found = tokenizer.encodeWithOffsets(text);
                assertArrayEquals(expected.ids(), found.ids(), text);
                assertArrayEquals(expected.starts(), found.starts(), text);
                assertEquals(original.decode(expected.ids()), tokenizer.decode(found.ids()));
            }
            assertEquals(original.vocabularySize(), tokenizer.vocabularySize());
        }
    }

    @Test
    void specialTokensAndTemplatesComeFromTheMetadata() {
        Path file = FILES.resolve("byte-fallback.gguf");
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertEquals(1, tokenizer.bos().orElseThrow());
            assertEquals(2, tokenizer.eos().orElseThrow());
            assertTrue(tokenizer.addsBos());
        }
        ChatFiles chat = ChatFiles.read(FILES.resolve("byte-level.gguf"));
        assertEquals(Map.of(ChatFiles.DEFAULT, "{{ messages[0]['content'] }}<|turn|>"), chat.templates());
        assertEquals("<|turn|>", chat.specialTokens().get("eos_token"));
        assertEquals(List.of("<s>", "</s>", "<|turn|>"), chat.addedTokens());
    }

    @Test
    void aDirectoryWithOneFileIsThatFile() throws IOException {
        Files.copy(FILES.resolve("llama.gguf"), temp.resolve("model.gguf"));
        try (Checkpoint checkpoint = Checkpoint.open(temp)) {
            assertEquals("llama", checkpoint.config().modelType());
            byte[] content = Files.readAllBytes(temp.resolve("model.gguf"));
            assertEquals(new Sha256().add(content).hex(), checkpoint.identity().sha256());
        }
        Files.copy(FILES.resolve("llama.gguf"), temp.resolve("other.gguf"));
        CheckpointTest.assertFailure("2 GGUF files; name one of them", () -> Checkpoint.open(temp));
    }

    @Test
    void llamasRuleOfFrequenciesIsRecognised() {
        try (Checkpoint checkpoint = Checkpoint.open(FILES.resolve("llama.gguf"))) {
            CheckpointConfig scaling =
                    checkpoint.config().section("rope_scaling").orElseThrow();
            assertEquals("llama3", scaling.text("rope_type"));
            assertEquals(8, scaling.number("factor"));
        }
    }

    @Test
    void whatIsWrittenIsADirectoryWithTheSameContent() {
        Path file = FILES.resolve("byte-level.gguf");
        CheckpointWriter.write(temp.resolve("written"), file, List.of());
        assertTrue(Files.isRegularFile(temp.resolve("written/tokenizer.json")));
        CheckpointConfig config = CheckpointConfig.ofCheckpoint(temp.resolve("written"));
        assertEquals(
                Architectures.of(CheckpointConfig.ofCheckpoint(file)).shapes().keySet(),
                Architectures.of(config).shapes().keySet());
        try (Tokenizer tokenizer = Tokenizer.open(temp.resolve("written"));
                Tokenizer original = Tokenizer.open(file)) {
            assertArrayEquals(original.encode("Hello world 12"), tokenizer.encode("Hello world 12"));
        }
    }

    private Path changed(String name, UnaryOperator<String> change) throws IOException {
        String content = Files.readString(FILES.resolve(name), StandardCharsets.ISO_8859_1);
        return Files.writeString(temp.resolve("changed.gguf"), change.apply(content), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "GGUF, GGUX, is no GGUF file",
        "llama.block_count, llama.block_corne, the key 'llama.block_count' is missing",
        "blk.0.attn_k.weight, blk.0.attn_q.weight, it has tensor 'blk.0.attn_q.weight' twice",
        "llama.embedding_length, llama.embedding_langht, the key 'llama.embedding_length' is missing",
        "llama.vocab_size, llama.voice_size, 'llama.voice_size' is not understood",
        "general.architecture, general.architekture, the key 'general.architecture' is missing",
    })
    void whatIsWrongIsNamed(String text, String by, String message) throws IOException {
        Path file = changed("llama.gguf", content -> content.replaceFirst(text, by));
        CheckpointTest.assertFailure(message, () -> Checkpoint.open(file).close());
    }

    @Test
    void aWayOfCuttingThatIsUnknownIsNamed() throws IOException {
        Path file = changed("byte-level.gguf", content -> content.replaceFirst("gpt-2", "gpt-9"));
        CheckpointTest.assertFailure("the way 'gpt-9' of cutting texts", () -> Tokenizer.open(file));
    }

    /** A key of 32 bytes, so that nothing behind it moves against its alignment. */
    @Test
    void aNumberThatNobodyAsksForMayBeAsLargeAsItsType() throws IOException {
        ByteBuffer content =
                ByteBuffer.wrap(Files.readAllBytes(FILES.resolve("llama.gguf"))).order(ByteOrder.LITTLE_ENDIAN);
        int keys = 16;
        int header = keys + Long.BYTES;
        ByteBuffer changed = ByteBuffer.allocate(content.limit() + 32).order(ByteOrder.LITTLE_ENDIAN);
        changed.put(content.slice(0, keys)).putLong(content.getLong(keys) + 1);
        byte[] name = "general.size".getBytes(StandardCharsets.UTF_8);
        changed.putLong(name.length).put(name).putInt(10).putLong(1L << 33);
        changed.put(content.slice(header, content.limit() - header));
        Path file = Files.write(temp.resolve("changed.gguf"), changed.array());
        try (Weights found = Weights.open(file);
                Weights expected = Weights.open(FILES.resolve("llama.gguf"))) {
            assertArrayEquals(
                    expected.stored(Weights.EMBEDDING).floats(),
                    found.stored(Weights.EMBEDDING).floats());
        }
    }

    @Test
    void aTypeThatIsNotReadIsNamed() throws IOException {
        String name = "token_embd.weight";
        Path file = changed("byte-level.gguf", content -> {
            int type = content.indexOf(name) + name.length() + 4 + 16;
            return content.substring(0, type) + "\n" + content.substring(type + 1);
        });
        CheckpointTest.assertFailure(
                "tensor 'token_embd.weight' has the type Q2_K, which is not read", () -> Checkpoint.open(file));
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        byte[] content = Files.readAllBytes(FILES.resolve("llama.gguf"));
        Path file = temp.resolve("short.gguf");
        for (int length = 0; length < content.length - 32; length += 97) {
            Files.write(file, Arrays.copyOf(content, length));
            assertThrows(CheckpointException.class, () -> Checkpoint.open(file).close(), "length " + length);
        }
    }
}
