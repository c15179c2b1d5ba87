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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.QuantisedCheckpoint;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.cli.Main;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.objectives.Objective;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A location in a hub wherever a checkpoint is asked for. */
class HubTrainingTest {
    private static final String LOCATION = "hf://tiny/model";
    private static final String PINNED = LOCATION + "@" + LoopbackHub.COMMIT;

    @TempDir
    private Path directory;

    private LoopbackHub hub;

    @BeforeEach
    void serve() {
        hub = LoopbackHub.of(TinyModel.checkpoint(directory.resolve("base"), 1));
        System.setProperty("HF_ENDPOINT", hub.endpoint());
        System.setProperty("HF_HUB_CACHE", directory.resolve("cache").toString());
        System.setProperty("HF_HUB_DISABLE_PROGRESS_BARS", "1");
    }

    @AfterEach
    void close() {
        hub.close();
        List.of("HF_ENDPOINT", "HF_HUB_CACHE", "HF_HUB_DISABLE_PROGRESS_BARS").forEach(System::clearProperty);
    }

    private CausalLMModel train() {
        Path rows = TinyModel.rows(directory.resolve("train.jsonl"), 1);
        TokenSequenceSource source = new TokenSequenceSource(
                LOCATION, new Gsm8kSource(rows), new QuestionAnswerTemplate(), 64, TruncationPolicy.TRUNCATE_END);
        return new CausalLMTrainer(LOCATION, Objective.mle())
                .withOutputDirectory(directory.resolve("run"))
                .train(new TokenSequenceDataset(source));
    }

    @Test
    void trainsAndReproducesFromTheCommitThatItFound() throws IOException {
        String provenance;
        Path file = directory.resolve("model.tribuo");
        try (CausalLMModel model = train()) {
            provenance = model.getProvenance().toString();
            assertEquals(PINNED, model.checkpointLocation());
            model.serializeToFile(file);
        }
        assertTrue(provenance.contains(PINNED), provenance);
        assertEquals(1, hub.count("GET", "main"), "a process looks a branch up once");
        String adapter = Files.readString(directory.resolve("run/adapter/adapter_config.json"));
        assertTrue(adapter.contains("\"base_model_name_or_path\": \"tiny/model\""), adapter);
        delete(directory.resolve("cache"));
        hub.fail("GET main", LoopbackHub.answering(404));
        ModelReproduction<?> again = ModelReproduction.ofModel(file);
        assertTrue(again.reproduce().identical());
        assertEquals(1, hub.count("GET", "main"), "the commit is what is asked for");
        assertEquals(1, hub.count("GET", LoopbackHub.COMMIT));
    }

    @Test
    void aQuantisedCheckpointIsFetched() {
        Path quantised = directory.resolve("quantised");
        try (Checkpoint base = Checkpoint.open(directory.resolve("base"))) {
            QuantisedCheckpoint.write(base, Storage.INT8, quantised);
        }
        hub.close();
        hub = LoopbackHub.of(quantised);
        System.setProperty("HF_ENDPOINT", hub.endpoint());
        try (Checkpoint fetched =
                Checkpoint.open(CheckpointLocation.of(LOCATION).place())) {
            assertEquals(Storage.INT8, fetched.weights().held(Storage.AUTO));
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private record Outcome(int code, String err) {}

    private Outcome run(Object... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        List<String> texts = Stream.of(arguments).map(Object::toString).toList();
        int code = Main.run(texts, out, new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(code, err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theCommandLineTakesALocation() {
        Path rows = TinyModel.rows(directory.resolve("train.jsonl"), 1);
        Path output = directory.resolve("run");
        Object[] training = {
            "train",
            "--checkpoint",
            LOCATION,
            "--data",
            rows,
            "--format",
            "gsm8k",
            "--rows",
            8,
            "--batch-size",
            4,
            "--rank",
            2,
            "--max-length",
            64,
            "--output",
            output
        };
        Outcome trained = run(training);
        assertEquals(Main.DONE, trained.code(), trained.err());
        Object[] score = {"score", "--model", output.resolve("model.tribuo"), "--data", rows, "--format", "gsm8k"};
        Outcome scored = run(Stream.concat(Stream.of(score), Stream.of("--output", directory.resolve("scores.jsonl")))
                .toArray());
        assertEquals(Main.DONE, scored.code(), scored.err());
        Outcome exported = run(
                "export",
                "--checkpoint",
                PINNED,
                "--adapter",
                output.resolve("adapter"),
                "--merged",
                directory.resolve("merged"));
        assertEquals(Main.DONE, exported.code(), exported.err());
    }

    @Test
    void theCommandLineSaysWhatIsWrongInOneLine() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "hf://tiny/other", "no such repository",
                        "hf://tiny/model@v9", "no revision 'v9'",
                        "hf://tiny", "hf://owner/name",
                        "nowhere", "or hf://owner/name to download one")
                .entrySet()) {
            Outcome outcome = run(
                    "score",
                    "--checkpoint",
                    wrong.getKey(),
                    "--data",
                    TinyModel.rows(directory.resolve("train.jsonl"), 1),
                    "--format",
                    "gsm8k");
            assertEquals(Main.WRONG_INPUT, outcome.code());
            assertTrue(outcome.err().contains(wrong.getValue()), outcome.err());
            assertFalse(outcome.err().contains("\tat "), outcome.err());
        }
    }
}
