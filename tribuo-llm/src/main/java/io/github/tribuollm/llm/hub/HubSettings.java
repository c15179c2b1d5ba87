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

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.network.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where the hub and the cache are, under the names that huggingface_hub gives its settings.
 *
 * @param endpoint the hub, http or https; it may have a path, as mirrors do
 * @param token sent to the endpoint only
 * @param cache the directory of the cache
 * @param offline whether the network is left alone
 * @param symlinks whether snapshots link to blobs; otherwise they hold the files themselves
 * @param retries how often and after what time a request is repeated
 * @param patience how long a server may be silent
 */
record HubSettings(
        URI endpoint,
        Optional<String> token,
        Path cache,
        boolean offline,
        boolean symlinks,
        Retries retries,
        Duration patience) {
    private static final String PUBLIC_HUB = "https://huggingface.co";
    private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");
    private static final int LONGEST_TOKEN = 4096;

    /**
     * Checks the endpoint and the token.
     *
     * @param endpoint the hub
     * @param token sent to the endpoint only
     * @param cache the directory of the cache
     * @param offline whether the network is left alone
     * @param symlinks whether snapshots link to blobs
     * @param retries how often a request is repeated
     * @param patience how long a server may be silent
     * @throws CheckpointException if the endpoint is no http or https address, or the token has characters that a
     *     header cannot hold
     */
    HubSettings {
        boolean http = "http".equalsIgnoreCase(endpoint.getScheme()) || "https".equalsIgnoreCase(endpoint.getScheme());
        if (endpoint.getRawUserInfo() != null) {
            throw new CheckpointException("HF_ENDPOINT: '" + withoutSecrets(endpoint.toString())
                    + "' holds a user name or password, which would be shown and logged; give the token as HF_TOKEN");
        }
        if (!http || endpoint.getHost() == null || endpoint.getQuery() != null) {
            throw new CheckpointException("HF_ENDPOINT: '" + withoutSecrets(endpoint.toString())
                    + "' is not the address of a hub, such as " + PUBLIC_HUB);
        }
        token.ifPresent(HubSettings::requireToken);
    }

    private static void requireToken(String token) {
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new CheckpointException("HF_TOKEN: the token is empty or has spaces or other characters that no token"
                    + " has; copy it again");
        }
    }

    /**
     * The settings of this process: environment variables, or system properties of the same names, which come first.
     *
     * @return the settings
     * @throws CheckpointException if one is wrong
     */
    static HubSettings ofProcess() {
        return of(HubSettings::ofProcess, Path.of(System.getProperty("user.home")));
    }

    private static Optional<String> ofProcess(String name) {
        return Optional.ofNullable(System.getProperty(name, System.getenv(name)));
    }

    /** {@return whether this process is asked to show no progress, by HF_HUB_DISABLE_PROGRESS_BARS} */
    static boolean isQuiet() {
        return ofProcess("HF_HUB_DISABLE_PROGRESS_BARS")
                .filter(HubSettings::isYes)
                .isPresent();
    }

    private static boolean isYes(String value) {
        return YES.contains(value.toUpperCase(Locale.ROOT));
    }

    /**
     * The settings in variables: HF_ENDPOINT; HF_TOKEN, or the file HF_TOKEN_PATH or {@code token} in HF_HOME unless
     * HF_HUB_DISABLE_IMPLICIT_TOKEN; HF_HUB_CACHE, or {@code hub} in HF_HOME, which is {@code huggingface} in
     * XDG_CACHE_HOME or {@code ~/.cache}; HF_HUB_OFFLINE; HF_HUB_DISABLE_SYMLINKS. Older names that huggingface_hub
     * still reads are read too.
     *
     * @param variables the values by name
     * @param home the user's home directory
     * @return the settings
     * @throws CheckpointException if one is wrong
     */
    static HubSettings of(Function<String, Optional<String>> variables, Path home) {
        Variables v = new Variables(variables, home);
        Path hubHome = v.path("HF_HOME")
                .orElseGet(() ->
                        v.path("XDG_CACHE_HOME").orElse(home.resolve(".cache")).resolve("huggingface"));
        return new HubSettings(
                endpoint(v.text("HF_ENDPOINT").orElse(PUBLIC_HUB)),
                v.is("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? Optional.empty() : token(v, hubHome),
                v.path("HF_HUB_CACHE").or(() -> v.path("HUGGINGFACE_HUB_CACHE")).orElse(hubHome.resolve("hub")),
                v.is("HF_HUB_OFFLINE") || v.is("TRANSFORMERS_OFFLINE"),
                !v.is("HF_HUB_DISABLE_SYMLINKS"),
                Retries.STANDARD,
                Duration.ofSeconds(30));
    }

    private record Variables(Function<String, Optional<String>> values, Path home) {
        Optional<String> text(String name) {
            return values.apply(name).map(String::strip).filter(value -> !value.isEmpty());
        }

        Optional<Path> path(String name) {
            return text(name).map(value -> value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value));
        }

        boolean is(String name) {
            return text(name).filter(HubSettings::isYes).isPresent();
        }
    }

    private static URI endpoint(String text) {
        try {
            return URI.create(text.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(
                    "HF_ENDPOINT: '" + withoutSecrets(text) + "' is not the address of a hub, such as " + PUBLIC_HUB);
        }
    }

    /** An address without what stands before its host or in its query, as far as text that may be no address tells. */
    private static String withoutSecrets(String address) {
        return address.replaceAll("//.*@", "//...@").replaceAll("[?#].*", "?...");
    }

    private static Optional<String> token(Variables v, Path hubHome) {
        return Stream.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
                .flatMap(name -> v.text(name).stream())
                .findFirst()
                .or(() -> tokenIn(v.path("HF_TOKEN_PATH").orElse(hubHome.resolve("token"))));
    }

    private static Optional<String> tokenIn(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            String token = new String(in.readNBytes(LONGEST_TOKEN), StandardCharsets.UTF_8).strip();
            return Optional.of(token).filter(t -> !t.isEmpty());
        } catch (IOException e) {
            throw new CheckpointException(file + ": the token cannot be read: " + e, e);
        }
    }

    /**
     * The same settings with other patience.
     *
     * @param other how often a request is repeated
     * @param silence how long a server may be silent
     * @return the settings
     */
    HubSettings with(Retries other, Duration silence) {
        return new HubSettings(endpoint, token, cache, offline, symlinks, other, silence);
    }

    /** {@return the settings without the token} */
    @Override
    public String toString() {
        return "HubSettings(" + endpoint + ", " + (token.isPresent() ? "with" : "without") + " a token, cache " + cache
                + (offline ? ", offline" : "") + ")";
    }
}
