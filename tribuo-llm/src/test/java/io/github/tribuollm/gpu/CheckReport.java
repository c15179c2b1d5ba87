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

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The table of the check, as text and as JSON. */
final class CheckReport {
    private final JsonObject machine;
    private final List<Row> rows = new ArrayList<>();

    CheckReport(JsonObject machine) {
        this.machine = machine;
    }

    void add(Row row) {
        rows.add(row);
    }

    /** Adds to what is known of the machine. */
    void learn(JsonObject more) {
        more.entrySet().forEach(entry -> machine.add(entry.getKey(), entry.getValue()));
    }

    boolean passed() {
        return !rows.isEmpty() && rows.stream().allMatch(Row::passed);
    }

    String heading() {
        return machine.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue().getAsString())
                .collect(Collectors.joining("\n"));
    }

    private String text(String field) {
        return machine.has(field)
                ? machine.get(field).toString().replaceAll("[\\[\\]\"]", "").replace(",", ", ")
                : "unknown";
    }

    String summary() {
        long failed = rows.stream().filter(row -> !row.passed()).count();
        return (rows.size() - failed) + " of " + rows.size() + " rows pass on "
                + machine.get("device").getAsString() + "; ONNX Runtime "
                + text("onnxruntime") + ", " + text("libraries");
    }

    void write(Path file) throws IOException {
        JsonObject all = new JsonObject();
        all.add("machine", machine);
        JsonArray table = new JsonArray();
        rows.forEach(row -> table.add(row.json()));
        all.add("rows", table);
        all.addProperty("passed", passed());
        Files.writeString(
                file,
                new GsonBuilder().serializeNulls().setPrettyPrinting().create().toJson(all) + "\n");
    }
}
