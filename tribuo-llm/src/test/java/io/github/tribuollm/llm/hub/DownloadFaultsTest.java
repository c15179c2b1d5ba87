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

import static io.github.tribuollm.llm.hub.LoopbackHub.answering;
import static io.github.tribuollm.llm.hub.LoopbackHub.sending;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.hub.LoopbackHub.Fault;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.progress.Progress;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a hub that fails in all the ways that hubs and networks do. */
class DownloadFaultsTest {
    private static final HubRepository MAIN = HubRepository.parse("hf://tiny/model");
    private static final HubRepository PINNED = MAIN.at(LoopbackHub.COMMIT);
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path directory;

    private Path cache;

    private LoopbackHub hub;
    private final List<String> notes = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();

    @BeforeEach
    void fill() {
        cache = directory.resolve("some/cache");
        hub = new LoopbackHub();
        hub.files.put("config.json", "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8));
        hub.files.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        hub.files.put(WEIGHTS, bytes(300_000, 1));
        hub.files.put("pytorch_model.bin", bytes(10, 2));
        hub.files.put("modeling_tiny.py", bytes(10, 3));
        hub.files.put("README.md", bytes(10, 4));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Hub client(HubSettings settings) {
        return new Hub(settings, new ProgressListener() {
            @Override
            public void progressed(Progress state) {
                progress.add(state);
            }

            @Override
            public void noted(String note) {
                notes.add(note);
            }
        });
    }

    private HubSettings settings() {
        return hub.settings(cache, Optional.empty());
    }

    private Path fetch() {
        return client(settings()).fetch(MAIN).directory();
    }

    private CheckpointException refused(String... parts) {
        CheckpointException refused = assertThrows(CheckpointException.class, this::fetch);
        for (String part : parts) {
            assertTrue(refused.getMessage().contains(part), () -> part + " is not in: " + refused.getMessage());
        }
        return refused;
    }

    /** Every file in the snapshot is the hub's; every blob has the content that its name promises. */
    private void requireSound() throws IOException {
        for (Path file : files("snapshots")) {
            assertArrayEquals(hub.files.get(file.getFileName().toString()), Files.readAllBytes(file), file.toString());
        }
        for (Path blob : files("blobs")) {
            String name = blob.getFileName().toString();
            if (!name.endsWith(".incomplete")) {
                byte[] content = Files.readAllBytes(blob);
                assertTrue(name.equals(LoopbackHub.sha256(content)) || name.equals(LoopbackHub.gitHash(content)), name);
            }
        }
    }

    private List<Path> files(String folder) throws IOException {
        Path root = cache.resolve("models--tiny--model").resolve(folder);
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private Path incomplete() {
        return cache.resolve("models--tiny--model/blobs/" + hub.blob(WEIGHTS) + ".tribuo-llm.incomplete");
    }

    private void requireDownloaded() throws IOException {
        Path snapshot = fetch();
        for (String name : List.of("config.json", "tokenizer.json", WEIGHTS)) {
            assertArrayEquals(hub.files.get(name), Files.readAllBytes(snapshot.resolve(name)), name);
        }
        requireSound();
        assertFalse(Files.exists(incomplete()));
    }

    private void requireRefusedAndThenDownloaded(String... parts) throws IOException {
        refused(parts);
        requireSound();
        requireDownloaded();
    }

    private void requireNoWeights() throws IOException {
        assertFalse(files("snapshots").stream().anyMatch(f -> f.endsWith(WEIGHTS)));
        assertFalse(Files.exists(incomplete()));
    }

    @Test
    void takesConfigurationTokenizerAndSafetensorsOnly() throws IOException {
        requireDownloaded();
        List<String> names = files("snapshots").stream()
                .map(f -> f.getFileName().toString())
                .sorted()
                .toList();
        assertEquals(List.of("config.json", WEIGHTS, "tokenizer.json"), names);
        assertEquals(LoopbackHub.COMMIT, Files.readString(cache.resolve("models--tiny--model/refs/main")));
        Path link = Files.readSymbolicLink(
                cache.resolve("models--tiny--model/snapshots/" + LoopbackHub.COMMIT + "/" + WEIGHTS));
        assertEquals(Path.of("../../blobs/" + hub.blob(WEIGHTS)), link);
    }

    @Test
    void sendsTheTokenToTheEndpointOnly() throws IOException {
        client(hub.settings(cache, Optional.of("hf_secret"))).fetch(MAIN);
        assertTrue(hub.requests.stream().anyMatch(LoopbackHub.Request::storage));
        for (LoopbackHub.Request request : hub.requests) {
            assertEquals(
                    request.storage() ? Optional.empty() : Optional.of("Bearer hf_secret"),
                    request.token(),
                    request::toString);
        }
    }

    @Test
    void followsARedirectWithinTheEndpoint() throws IOException {
        String moved = "/" + LoopbackHub.ID + "/resolve/" + LoopbackHub.COMMIT + "/config.json";
        Fault relative = exchange -> LoopbackHub.redirect(exchange, moved + "?moved");
        hub.fail("HEAD config.json", relative);
        hub.fail("GET config.json", relative);
        requireDownloaded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "", "ftp://127.0.0.1/x", "http://[bad", "javascript:0"})
    void doesNotFollowARedirectToElsewhere(String location) throws IOException {
        hub.fail("GET config.json", exchange -> LoopbackHub.redirect(exchange, location));
        requireRefusedAndThenDownloaded("config.json: redirects to", "which is not followed");
    }

    @Test
    void endsARedirectLoop() throws IOException {
        hub.always("STORAGE " + WEIGHTS, exchange -> LoopbackHub.redirect(exchange, hub.storageOf(WEIGHTS)));
        refused("more than 10 redirects");
        requireSound();
        requireNoContent();
    }

    private void requireNoContent() throws IOException {
        assertFalse(files("snapshots").stream().anyMatch(f -> f.endsWith(WEIGHTS)));
        assertTrue(!Files.exists(incomplete()) || Files.size(incomplete()) == 0);
    }

    @Test
    void goesOnWhereTheConnectionWasCut() throws IOException {
        hub.fail(
                "STORAGE " + WEIGHTS,
                hub.cutAfter(100_000, WEIGHTS),
                hub.cutAfter(0, WEIGHTS),
                hub.cutAfter(50_000, WEIGHTS));
        requireDownloaded();
        List<Long> starts = starts();
        assertEquals(4, starts.size());
        assertEquals(0, starts.get(0));
        requireWithin(1, 100_000, starts.get(1));
        assertEquals(starts.get(1), starts.get(2));
        requireWithin(starts.get(2) + 1, starts.get(2) + 50_000, starts.get(3));
    }

    /** Where each request for the content began. */
    private List<Long> starts() {
        return hub.requests.stream()
                .filter(LoopbackHub.Request::storage)
                .map(request -> request.range().orElse("bytes=0-"))
                .map(range -> Long.valueOf(range.substring("bytes=".length(), range.length() - 1)))
                .toList();
    }

    /** What a connection still carries when it is cut may be lost. */
    private static void requireWithin(long least, long most, long bytes) {
        assertTrue(least <= bytes && bytes <= most, () -> bytes + " is not within " + least + " and " + most);
    }

    @Test
    void aLaterRunGoesOnWhereAnEarlierGaveUp() throws IOException {
        Fault none = hub.cutAfter(0, WEIGHTS);
        hub.fail("STORAGE " + WEIGHTS, hub.cutAfter(200_000, WEIGHTS), none, none, none);
        CheckpointException gaveUp = refused(WEIGHTS, "of 300000 bytes are kept, run this again");
        long kept = Files.size(incomplete());
        requireWithin(1, 200_000, kept);
        assertTrue(gaveUp.getMessage().contains(" " + kept + " of 300000"), gaveUp::getMessage);
        requireSound();
        hub.requests.clear();
        requireDownloaded();
        assertEquals(List.of(kept), starts());
    }

    @Test
    void startsAgainWhereTheServerIgnoresTheRange() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, hub.cutAfter(100_000, WEIGHTS), exchange -> {
            byte[] content = hub.files.get(WEIGHTS);
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        });
        requireDownloaded();
        assertEquals(2, hub.count("GET", "signed/" + WEIGHTS));
    }

