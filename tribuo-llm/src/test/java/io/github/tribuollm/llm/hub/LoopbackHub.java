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

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A hub with one repository, on this machine: the API's listing, the resolver, and a storage on a second port to which
 * the resolver redirects large files, as the public hub does. Faults are put in front of paths, one for each request.
 */
public final class LoopbackHub implements AutoCloseable {
    public static final String COMMIT = "1f0c3a5b7d9e2f4a6c8e0b1d3f5a7c9e1b3d5f70";
    public static final String ID = "tiny/model";

    /** Answers a request in place of the hub. */
    interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** What was asked. */
    public record Request(
            String method, String path, Optional<String> token, Optional<String> range, boolean storage) {}

    final Map<String, byte[]> files = new TreeMap<>();
    public final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer storage;
    String commit = COMMIT;

    LoopbackHub() {
        hub = serve(false);
        storage = serve(true);
    }

    /** A hub that has the files of a directory. */
    public static LoopbackHub of(Path directory) {
        LoopbackHub hub = new LoopbackHub();
        try (Stream<Path> list = Files.list(directory)) {
            for (Path file : list.filter(Files::isRegularFile).toList()) {
                hub.files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hub;
    }

    private HttpServer serve(boolean isStorage) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> handle(exchange, isStorage));
            server.setExecutor(threads);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String endpoint() {
        return address(hub);
    }

    /** The checkpoint's directory in a cache, after what is missing was downloaded. */
    public Path fetch(Path cache) {
        return fetch(settings(cache, Optional.empty()), repository());
    }

    /** The same, at the one commit there is. */
    public Path fetchCommit(Path cache) {
        return fetch(settings(cache, Optional.empty()), repository().at(COMMIT));
    }

    /** The checkpoint's directory in a cache that has it, without a word to the hub. */
    public Path fetchOffline(Path cache) {
        HubSettings online = settings(cache, Optional.empty());
        return fetch(
                new HubSettings(
                        online.endpoint(), online.token(), cache, true, true, online.retries(), online.patience()),
                repository());
    }

    private static HubRepository repository() {
        return HubRepository.parse(HubRepository.SCHEME + ID);
    }

    private static Path fetch(HubSettings settings, HubRepository repository) {
        return new Hub(settings, ProgressListener.NONE).fetch(repository).directory();
    }

    /** Settings that wait little. */
    HubSettings settings(Path cache, Optional<String> token) {
        return new HubSettings(
                URI.create(endpoint()),
                token,
                cache,
                false,
                true,
                new Retries(4, Duration.ofMillis(5), Duration.ofSeconds(3)),
                Duration.ofSeconds(5));
    }

    /** Puts faults in front of a path, which follow one another; {@code HEAD x}, {@code GET x} or {@code STORAGE x}. */
    void fail(String key, Fault... inTurn) {
        faults.computeIfAbsent(key, k -> new ArrayDeque<>()).addAll(Arrays.asList(inTurn));
    }

    /** Answers every request of a kind in one way. */
    void always(String key, Fault fault) {
        fail(key, again(key, fault));
    }

    private Fault again(String key, Fault fault) {
        return exchange -> {
            fail(key, again(key, fault));
            fault.answer(exchange);
        };
    }

    long count(String method, String name) {
        return requests.stream()
                .filter(r -> r.method().equals(method) && r.path().endsWith("/" + name))
                .count();
    }

    private void handle(HttpExchange exchange, boolean isStorage) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            String method = exchange.getRequestMethod();
            Optional<String> token =
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
            Optional<String> range =
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
            requests.add(new Request(method, path, token, range, isStorage));
            String name = path.substring(path.lastIndexOf('/') + 1);
            Fault fault = fault((isStorage ? "STORAGE" : method) + " " + name);
            if (fault != null) {
                fault.answer(exchange);
            } else if (isStorage) {
                content(exchange, files.get(name));
            } else {
                answer(exchange, path, name);
            }
        }
    }

    private synchronized Fault fault(String key) {
        Deque<Fault> queue = faults.get(key);
        return queue == null ? null : queue.poll();
    }

    private void answer(HttpExchange exchange, String path, String name) throws IOException {
        String api = "/api/models/" + ID;
        if (path.startsWith(api + "/revision/")) {
            String revision = URLDecoder.decode(name, StandardCharsets.UTF_8);
            if (List.of("main", "v1", "refs/pr/1", commit).contains(revision)) {
                json(exchange, listing().toString());
            } else {
                status(exchange, 404, "X-Error-Code", "RevisionNotFound");
            }
        } else if (path.equals(api + "/tree/" + commit)) {
            json(exchange, tree().toString());
        } else if (path.startsWith("/" + ID + "/resolve/")) {
            resolve(exchange, name);
        } else {
            status(exchange, 404, "X-Error-Code", "RepoNotFound");
        }
    }

    private JsonObject listing() {
        JsonObject listing = new JsonObject();
        listing.addProperty("_id", "0");
        listing.addProperty("id", ID);
        listing.addProperty("modelId", ID);
        listing.addProperty("sha", commit);
        JsonArray siblings = new JsonArray();
        files.keySet().forEach(name -> {
            JsonObject sibling = new JsonObject();
            sibling.addProperty("rfilename", name);
            siblings.add(sibling);
        });
        listing.add("siblings", siblings);
        return listing;
    }

    private JsonArray tree() {
        JsonArray tree = new JsonArray();
        files.forEach((name, content) -> {
            JsonObject entry = new JsonObject();
            entry.addProperty("type", "file");
            entry.addProperty("path", name);
            entry.addProperty("size", content.length);
            entry.addProperty("oid", gitHash(content));
            if (isLarge(name)) {
                JsonObject lfs = new JsonObject();
                lfs.addProperty("oid", sha256(content));
                lfs.addProperty("size", content.length);
                lfs.addProperty("pointerSize", 130);
                entry.add("lfs", lfs);
            }
            tree.add(entry);
        });
        return tree;
    }

    private void resolve(HttpExchange exchange, String name) throws IOException {
        byte[] content = files.get(name);
        if (content == null) {
            status(exchange, 404, "X-Error-Code", "EntryNotFound");
            return;
        }
        exchange.getResponseHeaders().set("X-Repo-Commit", commit);
        if (isLarge(name)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sha256(content) + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
            redirect(exchange, storageOf(name));
        } else {
            exchange.getResponseHeaders().set("ETag", "\"" + gitHash(content) + "\"");
            content(exchange, content);
        }
    }

    String storageOf(String name) {
        return address(storage) + "/signed/" + name;
    }

    String blob(String name) {
        return isLarge(name) ? sha256(files.get(name)) : gitHash(files.get(name));
    }

    static boolean isLarge(String name) {
        return name.endsWith(".safetensors") || name.endsWith(".bin");
    }

    /** Sends content, or the rest of it that was asked for. */
    static void content(HttpExchange exchange, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (range != null) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    /** Announces everything that was asked for, sends a part of it, and closes the connection. */
    Fault cutAfter(int bytes, String name) {
        return exchange -> {
            part(exchange, bytes, name);
        };
    }

    private void part(HttpExchange exchange, int bytes, String name) throws IOException {
        byte[] content = files.get(name);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (range != null) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
        exchange.getResponseBody().write(content, from, bytes);
        exchange.getResponseBody().flush();
    }

    /** Sends a part and then nothing, without closing. */
    Fault stallAfter(int bytes, String name, Duration time) {
        return exchange -> {
            part(exchange, bytes, name);
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }

    static void status(HttpExchange exchange, int status, String... header) throws IOException {
        for (int i = 0; i < header.length; i += 2) {
            exchange.getResponseHeaders().set(header[i], header[i + 1]);
        }
        exchange.sendResponseHeaders(status, -1);
    }

    static Fault answering(int status, String... header) {
        return exchange -> status(exchange, status, header);
    }

    static Fault sending(byte[] content) {
        return exchange -> content(exchange, content);
    }

    static void json(HttpExchange exchange, String json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        content(exchange, json.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(content));
    }

    static String gitHash(byte[] content) {
        MessageDigest digest = digest("SHA-1");
        digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest.digest(content));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
