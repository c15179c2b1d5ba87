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
package io.github.tribuollm.kills;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.checkpoint.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a command has left: the hash of each file, without clocks. Logs, which tell of every start, and locks are left out;
 * a model file counts by its adapter and its base, for it says when it was made.
 */
record Outcome(SortedMap<String, String> files) {
    private static final Set<String> CLOCKS =
            Set.of("tokensPerSecond", "seconds", "tokens_per_second", "date", "total_evaluation_time_seconds");

    /** When an evaluation began, in the name of a file. */
    private static final String BEGAN = "_[0-9]{4}-[0-9T.-]+(?=\\.jsonl?$)";

    static Outcome of(Path directory) {
        SortedMap<String, String> files = new TreeMap<>();
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                    String name = directory.relativize(file).toString();
                    if (!name.matches("(.*/)?(log\\.jsonl|run\\.lock|events/.*)")) {
                        String old = files.put(name.replaceFirst(BEGAN, ""), Sha256.of(content(file)));
                        if (old != null) {
                            files.put(name, old); // of another beginning
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Outcome(files);
    }

    private static String content(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.equals("model.tribuo")) {
            try (CausalLMModel model = CausalLMModel.read(file)) {
                return model.adapter().map(adapter -> adapter.sha256()).orElse("") + model.baseSha256();
            }
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (name.matches("(result|report|results_.*)\\.json")) {
            JsonElement json = JsonParser.parseString(text);
            forgetClocks(json);
            return json.toString();
        }
        return switch (name) {
            case "table.txt" -> text.replaceAll("[0-9]+ tokens/s, [0-9.]+ s", "");
            case "report.html" -> text.replaceAll("time \\(s\\)\">[0-9.]+", "");
            default -> text;
        };
    }

    private static void forgetClocks(JsonElement json) {
        if (json.isJsonObject()) {
            CLOCKS.forEach(json.getAsJsonObject()::remove);
            json.getAsJsonObject().entrySet().stream().map(Map.Entry::getValue).forEach(Outcome::forgetClocks);
        } else if (json.isJsonArray()) {
            json.getAsJsonArray().forEach(Outcome::forgetClocks);
        }
    }

    /** What is another than expected, in words; empty if nothing is. */
    String differences(Outcome expected) {
        StringBuilder words = new StringBuilder();
        expected.files.forEach((name, hash) -> {
            String found = files.get(name);
            if (!hash.equals(found)) {
                words.append(found == null ? " missing " : " other bytes in ").append(name);
            }
        });
        files.keySet().stream()
                .filter(name -> !expected.files.containsKey(name))
                .forEach(name -> words.append(" left ").append(name));
        return words.toString();
    }
}
