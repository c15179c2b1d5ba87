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
package io.github.tribuollm.llm.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesLogTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private List<JsonObject> events(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    @Test
    void everyEventIsOneLine() throws IOException {
        Path log = directory.resolve("log.jsonl");
        try (JsonLinesLog lines = new JsonLinesLog(log, CLOCK)) {
            lines.started(Reports.RUN);
            lines.stepped(Reports.twoTerms(7));
            lines.evaluated(Reports.evaluation(7, 0));
            lines.noted("two\nlines & <é>");
            lines.finished(Reports.RUN, Duration.ofMillis(1500));
        }
        assertEquals(
                "{\"event\":\"step\",\"time\":\"2026-01-02T03:04:05Z\",\"run\":\"tiny\",\"step\":7,\"steps\":234,"
                        + "\"epoch\":0.029914529914529916,\"loss\":3.25,\"term_losses\":{\"mle\":2.0,\"distill\":1.25},\"mean_token_accuracy\":0.5,\"entropy\":1.5,"
                        + "\"tokens\":4096,\"selected_fraction\":0.25,\"learning_rate\":9.8E-5,\"gradient_norm\":0.75,"
                        + "\"tokens_per_second\":1233.6,\"elapsed_seconds\":7.0,\"remaining_seconds\":72.0,"
                        + "\"peak_memory_bytes\":812345678}",
                Files.readAllLines(log).get(1));
        List<JsonObject> events = events(log);
        assertEquals(
                List.of("start", "step", "evaluation", "note", "finish"),
                events.stream().map(event -> event.get("event").getAsString()).toList());
        assertEquals(656_000, events.get(0).get("total_parameters").getAsLong());
        assertEquals(1.0, events.get(2).get("perplexity").getAsDouble());
        assertEquals("two\nlines & <é>", events.get(3).get("note").getAsString());
        assertEquals(1.5, events.get(4).get("elapsed_seconds").getAsDouble());
    }

    @Test
    void aLineIsOnDiskBeforeTheNextStep() throws IOException {
        Path log = directory.resolve("log.jsonl");
        try (JsonLinesLog lines = new JsonLinesLog(log)) {
            lines.stepped(Reports.step(1, 2, 1));
            assertEquals(1, events(log).size());
        }
    }

    @Test
    void numbersThatAreNotFiniteAreNull() throws IOException {
        Path log = directory.resolve("log.jsonl");
        try (JsonLinesLog lines = new JsonLinesLog(log)) {
            lines.stepped(Reports.step(1, Double.NaN, 1));
            lines.evaluated(Reports.evaluation(1, 1e6));
        }
        assertTrue(events(log).get(0).get("loss").isJsonNull());
        assertTrue(events(log).get(0).getAsJsonObject("term_losses").get("mle").isJsonNull());
        assertTrue(events(log).get(1).get("perplexity").isJsonNull());
    }

    @Test
    void float16HasItsScaleAndSkippedSteps() throws IOException {
        Path log = directory.resolve("log.jsonl");
        try (JsonLinesLog lines = new JsonLinesLog(log)) {
            lines.stepped(Reports.float16(1, true));
            lines.stepped(Reports.step(2, 3, 2));
        }
        JsonObject first = events(log).get(0);
        assertEquals(65536, first.get("loss_scale").getAsDouble());
        assertTrue(first.get("skipped").getAsBoolean());
        assertTrue(first.get("gradient_norm").isJsonNull());
        assertFalse(events(log).get(1).has("loss_scale"));
        assertFalse(events(log).get(1).has("skipped"));
    }

    @Test
    void resumesOverATornLine() throws IOException {
        Path log = directory.resolve("log.jsonl");
        for (String torn : List.of("{\"event\":\"st", "x".repeat(20_000), "\u0000\u0000", "")) {
            Files.deleteIfExists(log);
            try (JsonLinesLog lines = new JsonLinesLog(log)) {
                lines.stepped(Reports.step(1, 3, 1));
                lines.stepped(Reports.step(2, 2, 2));
            }
            Files.writeString(log, torn, StandardOpenOption.APPEND);
            try (JsonLinesLog lines = new JsonLinesLog(log)) {
                lines.stepped(Reports.step(3, 1, 3));
            }
            assertEquals(
                    List.of(1, 2, 3),
                    events(log).stream()
                            .map(event -> event.get("step").getAsInt())
                            .toList());
        }
    }

    @Test
    void aLogThatIsOneTornLineStartsAfresh() throws IOException {
        Path log = Files.writeString(directory.resolve("log.jsonl"), "y".repeat(8192 * 2));
        try (JsonLinesLog lines = new JsonLinesLog(log)) {
            lines.noted("hello");
        }
        assertEquals(1, events(log).size());
    }

    @Test
    void namesTheFileItCannotOpen() {
        String said = assertThrows(UncheckedIOException.class, () -> new JsonLinesLog(directory))
                .getMessage();
        assertTrue(said.contains(directory.toString()), said);
    }
}
