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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.MaskedMleTerms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    private Path directory;

    private static Cli.Outcome done(Object... arguments) {
        Cli.Outcome outcome = Cli.run(arguments);
        assertEquals(Main.DONE, outcome.code(), outcome.err());
        return outcome;
    }

    private static byte[] adapter(Path run) throws IOException {
        return Files.readAllBytes(run.resolve("adapter/adapter_model.safetensors"));
    }

    private static List<JsonObject> scores(Object... model) {
        List<Object> arguments = new ArrayList<>(List.of("score"));
        arguments.addAll(Arrays.asList(model));
        arguments.addAll(List.of("--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 3, "--max-length", 96));
        return done(arguments.toArray())
                .out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static JsonArray measure(JsonObject document, String name) {
        return document.getAsJsonObject("measures").getAsJsonArray(name);
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static double[] losses(List<JsonObject> documents) {
        return documents.stream()
                .flatMap(d -> measure(d, "loss").asList().stream())
                .filter(loss -> !loss.isJsonNull())
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    @Test
    void trainsScoresExportsAndReproduces() throws IOException {
        Path run = directory.resolve("run");
        Cli.Outcome training = done(Cli.training(
                run,
                "--held-out",
                Cli.HELD_OUT + ",alpaca:" + Cli.INSTRUCTIONS,
                "--held-out-rows",
                4,
                "--learning-rate",
                0.01));
        assertTrue(training.out().contains("instructions-heldout"), training.out());
        for (String file : new String[] {
            "adapter/adapter_config.json", "model.tribuo", "config.xml", "log.jsonl", "table.txt", "result.json"
        }) {
            assertTrue(Files.size(run.resolve(file)) > 0, file);
        }
        try (Stream<Path> events = Files.list(run.resolve("events"))) {
            assertEquals(1, events.count());
        }
        assertTrue(Files.readString(run.resolve("table.txt")).contains("word-problems-heldout"));

        double[] losses = losses(scores("--model", run.resolve("model.tribuo")));
        double[] before = losses(scores("--checkpoint", Cli.TINY));
        assertTrue(Arrays.stream(losses).sum() < Arrays.stream(before).sum(), "training lowered the loss");
        assertArrayEquals(losses, losses(scores("--checkpoint", Cli.TINY, "--adapter", run.resolve("adapter"))));

        Path peft = directory.resolve("peft");
        Path merged = directory.resolve("merged");
        Object[] export = {
            "export", "--model", run.resolve("model.tribuo"), "--peft", peft, "--merged", merged, "--dtype", "f32"
        };
        done(export);
        assertArrayEquals(adapter(run), Files.readAllBytes(peft.resolve("adapter_model.safetensors")));
        assertArrayEquals(losses, losses(scores("--checkpoint", merged)), 1e-4);
        assertTrue(Cli.run(export).err().contains("exists and is not empty"));
        byte[] weights = Files.readAllBytes(merged.resolve("model.safetensors"));
        deleteAll(merged);
        done(export);
        assertArrayEquals(
                weights, Files.readAllBytes(merged.resolve("model.safetensors")), "goes on after the adapter");

        for (String[] from : new String[][] {{"--model", "model.tribuo"}, {"--config", "config.xml"}}) {
            Path again = directory.resolve("again" + from[0]);
            done("reproduce", from[0], run.resolve(from[1]), "--output", again);
            assertArrayEquals(adapter(run), adapter(again));
        }
    }

    @Test
    void scoreDescribesEveryToken() {
        List<JsonObject> documents = scores("--checkpoint", Cli.TINY, "--batch-size", 2);
        assertEquals(3, documents.size());
        for (JsonObject document : documents) {
            int length = document.getAsJsonArray("tokens").size();
            assertEquals(length, document.getAsJsonArray("completion").size());
            assertEquals(length, measure(document, "loss").size());
            assertEquals(length, measure(document, "entropy").size());
            for (int i = 0; i < length; i++) {
                boolean counts = document.getAsJsonArray("completion").get(i).getAsBoolean();
                assertEquals(!counts, measure(document, "loss").get(i).isJsonNull());
                assertEquals(!counts, measure(document, "entropy").get(i).isJsonNull());
            }
        }
        assertTrue(documents.get(1).get("title").getAsString().endsWith(".jsonl:2"));
        assertArrayEquals(losses(documents), losses(scores("--checkpoint", Cli.TINY, "--batch-size", 1)), 1e-4);
    }

    @Test
    void scoreMeasuresUncertainty() {
        List<JsonObject> documents = scores(
                "--checkpoint",
                Cli.TINY,
                "--uncertainty",
                "mc-dropout,hold-out-loss",
                "--samples",
                3,
                "--places",
                "all-linear");
        for (JsonObject document : documents) {
            for (int i = 0; i < measure(document, "loss").size(); i++) {
                if (!measure(document, "loss").get(i).isJsonNull()) {
                    assertTrue(measure(document, "epistemic").get(i).getAsDouble() > 0);
                    assertEquals(0, measure(document, "excess loss").get(i).getAsDouble());
                }
            }
        }
        assertArrayEquals(losses(documents), losses(scores("--checkpoint", Cli.TINY)), 1e-4);
    }

    @Test
    void scoresAreCsvIfTheFileIs() throws IOException {
        Path file = directory.resolve("deep/scores.csv");
        done(
                "score",
                "--checkpoint",
                Cli.TINY,
                "--data",
                Cli.HELD_OUT,
                "--format",
                "gsm8k",
                "--rows",
                1,
                "--output",
                file);
        assertEquals(
                "title,token,text,completion,selected,loss,entropy",
                Files.readAllLines(file).get(0));
    }

    @Test
    void explainsOnlyWhatItShows() throws IOException {
        Path data = Files.copy(Cli.HELD_OUT, directory.resolve("rows.jsonl"));
        Files.writeString(data, "{\"question\": \"no answer\"}\n", StandardOpenOption.APPEND);
        List<Object> arguments = new ArrayList<>(List.of("explain", "--checkpoint", Cli.TINY, "--data", data));
        arguments.addAll(List.of("--format", "gsm8k", "--documents", 2));
        String tables = done(arguments.toArray()).out();
        assertTrue(tables.contains("rows.jsonl:2"), tables);
        assertFalse(tables.contains("rows.jsonl:3"), tables);

        for (String name : List.of("deep/tables.txt", "measures.csv", "measures.jsonl")) {
            List<Object> written = new ArrayList<>(arguments);
            written.addAll(List.of("--output", directory.resolve(name)));
            assertEquals(
                    "Explained: " + directory.resolve(name) + "\n",
                    done(written.toArray()).out());
        }
        assertEquals(tables, Files.readString(directory.resolve("deep/tables.txt")));
        assertTrue(Files.readAllLines(directory.resolve("measures.csv")).get(0).contains("contribution"));
        assertEquals(2, Files.readAllLines(directory.resolve("measures.jsonl")).size());
    }

    @Test
    void aShortFormTrainsAndReproducesAsItsTerms() throws IOException {
        Path configs = Cli.RESOURCES.resolveSibling("tutorials").resolve("configs");
        String text = Files.readString(configs.resolve("quick-start.xml"))
                .replace("\"test-resources/", "\"" + Cli.RESOURCES + "/");
        String terms = MaskedMleTerms.named("long") + "</config>";
        Path config = Files.writeString(directory.resolve("both.xml"), text.replace("</config>", terms));
        for (String objective : List.of("masked-mle", "long")) {
            done(
                    "train",
                    "--config",
                    config,
                    "--@trainer.objective",
                    objective,
                    "--@problems.rows",
                    8,
                    "--@problemsHeldOut.rows",
                    2,
                    "--@instructions.rows",
                    2,
                    "--output",
                    directory.resolve(objective));
        }
        assertArrayEquals(adapter(directory.resolve("long")), adapter(directory.resolve("masked-mle")));
        String recorded = Files.readString(directory.resolve("masked-mle/config.xml"));
        assertTrue(recorded.contains("LabelTarget") && recorded.contains("TopQuantile"), recorded);
        Path again = directory.resolve("again");
        done("reproduce", "--config", directory.resolve("masked-mle/config.xml"), "--output", again);
        assertArrayEquals(adapter(directory.resolve("masked-mle")), adapter(again));
    }

    @Test
    void anInterruptedRunGoesOnToTheSameResult() throws IOException {
        Path run = directory.resolve("run");
        Interruption interruption = new Interruption();
        interruption.request();
        for (int step = 1; step <= 2; step++) {
            Cli.Outcome stopped = Cli.run(interruption, Cli.training(run, "--objective", "masked-mle"));
            assertEquals(Main.INTERRUPTED, stopped.code(), stopped.err());
            assertTrue(
                    stopped.err().contains("after step " + step + " of 3; start the same command again"),
                    stopped.err());
            assertFalse(Files.exists(run.resolve("result.json")));
        }
        Cli.Outcome other = Cli.run(Cli.training(run, "--objective", "mle"));
        assertEquals(Main.WRONG_INPUT, other.code());
        assertTrue(other.err().contains("objective.terms.0.normaliser was SELECTED, is now VALID"), other.err());
        done(Cli.training(run, "--objective", "masked-mle"));
        Path straight = directory.resolve("straight");
        done(Cli.training(straight, "--objective", "masked-mle"));
        assertArrayEquals(adapter(straight), adapter(run));
    }

    private static JsonObject withoutTimes(Path run) throws IOException {
        JsonObject result = JsonParser.parseString(Files.readString(run.resolve("result.json")))
                .getAsJsonObject();
        result.remove("tokensPerSecond");
        result.remove("seconds");
        return result;
    }

    @Test
    void aRunWithoutStepsLeftFinishes() throws IOException {
        Path straight = directory.resolve("straight");
        done(Cli.training(straight, "--objective", "masked-mle"));
        Path run = directory.resolve("run");
        Path blocked = Files.createDirectories(run.resolve("model.tribuo/full"));
        assertEquals(
                Main.WRONG_INPUT,
                Cli.run(Cli.training(run, "--objective", "masked-mle")).code());
        assertTrue(Files.exists(run.resolve("state.safetensors")), "the state is kept until the results are there");
        Files.delete(blocked);
        Files.delete(blocked.getParent());
        long lines = Files.readAllLines(run.resolve("log.jsonl")).stream()
                .filter(line -> line.contains("\"event\":\"step\""))
                .count();
        done(Cli.training(run, "--objective", "masked-mle"));
        assertEquals(
                lines,
                Files.readAllLines(run.resolve("log.jsonl")).stream()
                        .filter(line -> line.contains("\"event\":\"step\""))
                        .count(),
                "nothing is trained again");
        assertEquals(withoutTimes(straight), withoutTimes(run));
        assertArrayEquals(adapter(straight), adapter(run));
        assertFalse(Files.exists(run.resolve("state.safetensors")));
        String again = done(Cli.training(run, "--objective", "masked-mle")).out();
        assertTrue(again.contains("Using the finished run"), again);
    }

    @Test
    void aResumedRunReportsAllItsSteps() throws IOException {
        Interruption interruption = new Interruption();
        interruption.request();
        Path run = directory.resolve("run");
        assertEquals(
                Main.INTERRUPTED,
                Cli.run(interruption, Cli.training(run, "--objective", "masked-mle"))
                        .code());
        done(Cli.training(run, "--objective", "masked-mle"));
        Path straight = directory.resolve("straight");
        done(Cli.training(straight, "--objective", "masked-mle"));
        assertEquals(withoutTimes(straight), withoutTimes(run));
    }

    @Test
    void scoresThatCannotBeWrittenLeaveNoFile() throws IOException {
        Path file = Files.createDirectory(directory.resolve("scores.jsonl"));
        Files.createFile(file.resolve("in-the-way"));
        Object[] score = {
            "score", "--checkpoint", Cli.TINY, "--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 1, "--output"
        };
        Object[] toDirectory = Arrays.copyOf(score, score.length + 1);
        toDirectory[score.length] = file;
        assertEquals(Main.WRONG_INPUT, Cli.run(toDirectory).code());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(file), left.toList());
        }
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        Object[] toDevice = Arrays.copyOf(score, score.length + 1);
        toDevice[score.length] = full;
        Cli.Outcome refused = Cli.run(toDevice);
        assertEquals(Main.WRONG_INPUT, refused.code());
        assertTrue(refused.err().contains("/dev/full"), refused.err());
    }

    @Test
    void whatStandardOutputDoesNotTakeIsAFailure() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream broken = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        List<String> score = List.of(
                "score", "--checkpoint", Cli.TINY.toString(), "--data", Cli.HELD_OUT.toString(), "--format", "gsm8k");
        assertEquals(Main.WRONG_INPUT, Main.run(score, broken, new PrintStream(err)));
        assertTrue(err.toString().contains("Standard output took no more"), err.toString());
    }

    @Test
    void logsDoNotFollowLinksOutOfTheDirectory() throws IOException {
        for (String name : List.of("log.jsonl", "run.lock", "events")) {
            Path outside = name.equals("events")
                    ? Files.createDirectory(directory.resolve("outside-events"))
                    : Files.writeString(directory.resolve("outside-" + name), "mine");
            Path run = Files.createDirectory(directory.resolve("run-" + name));
            Files.createSymbolicLink(run.resolve(name), outside);
            Cli.Outcome refused = Cli.run(Cli.training(run));
            assertEquals(Main.WRONG_INPUT, refused.code());
            assertTrue(refused.err().contains(name), refused.err());
            if (Files.isRegularFile(outside)) {
                assertEquals("mine", Files.readString(outside));
            } else {
                try (Stream<Path> files = Files.list(outside)) {
                    assertEquals(0, files.count());
                }
            }
        }
    }

    @Test
    void aFinishedRunIsNotDoneAgain() throws IOException {
        Path run = directory.resolve("run");
        done(Cli.training(run));
        String log = Files.readString(run.resolve("log.jsonl"));
        assertTrue(done(Cli.training(run)).out().contains("Using the finished run"));
        Cli.Outcome other = Cli.run(Cli.training(run, "--seed", 2));
        assertEquals(Main.WRONG_INPUT, other.code());
        assertTrue(other.err().contains("result of other settings"), other.err());
        assertEquals(log, Files.readString(run.resolve("log.jsonl")));
    }

    @Test
    void theTemplateIsThePublishedOne() throws IOException {
        Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
        try (Stream<Path> files = Files.list(Cli.TINY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, checkpoint.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                checkpoint.resolve("chat_template.jinja"),
                "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>\n{% endfor %}"
                        + "{% if add_generation_prompt %}<assistant>{% endif %}");
        Path run = directory.resolve("run");
        done(Cli.training(
                run,
                "--checkpoint",
                checkpoint,
                "--template",
                "auto",
                "--max-length",
                256,
                "--held-out",
                Cli.HELD_OUT,
                "--held-out-rows",
                2));
        String configuration = Files.readString(run.resolve("config.xml"));
        assertTrue(configuration.contains("llm.data.template.ChatTemplate"), configuration);
    }

    @Test
    void comparesObjectives() throws IOException {
        Path output = directory.resolve("comparison");
        Object[] arguments =
                Cli.training(output, "--held-out", Cli.HELD_OUT, "--out-of-distribution", "alpaca:" + Cli.INSTRUCTIONS);
        arguments[0] = "compare";
        List<Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--held-out-rows", 4, "--documents", 1));
        String table = done(all.toArray()).out();
        for (String row : new String[] {"before training", "mle ", "masked-mle ", "masked-mle-distill "}) {
            assertTrue(table.contains("\n" + row), table);
        }
        JsonObject report = JsonParser.parseString(Files.readString(output.resolve("report.json")))
                .getAsJsonObject();
        assertEquals(4, report.getAsJsonArray("models").size());
        report.getAsJsonArray("models")
                .forEach(model -> assertEquals(
                        2, model.getAsJsonObject().getAsJsonObject("held_out").size()));
        String page = Files.readString(output.resolve("report.html"));
        assertTrue(page.contains("After masked-mle-distill"));
        assertTrue(page.contains("class=\"t m0-"));
        assertTrue(page.contains("<label for=\"m1\">entropy</label>"));
        assertFalse(page.contains("src=\"http"));
        assertFalse(Files.exists(output.resolve("masked-mle-distill/reference")), "the reference is the run of mle");
        assertTrue(done(all.toArray()).out().contains("Using the finished run"));
    }

    @Test
    void trainsFromAConfigurationWithValuesChanged() throws IOException {
        Path configs = Cli.RESOURCES.resolveSibling("tutorials").resolve("configs");
        Path run = directory.resolve("run");
        done(
                "train",
                "--config",
                configs.resolve("gsm8k-masked-mle.xml"),
                "--@checkpoint",
                Cli.TINY,
                "--@trainFile",
                Cli.PROBLEMS,
                "--@testFile",
                Cli.HELD_OUT,
                "--@otherFile",
                Cli.INSTRUCTIONS,
                "--@trainRows.rows",
                8,
                "--@testRows.rows",
                2,
                "--@otherRows.rows",
                2,
                "--@lora.rank",
                3,
                "--output",
                run);
        String config = Files.readString(run.resolve("adapter/adapter_config.json"));
        assertTrue(config.contains("\"r\": 3"), config);
    }

    @Test
    void nothingButResultsGoesToStandardOutput() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "score",
                        "--checkpoint",
                        Cli.TINY.toString(),
                        "--data",
                        Cli.HELD_OUT.toString(),
                        "--format",
                        "gsm8k",
                        "--rows",
                        "2")
                .redirectError(
                        ProcessBuilder.Redirect.to(directory.resolve("err").toFile()))
                .start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        String err = Files.readString(directory.resolve("err"));
        assertEquals(0, process.waitFor(), err);
        assertEquals(
                2, out.lines().filter(line -> line.startsWith("{\"title\"")).count());
        assertEquals(2, out.lines().count(), out);
        assertTrue(err.lines().allMatch(line -> line.matches("INFO .*|about .* of memory .*|.* mean loss .*")), err);
    }
}
