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
package io.github.tribuollm.llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tribuollm.llm.evaluation.judge.LoopbackJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers are judged from the command line, by an endpoint and by a checkpoint. */
final class AlpacaEvalCommandTest {
    private static final Path ADAPTER = Cli.RESOURCES.resolve("fixtures/adapters/tiny-llama/all-linear");

    @TempDir
    private Path directory;

    private Path baseline;

    @BeforeEach
    void write() throws IOException {
        JsonArray rows = new JsonArray();
        for (int i = 0; i < 3; i++) {
            JsonObject row = new JsonObject();
            row.addProperty("instruction", "Count to " + i + ".");
            row.addProperty("output", "one ".repeat(i + 1));
            row.addProperty("generator", "baseline");
            rows.add(row);
        }
        baseline = Files.writeString(directory.resolve("baseline.json"), rows.toString());
    }

    private Object[] arguments(Path output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("evaluate", "--checkpoint", Cli.TINY, "--output", output));
        arguments.addAll(List.of("--tasks", "alpaca_eval", "--max-gen-toks", 8, "--batch-size", 2));
        if (!Arrays.asList(more).contains("--data")) {
            arguments.addAll(List.of("--data", "alpaca_eval=" + baseline));
        }
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray();
    }

    @Test
    void anEndpointJudgesInBothOrdersAndHeadToHead() throws IOException {
        Path output = directory.resolve("evaluation");
        try (LoopbackJudge server = new LoopbackJudge()) {
            Object[] all = arguments(
                    output,
                    "--adapter",
                    "tuned=" + ADAPTER,
                    "--judge",
                    server.endpoint(),
                    "--judge-model",
                    "j",
                    "--against",
                    "tiny-llama",
                    "--judge-budget",
                    100);
            server.then(401, "no");
            Cli.Outcome refused = Cli.run(all);
            assertEquals(Main.WRONG_INPUT, refused.code());
            assertTrue(refused.err().contains("answers 401"), refused.err());
            assertTrue(Files.exists(output.resolve("unfinished/tiny-llama/alpaca_eval.jsonl")), "answers are lost");
            Cli.Outcome outcome = Cli.run(all);
            assertEquals(0, outcome.code(), outcome.err());
            assertTrue(outcome.out().contains("win_rate"), outcome.out());
            // Whoever prefers what it reads first is undecided over both orders.
            assertTrue(outcome.out().contains("0.5000"), outcome.out());
            assertFalse(outcome.out().contains("SummaryTable["), outcome.out());
            List<String> rivals = Files.readAllLines(output.resolve("head-to-head.csv"));
            assertEquals(2, rivals.size());
            assertTrue(rivals.get(1).startsWith("tuned,50"), rivals.get(1));
            assertFalse(Files.exists(output.resolve("unfinished")));
        }
    }

    @Test
    void aJudgeThatNamesNoLabelIsRefusedAndAnswersAreKept() throws IOException {
        Path output = directory.resolve("evaluation");
        try (LoopbackJudge server = new LoopbackJudge()) {
            server.always(new LoopbackJudge.Reply(200, LoopbackJudge.saying("I cannot", "stop")));
            Cli.Outcome outcome = Cli.run(arguments(output, "--judge", server.endpoint(), "--judge-model", "j"));
            assertEquals(Main.WRONG_INPUT, outcome.code());
            assertTrue(outcome.err().contains("None of the 6 answers of the judge j at"), outcome.err());
            assertTrue(outcome.err().contains("alpaca_eval.jsonl.judged: delete it to ask again"), outcome.err());
            assertTrue(outcome.err().contains("I cannot"), outcome.err());
            assertTrue(Files.exists(output.resolve("unfinished/tiny-llama/alpaca_eval.jsonl")), "answers are lost");
        }
    }

    @Test
    void whoJudgesIsAsked() {
        Path output = directory.resolve("evaluation");
        Cli.Outcome none = Cli.run(arguments(output));
        assertTrue(none.err().contains("--judge is missing"), none.err());
        Cli.Outcome nameless = Cli.run(arguments(output, "--judge", "http://localhost:1/v1"));
        assertTrue(nameless.err().contains("--judge-model is missing"), nameless.err());
        Cli.Outcome local = Cli.run(arguments(output, "--judge", Cli.TINY, "--judge-budget", 3));
        assertTrue(local.err().contains("acts only with --judge URL"), local.err());
    }

    private Path gamed(String... rows) throws IOException {
        Path file = directory.resolve("df_gamed.csv");
        Files.writeString(file, "preference,index,std_delta_len,instruction_difficulty\n" + String.join("\n", rows));
        return file;
    }

    private void assertRefusedAtOnce(LoopbackJudge server, String message, Object... more) {
        Path output = directory.resolve("evaluation");
        List<Object> all = new ArrayList<>(List.of("--judge", server.endpoint(), "--judge-model", "j"));
        all.addAll(Arrays.asList(more));
        Cli.Outcome refused = Cli.run(arguments(output, all.toArray()));
        assertEquals(Main.WRONG_INPUT, refused.code(), refused.out());
        assertTrue(refused.err().contains(message), refused.err());
        assertEquals(0, server.requests().size(), "the judge was asked");
        assertFalse(Files.exists(output), "something was answered");
    }

    @Test
    void wrongGamedBaselinesAreFoundBeforeAnyAnswer() throws IOException {
        try (LoopbackJudge server = new LoopbackJudge()) {
            String[] rows = {"0.5,0,1,1", "0.5,1,1,1", "0.5,2,1,1", "0.5,0,-1,1", "0.5,1,-1,1"};
            Object data = "alpaca_eval=" + baseline + ",alpaca_eval_gamed=" + gamed(rows);
            gamed(rows[0], rows[1], "0.5,2,x,1");
            assertRefusedAtOnce(server, "df_gamed.csv:4: std_delta_len", "--data", data);
            gamed(rows[0], rows[1], rows[3], rows[4], rows[3]);
            assertRefusedAtOnce(server, "has no row of index 2", "--data", data);
            gamed(rows[0], rows[1], rows[2]);
            assertRefusedAtOnce(server, "has 3 rows, too few", "--data", data);
        }
    }

    @Test
    void onePairHasNoLengthControlledWinRate() throws IOException {
        try (LoopbackJudge server = new LoopbackJudge()) {
            String[] rows = {"0.5,0,1,1", "0.5,1,1,1", "0.5,2,1,1", "0.5,0,-1,1", "0.5,1,-1,1"};
            Cli.Outcome outcome = Cli.run(arguments(
                    directory.resolve("evaluation"),
                    "--limit",
                    1,
                    "--judge",
                    server.endpoint(),
                    "--judge-model",
                    "j",
                    "--data",
                    "alpaca_eval=" + baseline + ",alpaca_eval_gamed=" + gamed(rows)));
            assertEquals(0, outcome.code(), outcome.err());
            assertTrue(outcome.out().contains("discrete_win_rate"), outcome.out());
            assertFalse(outcome.out().contains("length_controlled_winrate"), outcome.out());
        }
    }

    /** The bundled model with positions for the judge's prompt, and a template. */
    private Path judge() throws IOException {
        Path judge = Files.createDirectories(directory.resolve("judge"));
        try (Stream<Path> files = Files.list(Cli.TINY)) {
            for (Path file : files.toList()) {
                Files.copy(file, judge.resolve(file.getFileName()));
            }
        }
        Path config = judge.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"max_position_embeddings\": 512", "\"max_position_embeddings\": 4096"));
        Files.writeString(
                judge.resolve("chat_template.jinja"),
                "{% for message in messages %}{{ message['content'] }}\n{% endfor %}");
        return judge;
    }

    @Test
    void aCheckpointJudgesWhereTheModelsRunAndIsAnInput() throws IOException {
        Path judge = judge();
        Path output = directory.resolve("evaluation");
        Cli.Outcome outcome = Cli.run(arguments(output, "--limit", 1, "--judge", judge, "--provider", "auto"));
        assertEquals(0, outcome.code(), outcome.err());
        Path config = output.resolve("config.xml");
        String written = Files.readString(config);
        assertTrue(written.contains("name=\"provider\" value=\"AUTO\""), written);
        assertFalse(written.contains("name=\"provider\" value=\"CPU\""), written);
        Object[] reproduce = {"reproduce", "--config", config, "--output", directory.resolve("again")};
        Path weights = judge.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 4] ^= 1;
        Files.write(weights, bytes);
        Cli.Outcome changed = Cli.run(reproduce);
        assertEquals(Main.WRONG_INPUT, changed.code(), changed.out());
        assertTrue(
                changed.err().contains(judge + " has changed (benchmarks/alpaca_eval/judge/checkpoint)"),
                changed.err());
        bytes[bytes.length - 4] ^= 1;
        Files.write(weights, bytes);
        Cli.Outcome again = Cli.run(reproduce);
        assertTrue(again.out().contains("identical to the bit"), again.err());
    }
}
