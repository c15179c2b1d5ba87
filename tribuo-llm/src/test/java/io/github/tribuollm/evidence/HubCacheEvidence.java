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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.hub.LoopbackHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Shows that the cache is shared with Python's huggingface_hub in both directions: each finds what the other downloaded
 * from one hub on this machine, without asking for the content again, and transformers loads it.
 *
 * <p>Arguments: a Python interpreter with transformers, and the script that runs huggingface_hub. The last line of the
 * output holds the figures.
 */
final class HubCacheEvidence {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));

    private final LoopbackHub hub;
    private final String python;
    private final String script;
    private int checks;

    private HubCacheEvidence(LoopbackHub hub, String python, String script) {
        this.hub = hub;
        this.python = python;
        this.script = script;
    }

    /**
     * Runs both directions.
     *
     * @param arguments the interpreter and the script
     * @throws Exception if a process cannot be run, or the claim does not hold
     */
    public static void main(String[] arguments) throws Exception {
        Path work = Files.createTempDirectory("hub-cache");
        try (LoopbackHub hub = LoopbackHub.of(RESOURCES.resolve("tiny-llama"))) {
            HubCacheEvidence evidence = new HubCacheEvidence(hub, arguments[0], arguments[1]);
            evidence.pythonFindsOurs(work.resolve("ours"));
            evidence.weFindPythons(work.resolve("pythons"));
            System.out.println("cache shared with huggingface_hub in both directions: " + evidence.checks + " of "
                    + evidence.checks + " checks");
        } finally {
            try (Stream<Path> all = Files.walk(work)) {
                for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void pythonFindsOurs(Path cache) throws Exception {
        hub.fetch(cache);
        check("the weights came once", contents() == 1);
        hub.requests.clear();
        python(cache, "offline");
        python(cache, "load");
        check("Python offline asks nothing", hub.requests.isEmpty());
        python(cache, "online");
        check("Python asks for no content that is there", contents() == 0);
        check("Python did ask", !hub.requests.isEmpty());
    }

    private void weFindPythons(Path cache) throws Exception {
        hub.requests.clear();
        python(cache, "online");
        check("the weights came once for Python", contents() == 1);
        List<Path> before = files(cache.resolve("models--tiny--model/blobs"));
        hub.requests.clear();
        Path snapshot = hub.fetchOffline(cache);
        check("we offline ask nothing", hub.requests.isEmpty());
        check("we find the snapshot", Files.isRegularFile(snapshot.resolve("model.safetensors")));
        hub.fetch(cache);
        check("we ask for no content that is there", contents() == 0);
        check("no blob was added", before.equals(files(cache.resolve("models--tiny--model/blobs"))));
        hub.requests.clear();
        hub.fetchCommit(cache);
        check("a commit asks nothing", hub.requests.isEmpty());
    }

    /** How often the storage was asked for content. */
    private long contents() {
        return hub.requests.stream()
                .filter(r -> r.storage() && r.method().equals("GET"))
                .count();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.sorted().toList();
        }
    }

    private void python(Path cache, String what) throws Exception {
        List<String> command = new ArrayList<>(List.of(python, script, what));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "HF_ENDPOINT",
                        hub.endpoint(),
                        "HF_HUB_CACHE",
                        cache.toString(),
                        "HF_HUB_DISABLE_XET",
                        "1",
                        "HF_HUB_DISABLE_TELEMETRY",
                        "1",
                        "HF_HUB_OFFLINE",
                        what.equals("online") ? "0" : "1"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        System.out.print(output);
        check("Python succeeds: " + what, process.waitFor() == 0);
    }

    private void check(String claim, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("does not hold: " + claim + "; the hub was asked " + hub.requests);
        }
        System.out.println("holds: " + claim);
        checks++;
    }
}
