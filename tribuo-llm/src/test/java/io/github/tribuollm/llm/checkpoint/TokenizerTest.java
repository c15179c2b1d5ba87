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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"byte-fallback", "byte-level"})
    void agreesWithPython(String name) throws IOException {
        Path folder = Fixtures.ROOT.resolve(name);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (JsonElement element : JsonParser.parseString(Files.readString(folder.resolve("encodings.json")))
                    .getAsJsonArray()) {
                JsonObject golden = element.getAsJsonObject();
                String text = golden.get("text").getAsString();
                Encoded encoded = tokenizer.encodeWithOffsets(text);
                assertArrayEquals(ints(golden.getAsJsonArray("ids")), encoded.ids(), text);
                assertArrayEquals(ints(golden.getAsJsonArray("ids")), tokenizer.encode(text), text);
                assertArrayEquals(ints(golden.getAsJsonArray("starts")), encoded.starts(), text);
                assertArrayEquals(ints(golden.getAsJsonArray("ends")), encoded.ends(), text);
                assertEquals(golden.get("decoded").getAsString(), tokenizer.decode(encoded.ids()));
                assertEquals(golden.get("decoded").getAsString(), String.join("", tokenizer.display(encoded.ids())));
            }
        }
    }

    private static int[] ints(JsonArray array) {
        return IntStream.range(0, array.size())
                .map(i -> array.get(i).getAsInt())
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-fallback", "byte-level"})
    void aCharacterOfSeveralTokensIsShownOnce(String name) {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve(name))) {
            int[] ids = tokenizer.encode("a\uD83D\uDE00b");
            List<String> shown = tokenizer.display(ids);
            assertEquals("a\uD83D\uDE00b", String.join("", shown));
            assertEquals(List.of("", "", "", "\uD83D\uDE00", "b"), shown.subList(shown.size() - 5, shown.size()));
            List<String> torn = tokenizer.display(Arrays.copyOf(ids, ids.length - 2));
            assertTrue(String.join("", torn).contains("\uFFFD"), torn.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-fallback", "byte-level"})
    void displayOfAnyTokensJoinsToTheirText(String name) {
        Random random = new Random(3);
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve(name))) {
            for (int i = 0; i < 200; i++) {
                int[] ids = random.ints(random.nextInt(40), 0, tokenizer.vocabularySize())
                        .toArray();
                List<String> shown = tokenizer.display(ids);
                assertEquals(ids.length, shown.size());
                assertEquals(tokenizer.decode(ids), String.join("", shown));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-fallback", "byte-level"})
    void offsetsPointIntoAnyText(String name) {
        Random random = new Random(9);
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve(name))) {
            for (int i = 0; i < 200; i++) {
                StringBuilder text = new StringBuilder();
                random.ints(random.nextInt(30), 0, 0x3000).forEach(c -> text.append((char) c));
                random.ints(random.nextInt(10), 0xD800, 0xE000).forEach(c -> text.append((char) c));
                Encoded encoded = tokenizer.encodeWithOffsets(text.toString());
                for (int t = 0; t < encoded.length(); t++) {
                    assertTrue(encoded.starts()[t] <= encoded.ends()[t] && encoded.ends()[t] <= text.length());
                    assertTrue(t == 0 || encoded.starts()[t] >= encoded.starts()[t - 1], text.toString());
                }
            }
        }
    }

    @Test
    void loneSurrogatesAreReplacedInPlace() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve("byte-level"))) {
            Encoded torn = tokenizer.encodeWithOffsets("x\uD83Dy\uDE00");
            Encoded replaced = tokenizer.encodeWithOffsets("x\uFFFDy\uFFFD");
            assertArrayEquals(replaced.ids(), torn.ids());
            assertArrayEquals(replaced.starts(), torn.starts());
        }
    }

    @Test
    void specialTokensComeFromTheCheckpoint() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve("byte-fallback"))) {
            assertEquals(OptionalInt.of(1), tokenizer.bos());
            assertEquals(OptionalInt.of(2), tokenizer.eos());
            assertEquals(tokenizer.eos(), tokenizer.pad());
            assertEquals(Set.of(2, tokenizer.id("<|turn|>").getAsInt()), tokenizer.stopIds());
            assertTrue(tokenizer.addsBos());
            assertEquals("<0x0A>", tokenizer.token(13));
            assertEquals("", tokenizer.decode(new int[] {1}, true));
            assertEquals(277, tokenizer.vocabularySize());
        }
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve("byte-level"))) {
            assertEquals(OptionalInt.empty(), tokenizer.bos());
            assertEquals(OptionalInt.of(2), tokenizer.eos());
            assertEquals(OptionalInt.of(0), tokenizer.pad());
            assertEquals(Set.of(1, 2), tokenizer.stopIds());
            assertFalse(tokenizer.addsBos());
            assertEquals(OptionalInt.empty(), tokenizer.id("absent"));
        }
    }

    @Test
    void idsAreChecked() {
        try (Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve("byte-level"))) {
            assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(new int[] {-1}));
            assertThrows(
                    IllegalArgumentException.class, () -> tokenizer.display(new int[] {tokenizer.vocabularySize()}));
            assertThrows(IllegalArgumentException.class, () -> tokenizer.token(1 << 20));
        }
    }

    @Test
    void aTokenizerThatDoesNotFitIsRefused() throws IOException {
        Path copy = Fixtures.copy(Fixtures.ROOT.resolve("byte-fallback"), temp.resolve("copy"));
        Files.writeString(copy.resolve("config.json"), "{\"vocab_size\":276}");
        CheckpointTest.assertFailure("has token id 276, but the model has 276 tokens", () -> Tokenizer.open(copy));
        Files.writeString(copy.resolve("config.json"), "{\"vocab_size\":277}");
        Files.writeString(copy.resolve("tokenizer_config.json"), "{\"eos_token\":\"<gone>\"}");
        CheckpointTest.assertFailure("'eos_token' is '<gone>'", () -> Tokenizer.open(copy));
        Files.writeString(copy.resolve("tokenizer_config.json"), "{}");
        Files.writeString(copy.resolve("generation_config.json"), "{\"eos_token_id\":[2,999]}");
        CheckpointTest.assertFailure("'eos_token_id' names token 999", () -> Tokenizer.open(copy));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"model\":{\"vocab\":{\"a\":-1}}}",
                "{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}}",
                "{\"model\":{\"vocab\":{\"a\":99999999}}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}}}",
                "{\"added_tokens\":[{\"id\":3}]}",
                "no json"
            })
    void brokenTokenizersAreNamed(String json) throws IOException {
        Files.writeString(temp.resolve("tokenizer.json"), json);
        CheckpointTest.assertFailure("tokenizer.json", () -> Tokenizer.open(temp));
    }

    /** What lies in a field that only the native library reads; there it would end the process. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"Strip\",\"content\":\"\\ud800\",\"start\":0,\"stop\":0}",
                "{\"type\":\"Strip\",\"\\udc00\":\"a\",\"start\":0,\"stop\":0}",
                "{\"type\":\"Strip\",\"content\":\"\u0001\",\"start\":0,\"stop\":0}",
                "{\"type\":\"Strip\",\"content\":\"\\x\",\"start\":0,\"stop\":0}",
                "{\"type\":\"Strip\",\"content\":\"a\",\"start\":1e999,\"stop\":0}",
                "{\"type\":\"Strip\",\"content\":\"a\",\"start\":01,\"stop\":0}",
                "{\"type\":\"Strip\",\"content\":\"a\",\"start\":NaN,\"stop\":0}",
                "{'type':'Fuse'}",
                "{\"type\":\"Fuse\",}",
                "{\"type\":\"Fuse\",\"type\":\"Fuse\"}"
            })
    void whatEndsTheNativeLibraryIsRefusedBefore(String decoder) throws IOException {
        String sound = Files.readString(Fixtures.ROOT.resolve("byte-level").resolve("tokenizer.json"));
        Files.writeString(temp.resolve("tokenizer.json"), withDecoder(sound, "{\"type\":\"Fuse\"}"));
        Tokenizer.open(temp).close();
        Files.writeString(temp.resolve("tokenizer.json"), withDecoder(sound, decoder));
        CheckpointTest.assertFailure("tokenizer.json: malformed JSON", () -> Tokenizer.open(temp));
    }

    private static String withDecoder(String json, String decoder) {
        JsonObject tokenizer = JsonParser.parseString(json).getAsJsonObject();
        tokenizer.addProperty("decoder", "here");
        return tokenizer.toString().replace("\"here\"", decoder);
    }

    @Test
    void aLongAddedTokenIsRefusedBeforeItTakesMinutes() throws IOException {
        String token = "a".repeat(16_000);
        Files.writeString(
                temp.resolve("tokenizer.json"), "{\"added_tokens\":[{\"id\":3,\"content\":\"" + token + "\"}]}");
        CheckpointTest.assertFailure("an added token of 16000 characters, more than 1024", () -> Tokenizer.open(temp));
    }

    @Test
    void closingWaitsForThoseWhoEncode() throws Exception {
        String text = "once upon a time ".repeat(500);
        for (int round = 0; round < 20; round++) {
            Tokenizer tokenizer = Tokenizer.open(Fixtures.ROOT.resolve("byte-level"));
            int length = tokenizer.encode(text).length;
            List<Thread> readers = new ArrayList<>();
            List<Throwable> others = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(new Thread(() -> encodeUntilClosed(tokenizer, text, length, others)));
            }
            readers.forEach(Thread::start);
            Thread.sleep(2);
            tokenizer.close();
            tokenizer.close();
            for (Thread reader : readers) {
                reader.join();
            }
            assertEquals(List.of(), others);
            assertThrows(IllegalStateException.class, () -> tokenizer.decode(new int[] {0}));
        }
    }

    private static void encodeUntilClosed(Tokenizer tokenizer, String text, int length, List<Throwable> others) {
        try {
            while (true) {
                assertEquals(length, tokenizer.encode(text).length);
            }
        } catch (IllegalStateException e) {
            // closed
        } catch (Throwable e) {
            others.add(e);
        }
    }

    @Test
    void theLibraryIsKeptOffline() {
        Tokenizer.open(Fixtures.ROOT.resolve("byte-level")).close();
        assertEquals("true", System.getProperty("ai.djl.offline"));
        assertEquals("true", System.getProperty("OPT_OUT_TRACKING"));
    }
}
