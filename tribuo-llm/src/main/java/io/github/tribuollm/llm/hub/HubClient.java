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

import com.google.gson.stream.JsonReader;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.StrictJson;
import io.github.tribuollm.llm.network.Backoff;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.network.TransientFault;
import io.github.tribuollm.llm.network.WatchedStream;
import io.github.tribuollm.llm.progress.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The requests that a download needs, redirects followed here so that the token stays with the endpoint. */
final class HubClient {
    private static final int MOST_REDIRECTS = 10;
    private static final int LARGEST_LISTING = 32 << 20;
    private static final long LARGEST_FILE = 1L << 50;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HubSettings settings;
    private final ProgressListener listener;
    private final HttpClient http;

    HubClient(HubSettings settings, ProgressListener listener) {
        this.settings = settings;
        this.listener = listener;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.patience())
                .build();
    }

    /**
     * What a revision is and holds.
     *
     * @param commit the commit
     * @param files the names of its files
     */
    record Listing(String commit, Set<String> files) {}

    /**
     * Asks what a revision holds.
     *
     * @throws IOException if the hub cannot be reached or is out of order
     * @throws CheckpointException if it says no
     */
    Listing list(HubRepository repository, Retries retries) throws IOException {
        URI uri = URI.create(settings.endpoint() + "/api/models/" + repository.id() + "/revision/"
                + repository.revision().replace("/", "%2F").replace("+", "%2B"));
        return new Backoff(retries, listener).run(() -> {
            HttpResponse<InputStream> response = send("GET", uri, 0);
            try (InputStream body = watched(response)) {
                requireOk(response, repository, "");
                byte[] json = body.readNBytes(LARGEST_LISTING + 1);
                if (json.length > LARGEST_LISTING) {
                    throw new CheckpointException(uri + ": more than " + LARGEST_LISTING + " bytes of JSON, too many");
                }
                return listing(repository, uri, json);
            }
        });
    }

    /** What a hub says that a revision holds. */
    static Listing listing(HubRepository repository, URI uri, byte[] json) {
        Set<String> files = new TreeSet<>();
        String[] commit = {""};
        StrictJson.parse(uri, json, reader -> {
            StrictJson.forEachName(reader, name -> {
                switch (name) {
                    case "sha" -> commit[0] = reader.nextString();
                    case "siblings" -> siblings(reader, files);
                    default -> reader.skipValue();
                }
            });
            return null;
        });
        boolean asked = !repository.isPinned() || repository.revision().equals(commit[0]);
        if (!HubRepository.isCommit(commit[0]) || !asked) {
            throw new CheckpointException(uri + ": the field 'sha' is '" + printable(commit[0])
                    + "', not the commit that was asked for; check that HF_ENDPOINT is a hub");
        }
        return new Listing(commit[0], files);
    }

    private static void siblings(JsonReader reader, Set<String> files) throws IOException {
        reader.beginArray();
        while (reader.hasNext()) {
            StrictJson.forEachName(reader, field -> {
                if (field.equals("rfilename")) {
                    files.add(reader.nextString());
                } else {
                    reader.skipValue();
                }
            });
        }
        reader.endArray();
    }

    /**
     * Asks what a file is.
     *
     * @throws IOException if the hub cannot be reached or is out of order
     * @throws CheckpointException if it says no, or does not say enough to verify the file
     */
    RemoteFile describe(HubRepository pinned, String name) throws IOException {
        URI uri = URI.create(settings.endpoint() + "/" + pinned.id() + "/resolve/" + pinned.revision() + "/" + name);
        return new Backoff(settings.retries(), listener).run(() -> {
            Description description = new Description(uri, name, pinned.revision());
            HttpResponse<InputStream> response = send("HEAD", uri, 0, description::take);
            response.body().close();
            requireOk(response, pinned, name);
            return description.file();
        });
    }

    /** Is shown every response; true ends the redirects. */
    @FunctionalInterface
    private interface Enough {
        boolean test(HttpResponse<InputStream> response);
    }

    /** Collects what the answers to HEAD say; the storage that a redirect leads to knows no commit. */
    private static final class Description {
        private final URI uri;
        private final String name;
        private final String expectedCommit;
        private Optional<String> commit = Optional.empty();
        private Optional<String> tag = Optional.empty();
        private Optional<String> size = Optional.empty();

        Description(URI uri, String name, String expectedCommit) {
            this.uri = uri;
            this.name = name;
            this.expectedCommit = expectedCommit;
        }

        boolean take(HttpResponse<InputStream> response) {
            boolean redirect = REDIRECTS.contains(response.statusCode());
            commit = commit.or(() -> header(response, "X-Repo-Commit"));
            size = header(response, "X-Linked-Size").or(() -> redirect ? size : header(response, "Content-Length"));
            Optional<String> linked = header(response, "X-Linked-Etag");
            tag = linked.or(() -> header(response, "ETag")).or(() -> tag);
            return linked.isPresent();
        }

        RemoteFile file() {
            if (!commit.equals(Optional.of(expectedCommit))) {
                throw notAHub("the header X-Repo-Commit is "
                        + commit.map(c -> "'" + printable(c) + "', not " + expectedCommit)
                                .orElse("missing"));
            }
            ContentHash hash = tag.flatMap(ContentHash::ofTag)
                    .orElseThrow(() -> notAHub("the entity tag is "
                            + tag.map(t -> "'" + printable(t) + "', no hash").orElse("missing")
                            + ", so the file could not be verified"));
            return new RemoteFile(
                    name, uri, hash, size.map(this::size).orElseThrow(() -> notAHub("its size is missing")));
        }

        private long size(String text) {
            try {
                long bytes = Long.parseLong(text);
                if (bytes >= 0 && bytes <= LARGEST_FILE) {
                    return bytes;
                }
            } catch (NumberFormatException e) {
                // reported below
            }
            throw notAHub("the size '" + printable(text) + "' is none");
        }

        private CheckpointException notAHub(String problem) {
            return new CheckpointException(uri + ": " + problem + "; check that HF_ENDPOINT is a hub");
        }
    }

    /**
     * Asks for a file's content.
     *
     * @param from the first byte wanted
     * @return the response; its status is 200, 206 or 416
     * @throws IOException if the server cannot be reached or is out of order
     * @throws CheckpointException if it says no
     */
    HttpResponse<InputStream> open(HubRepository pinned, RemoteFile file, long from) throws IOException {
        HttpResponse<InputStream> response = send("GET", file.source(), from);
        if (response.statusCode() == 416) {
            return response;
        }
        try {
            requireOk(response, pinned, file.name());
            return response;
        } catch (IOException | RuntimeException e) {
            response.body().close();
            throw e;
        }
    }

    /** A response's body, which fails when the server is silent for too long. */
    InputStream watched(HttpResponse<InputStream> response) {
        return new WatchedStream(response.body(), settings.patience());
    }

    private HttpResponse<InputStream> send(String method, URI start, long from) throws IOException {
        return send(method, start, from, response -> false);
    }

    private HttpResponse<InputStream> send(String method, URI start, long from, Enough enough) throws IOException {
        URI at = start;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = exchange(method, at, from);
            if (enough.test(response) || !REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            response.body().close();
            at = target(at, response);
        }
        throw new CheckpointException(start + ": more than " + MOST_REDIRECTS + " redirects; check HF_ENDPOINT");
    }

    private HttpResponse<InputStream> exchange(String method, URI at, long from) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(settings.patience())
                .header("User-Agent", "tribuo-llm")
                .header("Accept-Encoding", "identity");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (isEndpoint(at)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            throw new TransientFault(at.getAuthority() + " does not answer");
        } catch (IOException e) {
            throw new IOException("no connection to " + at.getAuthority() + " (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckpointException("The download was interrupted; what has arrived is kept for the next one", e);
        }
    }

    /** Whether an address belongs to the endpoint, and so may see the token. */
    private boolean isEndpoint(URI at) {
        URI endpoint = settings.endpoint();
        return at.getScheme().equalsIgnoreCase(endpoint.getScheme())
                && at.getHost().equalsIgnoreCase(endpoint.getHost())
                && port(at) == port(endpoint);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static URI target(URI from, HttpResponse<InputStream> response) {
        String location = header(response, "Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean web = to.getHost() != null && Set.of("http", "https").contains(String.valueOf(to.getScheme()));
            boolean downgrade = from.getScheme().equals("https") && "http".equals(to.getScheme());
            if (!location.isEmpty() && web && !downgrade) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new CheckpointException(from + ": redirects to '" + printable(location)
                + "', which is not followed: it is no web address, or leaves https");
    }

    private void requireOk(HttpResponse<InputStream> response, HubRepository repository, String file)
            throws IOException {
        int status = response.statusCode();
        if (status == 200 || status == 206 || REDIRECTS.contains(status)) {
            return;
        }
        String server = response.uri().getAuthority();
        if (TransientFault.isTransient(status)) {
            throw new TransientFault(server + " answers " + status, response);
        }
        throw new CheckpointException(
                repository + ": " + refusal(response, repository, file) + " (" + server + " answers " + status + ")");
    }

    private String refusal(HttpResponse<InputStream> response, HubRepository repository, String file) {
        String code = header(response, "X-Error-Code").orElse("");
        String page = settings.endpoint() + "/" + repository.id();
        String remedy = settings.token().isPresent()
                ? "check that the token belongs to an account with access"
                : "set HF_TOKEN to a token of an account with access";
        boolean denied = response.statusCode() == 401 || response.statusCode() == 403;
        if (code.equals("GatedRepo") || response.statusCode() == 403) {
            return "access is restricted; accept the licence on " + page + " and " + remedy;
        }
        if (code.equals("RevisionNotFound")) {
            return "there is no revision '" + repository.revision() + "'; its branches and tags are listed on " + page;
        }
        if (code.equals("RepoNotFound") || denied) {
            return "there is no such repository, or it is private; check the name, and " + remedy;
        }
        if (response.statusCode() == 404) {
            return file.isEmpty()
                    ? "there is no such repository or revision; check the name on " + page
                    : "there is no file " + file + " at this commit";
        }
        return "the request for " + (file.isEmpty() ? "its files" : file) + " is refused";
    }

    private static Optional<String> header(HttpResponse<InputStream> response, String name) {
        return response.headers().firstValue(name);
    }

    /** What a server sent, fit for a message. */
    private static String printable(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "...";
    }
}
