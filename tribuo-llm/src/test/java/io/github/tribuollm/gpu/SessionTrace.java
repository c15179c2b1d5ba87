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
package io.github.tribuollm.gpu;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.runtime.GraphSession;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the sessions of some work say of their nodes, by ONNX Runtime's own profiler.
 *
 * @param sessions how many sessions there were
 * @param runs how often one of them ran
 * @param nodes how many nodes ran, by provider
 * @param micros their time, by provider
 * @param copies how many nodes ran that copy between the GPU and the processor
 */
record SessionTrace(int sessions, int runs, Map<String, Integer> nodes, Map<String, Long> micros, int copies) {
    /** Work that opens and closes sessions. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Traces the sessions that some work opens; their files go to a directory, and away. */
    static SessionTrace of(Path directory, Work work) throws Exception {
        Files.createDirectories(directory);
        for (Path left : files(directory)) {
            Files.delete(left);
        }
        System.setProperty(
                GraphSession.PROFILE_PROPERTY, directory.resolve("session").toString());
        try {
            work.run();
        } finally {
            System.clearProperty(GraphSession.PROFILE_PROPERTY);
        }
        SessionTrace trace = new SessionTrace(0, 0, new TreeMap<>(), new TreeMap<>(), 0);
        for (Path file : files(directory)) {
            trace = trace.with(events(file));
            Files.delete(file);
        }
        return trace;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static List<JsonElement> events(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return JsonParser.parseReader(reader).getAsJsonArray().asList();
        }
    }

    private SessionTrace with(List<JsonElement> events) {
        int found = copies;
        int ran = runs;
        for (JsonElement element : events) {
            JsonObject event = element.getAsJsonObject();
            JsonObject details = event.getAsJsonObject("args");
            ran += event.get("name").getAsString().equals("model_run") ? 1 : 0;
            if (event.get("cat").getAsString().equals("Node") && details.has("op_name")) {
                String provider = details.get("provider").getAsString();
                nodes.merge(provider, 1, Integer::sum);
                micros.merge(provider, event.get("dur").getAsLong(), Long::sum);
                found += details.get("op_name").getAsString().startsWith("Memcpy") ? 1 : 0;
            }
        }
        return new SessionTrace(sessions + 1, ran, nodes, micros, found);
    }

    /** The share of the nodes' time that a provider takes. */
    double share(String provider) {
        return (double) micros.getOrDefault(provider, 0L)
                / micros.values().stream().mapToLong(Long::longValue).sum();
    }
}
