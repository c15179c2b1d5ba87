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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.LockFile;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts are answered from the command line. */
final class GenerateCommandTest {
    @TempDir
    private Path directory;

    private static Cli.Outcome generate(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--checkpoint", Cli.TINY));
        arguments.addAll(Arrays.asList(more));
        return Cli.run(arguments.toArray());
    }

    private Object[] file(Path output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("--data", Cli.HELD_OUT, "--format", "gsm8k"));
        arguments.addAll(List.of("--template", "question-answer", "--rows", 40, "--max-new-tokens", 8));
        arguments.addAll(List.of("--batch-size", 2, "--output", output));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray();
    }

    @Test
    void aPromptIsAnsweredAndTheScoresAreTold() {
        Cli.Outcome outcome =
                generate("--prompt", "What is 1+1?", "--template", "plain", "--max-new-tokens", 5, "--truth");
        assertEquals(0, outcome.code(), outcome.err());
        assertFalse(outcome.out().isBlank());
        assertTrue(outcome.err().contains("5 tokens; sequence_probability "), outcome.err());
        assertTrue(outcome.err().contains("p_true"), outcome.err());
    }

    @Test
    void aFileOfPromptsBecomesLinesATableAndAPage() throws IOException {
        Path lines = directory.resolve("answers.jsonl");
        Path page = directory.resolve("answers.html");
        Cli.Outcome outcome = generate(file(lines, "--html", page, "--do-sample", "--samples", 2, "--alternatives", 2));
        assertEquals(0, outcome.code(), outcome.err());
        List<String> written = Files.readAllLines(lines);
        assertEquals(40, written.size());
        JsonObject first = JsonParser.parseString(written.get(0)).getAsJsonObject();
        assertTrue(first.get("origin").getAsString().endsWith("word-problems-heldout.jsonl:1"));
        assertFalse(first.get("reference").getAsString().isEmpty());
        assertEquals(2, first.getAsJsonArray("answers").size());
        JsonObject answer = first.getAsJsonArray("answers").get(0).getAsJsonObject();
        JsonObject token = answer.getAsJsonArray("tokens").get(0).getAsJsonObject();
        assertEquals(2, token.getAsJsonArray("alternatives").size());
        assertTrue(token.get("log_probability").getAsDouble() <= 0);
        assertTrue(first.getAsJsonObject("scores").get("lexical_similarity").getAsDouble() <= 0);
        assertFalse(Files.exists(directory.resolve("answers.jsonl.part")));
        String html = Files.readString(page);
        assertTrue(html.contains("Answer 2") && html.contains("entropy"), "no second answer");

        Path table = directory.resolve("answers.csv");
        assertEquals(0, generate(file(table, "--do-sample", "--samples", 2)).code());
        assertTrue(Files.readString(table).startsWith("origin,sample,prompt,text,finish,length,sequence_probability"));
    }

    @Test
    void anInterruptedJobGoesOnAndEndsInTheSameFile() throws IOException {
        Path whole = directory.resolve("whole.jsonl");
        Path broken = directory.resolve("broken.jsonl");
        Path part = directory.resolve("broken.jsonl.part");
        assertEquals(0, generate(file(whole, "--tokens")).code());

        Interruption interruption = new Interruption();
        interruption.request();
        List<Object> arguments = new ArrayList<>(List.of("generate", "--checkpoint", Cli.TINY));
        arguments.addAll(Arrays.asList(file(broken, "--tokens")));
        Cli.Outcome stopped = Cli.run(interruption, arguments.toArray());
        assertEquals(Main.INTERRUPTED, stopped.code(), stopped.err());
        assertTrue(stopped.err().contains("Stopped: 0 of 40 prompts are kept"), stopped.err());

        assertEquals(0, generate(file(broken, "--tokens")).code());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(broken));
        assertFalse(Files.exists(part));
    }

    @Test
    void whatAnotherJobBeganIsNotGoneOnWith() throws IOException {
        Path output = directory.resolve("answers.jsonl");
        Files.writeString(directory.resolve("answers.jsonl.part"), "another job\n");
        Cli.Outcome outcome = generate(file(output));
        assertEquals(Main.WRONG_INPUT, outcome.code());
        assertTrue(outcome.err().contains("answers.jsonl.part holds what another job began"), outcome.err());
        assertFalse(Files.exists(output));
    }

    @Test
    void eachTokenHasTheUncertaintyThatIsAskedFor() throws IOException {
        Path lines = directory.resolve("answers.jsonl");
        Path table = directory.resolve("answers.csv");
        Path page = directory.resolve("answers.html");
        Object[] dropout = {"--uncertainty", "mc-dropout", "--uncertainty-samples", 3, "--places", "all-linear"};
        Cli.Outcome outcome = generate(and(and(file(lines, "--html", page, "--tokens"), dropout), "--rate", 0.2));
        assertEquals(0, outcome.code(), outcome.err());
        JsonObject answer = JsonParser.parseString(Files.readAllLines(lines).get(39))
                .getAsJsonObject()
                .getAsJsonArray("answers")
                .get(0)
                .getAsJsonObject();
        double sum = 0;
        for (JsonElement token : answer.getAsJsonArray("tokens")) {
            JsonObject measures = token.getAsJsonObject().getAsJsonObject("measures");
            double epistemic = measures.get("epistemic").getAsDouble();
            assertEquals(
                    measures.get("total").getAsDouble(),
                    measures.get("aleatoric").getAsDouble() + epistemic,
                    1e-4);
            sum += epistemic;
        }
        double mean = answer.getAsJsonObject("scores").get("mean_epistemic").getAsDouble();
        assertEquals(sum / answer.get("length").getAsInt(), mean, 1e-6);
        assertTrue(mean > 1e-3, "mean " + mean);
        assertTrue(Files.readString(page).contains("epistemic"));

        assertEquals(0, generate(and(file(table), dropout)).code());
        assertTrue(Files.readString(table).lines().findFirst().orElseThrow().contains(",mean_epistemic,"));
        Cli.Outcome one = generate(and(dropout, "--prompt", "1+1=", "--template", "plain", "--max-new-tokens", 3));
        assertTrue(one.err().contains(", mean epistemic "), one.err());
    }

    @Test
    void uncertaintyThatCannotActIsRefused() {
        Object[] plain = {"--template", "plain", "--prompt", "1+1"};
        assertRefused("--rate acts only with --uncertainty mc-dropout", and(plain, "--rate", 0.2));
        assertRefused("choose one of mc-dropout, ensemble", and(plain, "--uncertainty", "hold-out-loss"));
        assertRefused("--members is missing", and(plain, "--uncertainty", "ensemble"));
        Object[] dropout = and(plain, "--uncertainty", "mc-dropout");
        assertRefused("--members acts only with --uncertainty ensemble", and(dropout, "--members", "a,b"));
        assertRefused("--uncertainty-samples: must be at least 2", and(dropout, "--uncertainty-samples", 1));
        assertRefused("--rate: must be in [0, 1)", and(dropout, "--rate", 1));
        assertRefused("LoRA dropout needs an adapter", and(dropout, "--places", "lora"));
    }

    @Test
    void moreTokensThanPositionsEndAtTheLastPosition() {
        Object[] plain = {"--template", "plain", "--prompt", "1+1", "--max-new-tokens", 9000};
        Cli.Outcome outcome = generate(plain);
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith("508 tokens; "), outcome.err());
    }

    private static void assertRefused(String part, Object... arguments) {
        assertRefused(part, generate(arguments));
    }

    private static void assertRefused(String part, Cli.Outcome outcome) {
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains(part), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eos-token-id",
                "forced-eos-token-id",
                "forced-bos-token-id",
                "suppress-tokens",
                "begin-suppress-tokens",
                "bad-words-ids"
            })
    void tokensThatTheModelLacksAreRefused(String option) {
        Object[] plain = {"--template", "plain", "--prompt", "a", "--max-new-tokens", 3};
        assertRefused("--" + option + ": must be below the vocabulary's 1024 tokens", and(plain, "--" + option, 1024));
        assertEquals(0, generate(and(plain, "--" + option, 1023)).code());
        assertRefused("--" + option + ": must be ", and(plain, "--" + option + "=-1"));
    }

    @Test
    void anAnswerThatCannotBeAsLongAsItHasToBeIsRefused() {
        Object[] plain = {"--template", "plain", "--prompt", "a"};
        assertRefused(
                "its answer at least 600, but the model has 512 positions",
                and(plain, "--min-new-tokens", 600, "--max-new-tokens", 600));
        assertRefused(
                "at least 600, but the model has 512 positions",
                and(plain, "--min-new-tokens", 600, "--no-checkpoint-defaults"));
        assertRefused(
                "at least 300 tokens and at most 256", and(plain, "--min-new-tokens", 300, "--no-checkpoint-defaults"));
        assertRefused("but the model has 512 positions", and(plain, "--min-length-with-prompt", 513));
    }

    @Test
    void whatCannotActIsRefused() {
        Object[] plain = {"--template", "plain", "--prompt", "1+1"};
        Path table = directory.resolve("answers.csv");
        assertRefused("--seed: acts on draws only; draw with --do-sample", and(plain, "--seed", 3));
        assertRefused("--html-documents acts only with --html FILE", and(plain, "--html-documents", 3));
        assertRefused("--tokens acts only on JSON lines", and(plain, "--tokens"));
        assertRefused("--alternatives acts only on JSON lines", and(plain, "--alternatives", 2));
        assertRefused("--tokens acts only on JSON lines", and(plain, "--tokens", "--output", table));
        assertEquals(
                0,
                generate(and(plain, "--do-sample", "--seed", 3, "--max-new-tokens", 2))
                        .code());
    }

    @Test
    void messagesHaveTheNamesOfOptions() {
        Object[] plain = {"--template", "plain", "--prompt", "1+1"};
        assertRefused("Error: --prompt: the message to answer is empty", "--template", "plain", "--prompt", "");
        assertRefused(
                "--min-new-tokens: is 5, more than --max-new-tokens, 3",
                and(plain, "--min-new-tokens", 5, "--max-new-tokens", 3));
        assertRefused("comes each time without --do-sample", and(plain, "--do-sample", "--temperature", 0));
        assertRefused(
                "--prompt has 4 tokens, so that --max-length-with-prompt, 2 for prompt and answer, leaves no room;"
                        + " raise it, or set --max-new-tokens",
                and(plain, "--max-length-with-prompt", 2));
    }

    @Test
    void badInputIsNamed() {
        Object[] plain = {"--template", "plain", "--prompt", "1+1"};
        assertRefused("Give either --prompt TEXT or --data FILE");
        assertRefused("the message to answer is empty", "--template", "plain", "--prompt", "");
        assertRefused("publishes no chat template", "--prompt", "1+1");
        assertRefused("--stop-strings: a stop string is empty", and(plain, "--stop-strings", "a,,b"));
        assertRefused("--temperature: must lie in [1.0E-30, 3.4e38]", and(plain, "--do-sample", "--temperature", 0));
        assertRefused("--temperature: acts on draws only", and(plain, "--temperature", 0.5));
        assertRefused("--top-p: must lie in [0, 1]", and(plain, "--do-sample", "--top-p", 2));
        assertRefused("--samples: acts on draws only", and(plain, "--samples", 3));
        assertRefused("--max-new-tokens: must be at least 1", and(plain, "--max-new-tokens", 0));
        assertRefused("--batch-size: must be at least 1", and(plain, "--batch-size", 0));
        assertRefused("exclude each other", and(plain, "--do-sample", "--greedy"));
        assertRefused(
                "positions for prompt and answer; shorten the prompt",
                "--template",
                "plain",
                "--prompt",
                "word ".repeat(4000));
    }

    private static Object[] and(Object[] arguments, Object... more) {
        List<Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    @Test
    void stopStringsAreWrittenWithCommasAndEscapes() {
        assertEquals(List.of("\n\n", "a,b", "\\d", "end"), SamplingOptions.texts("\\n\\n,a\\,b,\\d,end"));
    }

    @Test
    void aConversationRemembersWhatWasSaid() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Interruption());
        ChatOptions options = new ChatOptions();
        options.scores = true;
        Path template = directory.resolve("chat.jinja");
        Files.writeString(
                template,
                "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
                        + "{% if add_generation_prompt %}assistant: {% endif %}");
        Generator generator = new Generator(Cli.TINY)
                .withTemplate(TemplateName.template(template.toString(), Cli.TINY.toString()))
                .withStopping(new Stopping().withMaxNewTokens(6))
                .withBatchSize(1);
        try (GenerationSession session = generator.open()) {
            new Chat(session, options, terminal)
                    .run(new BufferedReader(new StringReader("one\n\ntwo\n/claer\n/clear all\n/clear\none\n"
                            + "long ".repeat(3000) + "\n/exit\nnever\n")));
        }
        String[] answers = out.toString(StandardCharsets.UTF_8).split(System.lineSeparator());
        assertTrue(answers.length >= 3, out.toString(StandardCharsets.UTF_8));
        String told = err.toString(StandardCharsets.UTF_8);
        assertTrue(told.contains("[6 tokens, perplexity "), told);
        assertTrue(told.contains("limit of new tokens is reached, 6; raise it with --max-new-tokens]"), told);
        assertTrue(told.contains("no command '/claer'; there are /clear, which begins anew, and /exit"), told);
        assertTrue(told.contains("no command '/clear all'"), told);
        assertEquals(3, told.split("perplexity", -1).length - 1, told);
        assertTrue(told.contains("positions for prompt and answer; shorten the prompt (/clear"), told);
    }

    @Test
    void aConversationSaysOfWhatItKnewLeast() throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Interruption());
        Generator generator = new Generator(Cli.TINY)
                .withTemplate(TemplateName.template("alpaca", Cli.TINY.toString()))
                .withStopping(new Stopping().withMaxNewTokens(8))
                .withBatchSize(1)
                .withUncertainty(new MonteCarloDropout(3, 0.2, DropoutPlaces.ALL_LINEAR, 1));
        try (GenerationSession session = generator.open()) {
            new Chat(session, new ChatOptions(), terminal)
                    .run(new BufferedReader(new StringReader("Say something.\n/clear\nMore.\n")));
        }
        String told = err.toString(StandardCharsets.UTF_8);
        List<String> remarks =
                told.lines().filter(line -> line.startsWith("[mean total ")).toList();
        assertEquals(2, remarks.size(), told);
        for (String remark : remarks) {
            double[] least = Pattern.compile("' ([-\\d.e]+)")
                    .matcher(remark.substring(remark.indexOf("most epistemic at ")))
                    .results()
                    .mapToDouble(found -> Double.parseDouble(found.group(1)))
                    .toArray();
            assertTrue(least.length >= 1 && least.length <= 3, remark);
            assertTrue(
                    IntStream.range(1, least.length).allMatch(i -> least[i] <= least[i - 1]) && least[0] > 0, remark);
        }
    }

    @Test
    void aJobWithoutAFileKeepsNothing() {
        Interruption interruption = new Interruption();
        interruption.request();
        List<Object> arguments = new ArrayList<>(List.of("generate", "--checkpoint", Cli.TINY));
        arguments.addAll(List.of("--data", Cli.HELD_OUT, "--format", "gsm8k", "--template", "question-answer"));
        Cli.Outcome stopped = Cli.run(interruption, arguments.toArray());
        assertTrue(stopped.err().contains("nothing is kept without --output FILE"), stopped.err());
    }

    @Test
    void filesThatWouldOverwriteEachOtherAreRefused() throws IOException {
        Path prompts = Files.copy(Cli.HELD_OUT, directory.resolve("prompts.jsonl"));
        byte[] before = Files.readAllBytes(prompts);
        Path answers = directory.resolve("answers.jsonl");
        Object[] onto = {"--data", prompts, "--format", "gsm8k", "--template", "question-answer", "--output", prompts};
        assertRefused("--output and --data both name", onto);
        assertArrayEquals(before, Files.readAllBytes(prompts));
        assertRefused("--html and --output both name", file(answers, "--html", answers));
        Path link = Files.createSymbolicLink(directory.resolve("link.jsonl"), prompts);
        assertRefused(
                "--html and --data both name",
                generate("--data", prompts, "--format", "gsm8k", "--template", "question-answer", "--html", link));
        assertRefused("is a directory; give a file", file(directory));
        assertRefused("is a directory; give a file", file(Path.of("/")));
        assertRefused("is a file, so that", file(prompts.resolve("in").resolve("it.jsonl")));
    }

    /** As a shell does: {@code > link} writes the file that the link leads to. */
    @Test
    void aLinkIsWrittenThrough() throws IOException {
        Path target = directory.resolve("target.jsonl");
        Path link = Files.createSymbolicLink(directory.resolve("link.jsonl"), Path.of("target.jsonl"));
        Path second = Files.createSymbolicLink(directory.resolve("second.jsonl"), link);
        for (String before : List.of("", "earlier")) {
            if (!before.isEmpty()) {
                Files.writeString(target, before);
            }
            assertEquals(0, generate(file(second)).code());
            assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(second));
            assertTrue(Files.readString(target).contains("\"answers\""), Files.readString(target));
        }
        Path circle = directory.resolve("circle.jsonl");
        Files.createSymbolicLink(circle, circle);
        assertRefused("leads in a circle", file(circle));
        Path part = directory.resolve("target.jsonl.part");
        Files.createSymbolicLink(part, directory.resolve("elsewhere"));
        assertRefused(part + " is a symbolic link", file(target));
    }

    @Test
    void twoProcessesDoNotShareAnOutput() throws IOException {
        Path output = directory.resolve("answers.jsonl");
        LockFile other =
                LockFile.take(directory.resolve("answers.jsonl.part.lock")).orElseThrow();
        assertRefused("Another process is at work on", file(output));
        other.close();
        assertEquals(0, generate(file(output)).code());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(output), left.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--prompt Hi --rows 3: --rows acts only with --data FILE",
                "--prompt Hi --uncertainty ensemble --members a,b,a: --members names a twice",
                "--prompt Hi --format text: --format acts only with --data FILE",
                "--prompt Hi --html a.html --html-documents 0: --html-documents: must be at least 1",
                "--prompt Hi --do-sample --temperature 1e-39: temperature must lie in [1.0E-30, 3.4e38]",
            })
    void optionsThatCannotActAreRefused(String line) {
        String[] parts = line.split(": ", 2);
        List<Object> options = new ArrayList<>(List.of("--template", "plain"));
        options.addAll(Arrays.asList((Object[]) parts[0].split(" ")));
        Cli.Outcome outcome = generate(options.toArray());
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.err());
        assertTrue(outcome.err().replace("--temperature:", "temperature").contains(parts[1]), outcome.err());
    }

    @Test
    void theLeastTemperatureTakesTheLikeliestToken() {
        Object[] prompt = {"--prompt", "What is 1+1?", "--template", "plain", "--max-new-tokens", 8};
        List<Object> drawn = new ArrayList<>(Arrays.asList(prompt));
        drawn.addAll(List.of("--do-sample", "--temperature", "1e-30"));
        assertEquals(generate(prompt).out(), generate(drawn.toArray()).out());
    }

    @Test
    void halfOfACharacterIsRefused() throws IOException {
        Path rows = Files.writeString(directory.resolve("rows.jsonl"), "{\"text\": \"a \\ud83d b\"}\n");
        Cli.Outcome outcome = generate("--data", rows, "--format", "text");
        assertRefused("rows.jsonl:1", outcome);
        assertTrue(outcome.err().contains("holds half of a character"), outcome.err());
    }

    @Test
    void everyTokenBannedIsSaidInFewWords() {
        String all = IntStream.range(0, 1024).mapToObj(Integer::toString).collect(Collectors.joining(","));
        Cli.Outcome outcome = generate("--prompt", "Hi", "--template", "plain", "--suppress-tokens", all);
        assertRefused("every token is banned", outcome);
        assertTrue(outcome.err().length() < 1500, outcome.err());
    }

    @Test
    void aTemplateOfOneQuestionDoesNotChat() {
        Cli.Outcome outcome = Cli.run("chat", "--checkpoint", Cli.TINY, "--template", "question-answer");
        assertRefused("lays out no conversation of several turns", outcome);
    }
}
