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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.reproduction.EvaluationReproduction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models are measured from the command line. */
final class EvaluateCommandTest {
    private static final Path ADAPTER = Cli.RESOURCES.resolve("fixtures/adapters/tiny-llama/all-linear");
    private static final String DATA = "gsm8k=" + Cli.HELD_OUT + ",gsm8k_train=" + Cli.PROBLEMS;

    @TempDir
    private Path directory;

    private static Object[] arguments(Path output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("--batch-size", 2, "--max-gen-toks", 8, "--num-fewshot", 1));
        arguments.addAll(Arrays.asList(more));
        return evaluate(output, arguments.toArray());
    }

    private static Object[] evaluate(Path output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("evaluate", "--checkpoint", Cli.TINY, "--output", output));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray();
    }

    private static Object[] gsm8k(Path output, int limit) {
        return arguments(output, "--tasks", "gsm8k", "--data", DATA, "--limit", limit);
    }

    private static List<Path> files(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static String samples(Path folder) throws IOException {
        return Files.readString(files(folder, "samples_").get(0));
    }

    private static void assertRefused(String message, Object... arguments) {
        Cli.Outcome outcome = Cli.run(arguments);
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.out());
        assertTrue(outcome.err().contains(message), outcome.err());
    }

    @Test
    void modelsThatShareABaseAreMeasuredComparedAndShown() throws IOException {
        Path output = directory.resolve("evaluation");
        Cli.Outcome outcome = Cli.run(arguments(
                output,
                "--adapter",
                "tuned=" + ADAPTER,
                "--tasks",
                "gsm8k,held_out",
                "--data",
                DATA + ",held_out=gsm8k:" + Cli.HELD_OUT,
                "--limit",
                4));
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("perplexity"), outcome.out());
        assertTrue(outcome.out().contains("tuned: held_out, nll  "), outcome.out());
        assertFalse(outcome.out().contains("SummaryTable["), outcome.out());
        for (String model : List.of("tiny-llama", "tuned")) {
            JsonObject results = JsonParser.parseString(Files.readString(
                            files(output.resolve(model), "results_").get(0)))
                    .getAsJsonObject();
            assertEquals(model, results.get("model_name").getAsString());
            assertTrue(results.getAsJsonObject("results")
                    .getAsJsonObject("held_out")
                    .has("ece,none"));
            assertFalse(results.getAsJsonObject("higher_is_better")
                    .getAsJsonObject("held_out")
                    .get("nll")
                    .getAsBoolean());
            assertEquals(2, files(output.resolve(model), "samples_").size());
        }
        String page = Files.readString(output.resolve("report.html"));
        assertTrue(page.contains("tuned: strict-match wrong, flexible-extract wrong"), "verdicts are missing");
        for (String picture : List.of("scores", "gains", "beaten", "reliability-held_out")) {
            assertEquals(
                    1280,
                    ImageIO.read(output.resolve(picture + ".png").toFile()).getWidth(),
                    picture);
        }
        assertEquals(3, Files.readAllLines(output.resolve("comparisons.csv")).size());
        assertFalse(Files.exists(output.resolve("unfinished")));
    }

    @Test
    void severalHeldOutSetsHaveANameEach() throws IOException {
        Path output = directory.resolve("evaluation");
        Cli.Outcome outcome = Cli.run(evaluate(
                output,
                "--tasks",
                "held_out_problems,held_out_instructions",
                "--data",
                "held_out_problems=gsm8k:" + Cli.HELD_OUT + ",held_out_instructions=alpaca:" + Cli.INSTRUCTIONS,
                "--limit",
                2));
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("held_out_instructions"), outcome.out());
        assertEquals(2, files(output.resolve("tiny-llama"), "samples_held_out_").size());
        assertRefused(
                "--data held_out_more=FORMAT:FILE is missing",
                evaluate(directory.resolve("other"), "--tasks", "held_out_more"));
    }

    @Test
    void moreModelsThanAChartTellsApartGetSeveral() {
        Path output = directory.resolve("evaluation");
        String adapters = IntStream.range(0, 7)
                .mapToObj(i -> "model-" + i + "=" + ADAPTER)
                .collect(Collectors.joining(","));
        String data = "held_out=alpaca:" + Cli.INSTRUCTIONS;
        Cli.Outcome outcome =
                Cli.run(evaluate(output, "--adapter", adapters, "--tasks", "held_out", "--data", data, "--limit", 2));
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(Files.exists(output.resolve("reliability-held_out-2.png")));
        assertFalse(Files.exists(output.resolve("gains-2.png")));
    }

    @Test
    void anInterruptedEvaluationGoesOnAndEndsInTheSameFiles() throws IOException {
        Path whole = directory.resolve("whole");
        Path broken = directory.resolve("broken");
        assertEquals(0, Cli.run(gsm8k(whole, 40)).code());
        Interruption interruption = new Interruption();
        interruption.request();
        Cli.Outcome stopped = Cli.run(interruption, gsm8k(broken, 40));
        assertEquals(Main.INTERRUPTED, stopped.code(), stopped.err());
        assertTrue(stopped.err().contains("of 40 prompts of tiny-llama"), stopped.err());
        assertTrue(Files.exists(broken.resolve("unfinished/tiny-llama/gsm8k.jsonl")));
        assertRefused("holds what another job began", gsm8k(broken, 3));
        assertEquals(0, Cli.run(gsm8k(broken, 40)).code());
        assertEquals(samples(whole), samples(broken));
        assertEquals(Files.readString(whole.resolve("report.html")), Files.readString(broken.resolve("report.html")));
        assertRefused("holds a finished run", gsm8k(broken, 40));
    }

    @Test
    void anEvaluationIsMadeAgainFromItsConfiguration() throws IOException {
        Path output = directory.resolve("evaluation");
        assertEquals(0, Cli.run(gsm8k(output, 4)).code());
        Path config = output.resolve("config.xml");
        Cli.Outcome again = Cli.run("reproduce", "--config", config, "--output", directory.resolve("again"));
        assertEquals(0, again.code(), again.err());
        assertTrue(again.out().contains("Reproduced, identical to the bit"), again.out());
        assertEquals(samples(output), samples(directory.resolve("again")));
        String shorter =
                Files.readString(config).replace("name=\"maxTokens\" value=\"8\"", "name=\"maxTokens\" value=\"3\"");
        Files.writeString(config, shorter);
        assertRefused("are not the same", "reproduce", "--config", config, "--output", directory.resolve("other"));
    }

    @Test
    void aConfigurationIsReplacedAsAWhole() throws IOException {
        Path output = directory.resolve("evaluation");
        assertEquals(0, Cli.run(gsm8k(output, 1)).code());
        Path config = output.resolve("config.xml");
        byte[] written = Files.readAllBytes(config);
        Files.writeString(config, "<!-- older -->\n", StandardOpenOption.APPEND);
        byte[] older = Files.readAllBytes(config);
        Path link = Files.createLink(directory.resolve("link.xml"), config);
        EvaluationReproduction.load(config, List.of()).orElseThrow().save(config);
        assertArrayEquals(written, Files.readAllBytes(config));
        assertArrayEquals(older, Files.readAllBytes(link));
    }

    @Test
    void dataThatChangedAreNamed() throws IOException {
        Path questions = Files.copy(Cli.HELD_OUT, directory.resolve("test.jsonl"));
        Path shots = Files.copy(Cli.PROBLEMS, directory.resolve("train.jsonl"));
        Path output = directory.resolve("evaluation");
        Object[] run = arguments(output, "--tasks", "gsm8k", "--data", "gsm8k=" + directory, "--limit", 1);
        assertEquals(0, Cli.run(run).code());
        for (Path changed : List.of(questions, shots)) {
            Files.writeString(changed, "\n", StandardOpenOption.APPEND);
        }
        for (Path changed : List.of(questions, shots)) {
            assertRefused(
                    changed + " has changed (",
                    "reproduce",
                    "--config",
                    output.resolve("config.xml"),
                    "--output",
                    directory.resolve("again"));
        }
    }

    @Test
    void missingDataSayWhereTheyComeFrom() {
        Path output = directory.resolve("evaluation");
        assertRefused("https://github.com/openai/grade-school-math", arguments(output, "--tasks", "gsm8k_cot"));
        assertRefused("instruction_following_eval", arguments(output, "--tasks", "ifeval"));
        assertRefused("--data held_out=FORMAT:FILE is missing", evaluate(output, "--tasks", "held_out"));
        assertRefused(
                "say what its rows look like",
                evaluate(output, "--tasks", "held_out", "--data", "held_out=" + Cli.HELD_OUT));
        assertFalse(Files.exists(output), "something was written");
    }

    @Test
    void wrongOptionsAreNamed() {
        Path output = directory.resolve("evaluation");
        assertRefused("there is no 'mmlu'", arguments(output, "--tasks", "mmlu"));
        assertRefused("--tasks is missing", arguments(output));
        assertRefused("no task has data named x", arguments(output, "--tasks", "gsm8k", "--data", "x=y"));
        assertRefused("expected NAME=PATH", arguments(output, "--tasks", "gsm8k", "--data", "gsm8k"));
        assertRefused(
                "no adapter_config.json",
                arguments(output, "--tasks", "gsm8k", "--data", DATA, "--adapter", "a=" + directory));
        assertRefused(
                "there is no model 'b'",
                arguments(output, "--tasks", "gsm8k", "--data", DATA, "--adapter", "a=" + ADAPTER, "--baseline", "b"));
        assertRefused("acts only with --apply-chat-template", arguments(output, "--fewshot-as-multiturn"));
    }

    @Test
    void optionsAreNamedWhereTheyAreWrong() {
        Path output = directory.resolve("evaluation");
        Object[] usual = {"--tasks", "gsm8k", "--data", DATA, "--adapter", "a=" + ADAPTER};
        for (String wrong : List.of("--max-gen-toks 0", "--num-fewshot -1", "--limit -1", "--batch-size -1")) {
            List<Object> options = new ArrayList<>(Arrays.asList(evaluate(output, usual)));
            options.addAll(List.of(wrong.split(" ")));
            assertRefused(wrong.split(" ")[0] + ": must be at least", options.toArray());
        }
        assertRefused(
                "--adapter: '.a' is no name",
                evaluate(output, "--tasks", "gsm8k", "--data", DATA, "--adapter", ".a=" + ADAPTER));
        assertRefused(
                "--adapter: 'report.html' is",
                evaluate(output, "--tasks", "gsm8k", "--data", DATA, "--adapter", "report.html=" + ADAPTER));
        assertRefused("--tasks: gsm8k is given twice", evaluate(output, "--tasks", "gsm8k,gsm8k", "--data", DATA));
    }

    @Test
    void wrongDataOfALaterTaskAndAdaptersOfAnotherBaseAreFoundBeforeAnyAnswer() throws IOException {
        Path output = directory.resolve("evaluation");
        Path rows = Files.writeString(directory.resolve("rows.jsonl"), "{\"question\": \"How many?\"}\n");
        assertRefused(
                "rows.jsonl",
                evaluate(
                        output, "--tasks", "gsm8k,held_out", "--data", DATA + ",held_out=gsm8k:" + rows, "--limit", 1));
        assertFalse(Files.exists(output), "something was answered");
        Path other = copyOf(ADAPTER, directory.resolve("other"));
        Path file = other.resolve("adapter_config.json");
        Files.writeString(file, Files.readString(file).replaceAll("\"r\": *\\d+", "\"r\": 3"));
        assertRefused(
                other.toString(),
                evaluate(output, "--tasks", "gsm8k", "--data", DATA, "--adapter", "other=" + other, "--limit", 1));
        assertFalse(Files.exists(output), "something was answered");
    }

    private static Path copyOf(Path folder, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    @Test
    void namesThatTheResultsNeedAreRefused() {
        for (String name : List.of("unfinished", "report.html", "scores.png", "a".repeat(101))) {
            assertRefused(
                    "take another name",
                    arguments(
                            directory.resolve("out"),
                            "--adapter",
                            name + "=" + ADAPTER,
                            "--tasks",
                            "gsm8k",
                            "--data",
                            DATA));
        }
    }

    @Test
    void aConfigurationThatSaysLessReproducesNothing() throws IOException {
        Path output = directory.resolve("evaluation");
        assertEquals(0, Cli.run(gsm8k(output, 2)).code());
        String written = Files.readString(output.resolve("config.xml"));
        for (String field : List.of("results", "inputs")) {
            Path edited = Files.writeString(
                    directory.resolve(field + ".xml"),
                    written.replaceAll("(?s)<propertymap name=\"" + field + "\">.*?</propertymap>", ""));
            assertRefused(
                    "The field " + field + " of evaluation-reproduction",
                    "reproduce",
                    "--config",
                    edited,
                    "--output",
                    directory.resolve("again-" + field));
        }
    }

    @Test
    void anotherBatchSizeDoesNotGoOn() throws IOException {
        Path output = directory.resolve("evaluation");
        Interruption interruption = new Interruption();
        interruption.request();
        assertEquals(Main.INTERRUPTED, Cli.run(interruption, gsm8k(output, 4)).code());
        List<Object> other = new ArrayList<>(Arrays.asList(gsm8k(output, 4)));
        other.set(other.indexOf("--batch-size") + 1, 3);
        assertRefused("was begun with", other.toArray());
    }

    @Test
    void longHeldOutRowsAreCutToThePositions() throws IOException {
        Path rows = Files.writeString(
                directory.resolve("long.jsonl"),
                "{\"question\": \"Tell.\", \"answer\": \"" + "12 + 30 = 42. ".repeat(300) + "\"}\n");
        Path output = directory.resolve("evaluation");
        Cli.Outcome outcome = Cli.run(
                "evaluate",
                "--checkpoint",
                Cli.TINY,
                "--tasks",
                "held_out",
                "--data",
                "held_out=gsm8k:" + rows,
                "--output",
                output);
        assertEquals(0, outcome.code(), outcome.err());
    }

    @Test
    void settingsThatCannotActAndOutputsThatCannotBeAreRefused() throws IOException {
        Path output = directory.resolve("out");
        assertRefused(
                "--html-prompts: must be at least 1",
                arguments(output, "--tasks", "gsm8k", "--data", DATA, "--html-prompts", 0));
        assertRefused("'' is no directory", gsm8k(Path.of(""), 2));
        assertRefused("is no directory", gsm8k(Files.writeString(directory.resolve("file"), ""), 2));
        assertRefused(
                "--num-fewshot acts only with a task of answers",
                "evaluate",
                "--checkpoint",
                Cli.TINY,
                "--tasks",
                "held_out",
                "--num-fewshot",
                1,
                "--data",
                "held_out=gsm8k:" + Cli.HELD_OUT,
                "--output",
                output);
        Path whole = directory.resolve("whole");
        List<Object> endless = new ArrayList<>(Arrays.asList(gsm8k(whole, 1)));
        endless.set(endless.indexOf("--max-gen-toks") + 1, Integer.MAX_VALUE);
        assertEquals(0, Cli.run(endless.toArray()).code());
        String page = Files.readString(whole.resolve("report.html"));
        assertTrue(page.contains("\u2026") && page.contains("Answer:"), "the question is not shown");
    }

    @ParameterizedTest
    @CsvSource({"int8, 0.02", "int4, 0.2"})
    void roundedWeightsAreMeasuredAndMadeAgain(String storage, double tolerance) throws IOException {
        Object[] heldOut = {"--tasks", "held_out", "--data", "held_out=gsm8k:" + Cli.HELD_OUT, "--limit", 8};
        Path floats = directory.resolve("floats");
        Path rounded = directory.resolve(storage);
        assertEquals(0, Cli.run(evaluate(floats, heldOut)).code());
        List<Object> choice = new ArrayList<>(Arrays.asList(heldOut));
        choice.addAll(List.of("--storage", storage));
        assertEquals(0, Cli.run(evaluate(rounded, choice.toArray())).code());
        double exact = loss(floats);
        double found = loss(rounded);
        assertTrue(Math.abs(exact - found) < tolerance && exact != found, exact + " and " + found);
        Cli.Outcome again =
                Cli.run("reproduce", "--config", rounded.resolve("config.xml"), "--output", directory.resolve("again"));
        assertTrue(again.out().contains("identical to the bit"), again.err());
    }

    private static double loss(Path output) throws IOException {
        return JsonParser.parseString(Files.readString(
                        files(output.resolve("tiny-llama"), "results_").get(0)))
                .getAsJsonObject()
                .getAsJsonObject("results")
                .getAsJsonObject("held_out")
                .get("nll,none")
                .getAsDouble();
    }
}