    @Test
    void startsAgainWhereTheServerSendsAnotherRange() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, hub.cutAfter(100_000, WEIGHTS), exchange -> {
            byte[] content = hub.files.get(WEIGHTS);
            exchange.getResponseHeaders().set("Content-Range", "bytes 5-299999/300000");
            exchange.sendResponseHeaders(206, content.length - 5);
            exchange.getResponseBody().write(content, 5, content.length - 5);
        });
        requireDownloaded();
    }

    @Test
    void startsAgainWhereTheRangeIsRefused() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, hub.cutAfter(100_000, WEIGHTS), answering(416));
        requireDownloaded();
    }

    @Test
    void startsAgainWhereWhatIsLeftIsDamaged() throws IOException {
        Files.createDirectories(incomplete().getParent());
        Files.write(incomplete(), bytes(1000, 9));
        requireDownloaded();
        assertTrue(notes.stream().anyMatch(n -> n.contains("damaged")), notes.toString());
        Files.delete(cache.resolve("models--tiny--model/snapshots/" + LoopbackHub.COMMIT + "/" + WEIGHTS));
        Files.delete(cache.resolve("models--tiny--model/blobs/" + hub.blob(WEIGHTS)));
        Files.write(incomplete(), bytes(300_001, 9));
        requireDownloaded();
    }

    @Test
    void replacesATruncatedBlobAndADanglingLink() throws IOException {
        requireDownloaded();
        Path blob = cache.resolve("models--tiny--model/blobs/" + hub.blob(WEIGHTS));
        Files.delete(blob);
        requireDownloaded();
        Files.delete(cache.resolve("models--tiny--model/snapshots/" + LoopbackHub.COMMIT + "/" + WEIGHTS));
        Files.write(blob, bytes(5, 5));
        requireDownloaded();
    }

    @Test
    void givesASilentServerUp() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, hub.stallAfter(100_000, WEIGHTS, Duration.ofSeconds(2)));
        Hub impatient = client(settings().with(settings().retries(), Duration.ofMillis(300)));
        impatient.fetch(MAIN);
        requireDownloaded();
        assertTrue(notes.stream().anyMatch(n -> n.contains("nothing arrived for 0.3 s")), notes.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void asksABusyServerAgain(int status) throws IOException {
        Fault busy = answering(status);
        hub.fail("GET main", busy, busy);
        hub.fail("HEAD config.json", busy);
        hub.fail("GET config.json", busy, busy, busy);
        hub.fail("STORAGE " + WEIGHTS, busy);
        requireDownloaded();
        assertEquals(7, notes.size());
        assertTrue(notes.get(0).contains("answers " + status + "; trying again in "), notes.get(0));
    }

    @Test
    void waitsAsLongAsTheServerAsks() throws IOException {
        long before = System.nanoTime();
        hub.fail("GET main", answering(429, "Retry-After", "1"));
        requireDownloaded();
        assertTrue(System.nanoTime() - before >= 1_000_000_000L);
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
        hub.fail("GET main", answering(503, "Retry-After", date));
        Files.delete(cache.resolve("models--tiny--model/refs/main"));
        before = System.nanoTime();
        requireDownloaded();
        assertTrue(System.nanoTime() - before >= 500_000_000L);
    }

    @Test
    void givesAServerUpThatAsksForTooMuchTimeOrIsAlwaysBusy() throws IOException {
        hub.fail("GET main", answering(429, "Retry-After", "86400"));
        refused("answers 429", "try later");
        assertEquals(1, hub.requests.size());
        hub.requests.clear();
        hub.fail("GET main", answering(500), answering(500), answering(500), answering(500));
        refused("answers 500", "check the network and HF_ENDPOINT");
        assertEquals(4, hub.requests.size());
        requireDownloaded();
    }

    @Test
    void saysHowToGetAccess() throws IOException {
        hub.fail("GET main", answering(401, "X-Error-Code", "GatedRepo"));
        refused("accept the licence on " + hub.endpoint() + "/tiny/model", "set HF_TOKEN", "answers 401");
        hub.fail("GET main", answering(403));
        refused("accept the licence on", "set HF_TOKEN", "answers 403");
        hub.fail("GET main", answering(401));
        refused("no such repository, or it is private", "HF_TOKEN", "answers 401");
        hub.fail("HEAD " + WEIGHTS, answering(403, "X-Error-Code", "GatedRepo"));
        requireRefusedAndThenDownloaded("accept the licence on");
    }

    @Test
    void saysThatATokenHasNoAccess() {
        hub.fail("GET main", answering(403, "X-Error-Code", "GatedRepo"));
        Hub client = client(hub.settings(cache, Optional.of("hf_secret")));
        CheckpointException refused = assertThrows(CheckpointException.class, () -> client.fetch(MAIN));
        assertTrue(refused.getMessage().contains("the token belongs to an account with access"), refused.getMessage());
        assertFalse(refused.getMessage().contains("hf_secret"));
    }

    @Test
    void saysWhatIsNotThere() throws IOException {
        HubRepository other = HubRepository.parse("hf://tiny/other");
        CheckpointException noRepository =
                assertThrows(CheckpointException.class, () -> client(settings()).fetch(other));
        assertTrue(noRepository.getMessage().contains("no such repository"), noRepository.getMessage());
        CheckpointException noRevision =
                assertThrows(CheckpointException.class, () -> client(settings()).fetch(MAIN.at("v9")));
        assertTrue(noRevision.getMessage().contains("no revision 'v9'"), noRevision.getMessage());
        hub.fail("HEAD config.json", answering(404, "X-Error-Code", "EntryNotFound"));
        requireRefusedAndThenDownloaded("no file config.json at this commit");
    }

    @Test
    void refusesWrongContent() throws IOException {
        byte[] wrong = hub.files.get(WEIGHTS).clone();
        wrong[299_999] ^= 1;
        hub.fail("STORAGE " + WEIGHTS, sending(wrong));
        refused(WEIGHTS, "does not have the SHA-256", "nothing was kept");
        requireNoWeights();
        requireDownloaded();
    }

    @Test
    void refusesWrongContentOfSmallFiles() throws IOException {
        byte[] wrong = hub.files.get("config.json").clone();
        wrong[3] ^= 1;
        hub.fail("GET config.json", sending(wrong));
        refused("config.json: the content does not have the git SHA-1");
        assertTrue(files("snapshots").isEmpty());
        assertTrue(files("blobs").isEmpty());
        requireDownloaded();
    }

    @Test
    void refusesWrongSizes() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, sending(bytes(300_001, 1)));
        refused("the server offers 300001 bytes, the hub promised 300000");
        requireNoWeights();
        hub.fail("STORAGE " + WEIGHTS, sending(Arrays.copyOf(hub.files.get(WEIGHTS), 299_999)));
        refused("the server offers 299999 bytes");
        requireNoWeights();
        hub.fail("STORAGE " + WEIGHTS, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(bytes(400_000, 1));
        });
        refused("more than the 300000 bytes");
        requireNoWeights();
        hub.fail("STORAGE " + WEIGHTS, exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            LoopbackHub.content(exchange, hub.files.get(WEIGHTS));
        });
        requireRefusedAndThenDownloaded("compressed");
    }

    @Test
    void goesOnAfterAnUnannouncedEnd() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(hub.files.get(WEIGHTS), 0, 120_000);
        });
        requireDownloaded();
        assertTrue(notes.get(0).contains("ended after 120000 of 300000 bytes"), notes.toString());
    }

    private Fault describing(String tag, String size, String commit) {
        return exchange -> {
            LoopbackHub.status(exchange, 200, "X-Linked-Etag", tag, "X-Linked-Size", size, "X-Repo-Commit", commit);
        };
    }

    @Test
    void refusesDescriptionsThatCannotBeVerified() throws IOException {
        String hash = "\"" + hub.blob(WEIGHTS) + "\"";
        for (String tag : List.of("\"../../../evil\"", "\"d41d8cd98f00b204e9800998ecf8427e\"", "\"\"")) {
            hub.fail("HEAD " + WEIGHTS, describing(tag, "300000", LoopbackHub.COMMIT));
            refused("no hash", "check that HF_ENDPOINT is a hub");
        }
        for (String size : List.of("-1", "many", "99999999999999999999")) {
            hub.fail("HEAD " + WEIGHTS, describing(hash, size, LoopbackHub.COMMIT));
            refused("the size '" + size + "' is none");
        }
        hub.fail("HEAD " + WEIGHTS, describing(hash, "300000", "0".repeat(40)));
        refused("X-Repo-Commit");
        hub.fail("HEAD " + WEIGHTS, answering(200, "ETag", hash));
        requireRefusedAndThenDownloaded("X-Repo-Commit is missing");
    }

    @Test
    void refusesWhatDoesNotFitOnTheDisk() throws IOException {
        String hash = "\"" + hub.blob(WEIGHTS) + "\"";
        hub.fail("HEAD " + WEIGHTS, describing(hash, Long.toString(1L << 50), LoopbackHub.COMMIT));
        refused("the download needs", "are free; free space, or set HF_HUB_CACHE");
        assertEquals(0, hub.count("GET", WEIGHTS));
        hub.fail(
                "HEAD config.json", describing("\"" + hub.blob("config.json") + "\"", "999999999", LoopbackHub.COMMIT));
        requireRefusedAndThenDownloaded("config.json has 999999999 bytes, more than the limit");
    }

    @Test
    void refusesListingsThatAreNone() throws IOException {
        List<String> listings = List.of(
                "<html>",
                "[]",
                "{}",
                "{\"sha\": 7, \"siblings\": []}",
                "{\"sha\": \"" + LoopbackHub.COMMIT + "\", \"siblings\": \"all\"}",
                "{\"sha\": \"../../evil\", \"siblings\": []}",
                "{\"sha\": \"x\", \"sha\": \"y\"}",
                "{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}",
                "{\"sha\": \"" + LoopbackHub.COMMIT + "\", \"siblings\": [");
        for (String listing : listings) {
            hub.fail("GET main", exchange -> LoopbackHub.json(exchange, listing));
            refused("/api/models/tiny/model/revision/main: ");
        }
        hub.fail("GET main", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 40; i++) {
                exchange.getResponseBody().write(spaces);
            }
        });
        requireRefusedAndThenDownloaded("bytes of JSON, too many");
    }

    @Test
    void refusesACommitThatIsAnother() {
        HubRepository asked = MAIN.at("0".repeat(40));
        hub.fail(
                "GET " + asked.revision(),
                exchange -> LoopbackHub.json(exchange, "{\"sha\": \"" + LoopbackHub.COMMIT + "\", \"siblings\": []}"));
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> client(settings()).fetch(asked));
        assertTrue(refused.getMessage().contains("not the commit that was asked for"), refused.getMessage());
    }

    @Test
    void saysThatThereAreNoSafetensors() {
        hub.files.remove(WEIGHTS);
        refused("neither model.safetensors nor", "only pytorch_model.bin", "safe_serialization=True");
        hub.files.remove("config.json");
        refused("has no config.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.safetensors",
                "/etc/evil.safetensors",
                "a/b.safetensors",
                "evil.bin",
                "..\\\\e.safetensors",
                "modeling_tiny.py",
                ".safetensors"
            })
    void refusesShardsWithOtherThanPlainNames(String name) throws IOException {
        hub.files.remove(WEIGHTS);
        hub.files.put(name, bytes(10, 1));
        hub.files.put(INDEX, ("{\"weight_map\": {\"w\": \"" + name + "\"}}").getBytes(StandardCharsets.UTF_8));
        refused(INDEX, "not a plain .safetensors file name");
        requireSound();
        try (Stream<Path> all = Files.walk(directory)) {
            assertFalse(all.anyMatch(f -> f.getFileName().toString().contains("evil")));
        }
    }

    @Test
    void takesTheShardsThatTheIndexLists() throws IOException {
        hub.files.put("model-00001-of-00002.safetensors", hub.files.remove(WEIGHTS));
        hub.files.put("model-00002-of-00002.safetensors", bytes(1000, 7));
        hub.files.put("model-00003-of-00002.safetensors", bytes(1000, 8));
        String index = "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\","
                + " \"b\": \"model-00002-of-00002.safetensors\"}}";
        hub.files.put(INDEX, index.getBytes(StandardCharsets.UTF_8));
        Path snapshot = fetch();
        try (Stream<Path> list = Files.list(snapshot)) {
            assertEquals(5, list.count());
        }
        requireSound();
        hub.requests.clear();
        client(settings()).fetch(PINNED);
        assertTrue(hub.requests.isEmpty());
        hub.files.remove("model-00002-of-00002.safetensors");
        hub.commit = "2".repeat(40);
        refused("names the shard 'model-00002-of-00002.safetensors', which the repository does not have");
    }

    @Test
    void aCommitInTheCacheNeedsNoNetwork() throws IOException {
        requireDownloaded();
        hub.requests.clear();
        client(settings()).fetch(PINNED);
        assertTrue(hub.requests.isEmpty());
        Files.delete(cache.resolve("models--tiny--model/snapshots/" + LoopbackHub.COMMIT + "/tokenizer.json"));
        client(settings()).fetch(PINNED);
        assertEquals(1, hub.count("GET", LoopbackHub.COMMIT));
        requireDownloaded();
    }

    @Test
    void aNewCommitOfABranchIsTaken() throws IOException {
        requireDownloaded();
        hub.commit = "2".repeat(40);
        hub.files.put("config.json", "{\"model_type\": \"other\"}".getBytes(StandardCharsets.UTF_8));
        hub.requests.clear();
        Path snapshot = fetch();
        assertArrayEquals(hub.files.get("config.json"), Files.readAllBytes(snapshot.resolve("config.json")));
        assertEquals(0, hub.count("GET", WEIGHTS));
        assertEquals("2".repeat(40), Files.readString(cache.resolve("models--tiny--model/refs/main")));
    }

    @Test
    void usesTheCacheWhereTheHubIsOutOfReach() throws IOException {
        requireDownloaded();
        hub.fail("GET main", answering(503));
        requireDownloaded();
        assertTrue(notes.stream().anyMatch(n -> n.contains("in the cache is used")), notes.toString());
        hub.requests.clear();
        HubSettings offline = new HubSettings(
                settings().endpoint(), Optional.empty(), cache, true, true, Retries.NONE, Duration.ofSeconds(1));
        assertEquals(PINNED, client(offline).fetch(MAIN).repository());
        assertTrue(hub.requests.isEmpty());
        CheckpointException unknown =
                assertThrows(CheckpointException.class, () -> client(offline).fetch(MAIN.at("v1")));
        assertTrue(unknown.getMessage().contains("HF_HUB_OFFLINE is set"), unknown.getMessage());
    }

    @Test
    void saysThatTheHubCannotBeReached() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        HubSettings nobody = new HubSettings(
                URI.create("http://127.0.0.1:" + free),
                Optional.empty(),
                cache,
                false,
                true,
                settings().retries(),
                Duration.ofSeconds(1));
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> client(nobody).fetch(MAIN));
        assertTrue(refused.getMessage().contains("check the network and HF_ENDPOINT"), refused.getMessage());
        requireDownloaded();
        assertEquals(PINNED, client(nobody).fetch(MAIN).repository());
    }

    @Test
    void revisionsMayHaveSlashes() throws IOException {
        client(settings()).fetch(MAIN.at("refs/pr/1"));
        assertEquals(LoopbackHub.COMMIT, Files.readString(cache.resolve("models--tiny--model/refs/refs/pr/1")));
    }

    @Test
    void doesWithoutLinks() throws IOException {
        HubSettings plain = new HubSettings(
                settings().endpoint(),
                Optional.empty(),
                cache,
                false,
                false,
                settings().retries(),
                Duration.ofSeconds(5));
        Path snapshot = client(plain).fetch(MAIN).directory();
        assertFalse(Files.isSymbolicLink(snapshot.resolve(WEIGHTS)));
        requireDownloaded();
        requireSound();
        hub.requests.clear();
        client(plain).fetch(PINNED);
        assertTrue(hub.requests.isEmpty());
    }

    @Test
    void concurrentDownloadsDoNotDisturbEachOther() throws Exception {
        hub.fail("STORAGE " + WEIGHTS, hub.cutAfter(100_000, WEIGHTS));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Hub.Fetched> fetch = () -> new Hub(settings(), ProgressListener.NONE).fetch(MAIN);
            for (Future<Hub.Fetched> future : threads.invokeAll(List.of(fetch, fetch, fetch, fetch))) {
                assertEquals(PINNED, future.get().repository());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(2, hub.count("GET", "signed/" + WEIGHTS));
        requireDownloaded();
    }

    @Test
    void nothingIsWrittenTwice() throws IOException {
        requireDownloaded();
        Map<Path, FileTime> before = times();
        requireDownloaded();
        assertEquals(before, times());
    }

    private Map<Path, FileTime> times() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> all = Files.walk(cache)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void progressIsToldToTheEnd() throws IOException {
        hub.fail("STORAGE " + WEIGHTS, hub.cutAfter(100_000, WEIGHTS));
        requireDownloaded();
        List<Progress> weights =
                progress.stream().filter(p -> p.what().equals(WEIGHTS)).toList();
        assertTrue(weights.get(weights.size() - 1).isComplete());
        for (int i = 1; i < weights.size(); i++) {
            assertTrue(weights.get(i).done() > weights.get(i - 1).done());
        }
        String last = weights.get(weights.size() - 1).toString();
        assertTrue(last.matches("model.safetensors  0.3 of 0.3 MB  [0-9.]+ MB/s  in 0s"), last);
    }
}
