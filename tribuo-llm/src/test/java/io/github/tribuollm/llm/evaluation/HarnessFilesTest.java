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
package io.github.tribuollm.llm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.gsm8k.Gsm8kTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of judged answers are those of lm-evaluation-harness (make_harness_files.py). */
final class HarnessFilesTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path THEIRS = RESOURCES.resolve("fixtures/evaluation/harness");
    private static final List<String> ANSWERS =
            List.of("Well. The answer is 358. So", "I do not know.", "The answer is 7. No: 2268");

    @TempDir
    private Path directory;

    private final Gsm8kTask task =
            Gsm8kTask.cot(new Gsm8kSource(RESOURCES.resolve("data/word-problems-heldout.jsonl"), 0, 3));

    private JudgedTask judged() {
        List<String> prompts = task.items().stream()
                .map(item -> ((ModelInput.Text) item.query().input()).text())
                .toList();
        return JudgedTask.of(task, prompts, ANSWERS);
    }

    private static HarnessRun run() {
        return new HarnessRun(
                "models/tiny",
                Map.of("adapter", "a"),
                8,
                Instant.ofEpochSecond(1795966791),
                Duration.ofMillis(2500),
                HarnessRun.Layout.TEXT);
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    @Test
    void samplesAreTheHarnessesButForTheBoundOfTokens() throws IOException {
        HarnessFiles.write(directory, run(), List.of(judged()));
        Path file;
        try (Stream<Path> files = Files.list(directory)) {
            file = files.filter(f -> f.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
        assertTrue(file.getFileName().toString().startsWith("samples_gsm8k_cot_2026-11-"), file.toString());
        List<String> ours = Files.readAllLines(file);
        List<String> theirs = Files.readAllLines(THEIRS.resolve("samples.jsonl"));
        assertEquals(theirs.size(), ours.size());
        for (int i = 0; i < ours.size(); i++) {
            JsonObject sample = json(ours.get(i));
            JsonObject generation = sample.getAsJsonObject("arguments")
                    .getAsJsonObject("gen_args_0")
                    .getAsJsonObject("arg_1");
            assertEquals(256, generation.remove("max_gen_toks").getAsInt());
            assertEquals(json(theirs.get(i)), sample);
            assertEquals(List.copyOf(json(theirs.get(i)).keySet()), List.copyOf(sample.keySet()));
        }
    }

    @Test
    void resultsHaveTheHarnessesFieldsAndScores() throws IOException {
        JsonObject theirs = json(Files.readString(THEIRS.resolve("results.json")));
        JsonObject ours = json(Files.readString(HarnessFiles.write(directory, run(), List.of(judged()))));
        assertEquals(List.copyOf(theirs.keySet()), List.copyOf(ours.keySet()));
        for (String same : List.of("versions", "n-shot", "higher_is_better", "task_hashes")) {
            assertEquals(theirs.get(same), ours.get(same), same);
        }
        JsonObject expected = theirs.getAsJsonObject("results").getAsJsonObject("gsm8k_cot");
        JsonObject scores = ours.getAsJsonObject("results").getAsJsonObject("gsm8k_cot");
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(scores.keySet()));
        for (String score : List.of("exact_match,strict-match", "exact_match_stderr,flexible-extract")) {
            assertEquals(expected.get(score).getAsDouble(), scores.get(score).getAsDouble(), 1e-15, score);
        }
        assertEquals("models__tiny", ours.get("model_name_sanitized").getAsString());
        assertEquals(
                3,
                ours.getAsJsonObject("n-samples")
                        .getAsJsonObject("gsm8k_cot")
                        .get("effective")
                        .getAsInt());
    }

    @Test
    void promptsThatAreMissingAreNamed() {
        EvaluationException refused =
                assertThrows(EvaluationException.class, () -> JudgedTask.of(task, List.of("a"), ANSWERS));
        assertTrue(refused.getMessage().contains("1 prompts"), refused.getMessage());
    }
}
