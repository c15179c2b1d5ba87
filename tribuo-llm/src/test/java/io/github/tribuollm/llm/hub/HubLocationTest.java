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
package io.github.tribuollm.llm.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubLocationTest {
    @TempDir
    private Path home;

    private HubSettings settings(Map<String, String> variables) {
        return HubSettings.of(name -> Optional.ofNullable(variables.get(name)), home);
    }

    @Test
    void readsLocations() {
        assertEquals(new HubRepository("org", "name", "main"), HubRepository.parse("hf://org/name"));
        assertEquals(new HubRepository("o_g", "Na-me.1", "v1.0"), HubRepository.parse("hf://o_g/Na-me.1@v1.0"));
        assertEquals("refs/pr/1", HubRepository.parse("hf://org/name@refs/pr/1").revision());
        assertEquals("hf://org/name@main", HubRepository.parse("hf://org/name").toString());
        assertFalse(HubRepository.parse("hf://org/name").isPinned());
        assertTrue(HubRepository.parse("hf://org/name@" + LoopbackHub.COMMIT).isPinned());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://name",
                "hf://",
                "hf:///name",
                "hf://org/",
                "hf://models/org/name",
                "hf://../name",
                "hf://org/..",
                "hf://org/na--me",
                "hf://-org/name",
                "hf://org/name.",
                "hf://org/name.git",
                "hf://org/name@",
                "hf://org/name@../main",
                "hf://org/name@/main",
                "hf://org/name@a//b",
                "hf://org/name@a/.b",
                "hf://org/name@main.lock",
                "hf://org/na me",
                "hf://org/name@ma in",
                "hf://org/name?x",
                "hf://org/name@v1#x",
                "hf://org/name@a\nb",
                "hf://org\\evil/name",
                "https://huggingface.co/org/name"
            })
    void refusesOtherNames(String location) {
        CheckpointException refused = assertThrows(CheckpointException.class, () -> CheckpointLocation.of(location));
        assertTrue(refused.getMessage().contains("hf://owner/name"), refused.getMessage());
    }

    @Test
    void refusesLongNames() {
        String long96 = "n".repeat(94);
        assertThrows(CheckpointException.class, () -> HubRepository.parse("hf://org/" + long96));
        assertThrows(CheckpointException.class, () -> HubRepository.parse("hf://org/name@" + "r".repeat(256)));
    }

    @Test
    void aDirectoryKnowsItsAbsolutePath() {
        CheckpointLocation location = CheckpointLocation.of("some/../where");
        assertEquals(Path.of("where").toAbsolutePath().toString(), location.name());
        assertEquals("some/../where", location.baseName());
        assertEquals(Path.of("some/../where"), location.place());
        assertFalse(location.isInHub());
    }

    @Test
    void readsTheVariablesOfHuggingFace() {
        HubSettings plain = settings(Map.of());
        assertEquals(URI.create("https://huggingface.co"), plain.endpoint());
        assertEquals(home.resolve(".cache/huggingface/hub"), plain.cache());
        assertEquals(Optional.empty(), plain.token());
        assertFalse(plain.offline());
        assertEquals(Path.of("/x/hub"), settings(Map.of("HF_HOME", "/x")).cache());
        assertEquals(home.resolve("x/hub"), settings(Map.of("HF_HOME", "~/x")).cache());
        assertEquals(
                Path.of("/x/huggingface/hub"),
                settings(Map.of("XDG_CACHE_HOME", "/x")).cache());
        assertEquals(
                Path.of("/y"),
                settings(Map.of("HF_HOME", "/x", "HF_HUB_CACHE", "/y")).cache());
        assertEquals(
                URI.create("http://mirror/hf"),
                settings(Map.of("HF_ENDPOINT", "http://mirror/hf/")).endpoint());
        assertTrue(settings(Map.of("HF_HUB_OFFLINE", "1")).offline());
        assertFalse(settings(Map.of("HF_HUB_OFFLINE", "0")).offline());
        assertFalse(settings(Map.of("HF_HUB_DISABLE_SYMLINKS", "true")).symlinks());
    }

    @Test
    void findsTheToken() throws IOException {
        Path file = Files.writeString(home.resolve("token"), "hf_file\n");
        assertEquals(
                Optional.of("hf_t"), settings(Map.of("HF_TOKEN", " hf_t\n")).token());
        assertEquals(
                Optional.of("hf_file"),
                settings(Map.of("HF_HOME", home.toString())).token());
        assertEquals(
                Optional.of("hf_file"),
                settings(Map.of("HF_TOKEN_PATH", file.toString())).token());
        assertEquals(
                Optional.empty(),
                settings(Map.of("HF_TOKEN", "hf_t", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"))
                        .token());
        assertFalse(settings(Map.of("HF_TOKEN", "hf_t")).toString().contains("hf_t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "x", "http://", "http://u:p@x", "http://x?y", "http://x y"})
    void refusesOtherEndpoints(String endpoint) {
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> settings(Map.of("HF_ENDPOINT", endpoint)));
        assertTrue(refused.getMessage().startsWith("HF_ENDPOINT: "), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:s3cret@hub",
                "https://s3cret@hub/path",
                "https://user:s3cret@a b",
                "ftp://u:s3cret@hub",
                "https://hub?token=s3cret",
                "//a:s3cret@@@"
            })
    void aSecretInTheEndpointIsNotShown(String endpoint) {
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> settings(Map.of("HF_ENDPOINT", endpoint)));
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains("s3cret"), trace.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nX: y", "caf\u00e9"})
    void refusesTokensThatAreNone(String token) {
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> settings(Map.of("HF_TOKEN", token)));
        assertTrue(refused.getMessage().startsWith("HF_TOKEN: "), refused.getMessage());
        assertFalse(refused.getMessage().contains(token));
    }
}
