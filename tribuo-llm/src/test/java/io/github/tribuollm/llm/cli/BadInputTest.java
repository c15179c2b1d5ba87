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

import io.github.tribuollm.llm.training.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {
    @TempDir
    private Path directory;

    private void assertRefused(Object[] arguments, String... parts) {
        Cli.Outcome outcome = Cli.run(arguments);
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.err());
        for (String part : parts) {
            assertTrue(outcome.err().contains(part), () -> part + " is not in: " + outcome.err());
        }
        assertFalse(outcome.err().contains("\tat "), outcome.err());
        assertTrue(outcome.err().lines().count() <= 2, outcome.err());
    }

    private Object[] training(Object... more) {
        return Cli.training(directory.resolve("run"), more);
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertRefused(new Object[] {"trian"}, "no command 'trian'", "train");
        assertRefused(new Object[] {"train", "--lerning-rate", "1"}, "--lerning-rate", "did you mean --learning-rate?");
        assertRefused(new Object[] {"train", "--rank"}, "--rank needs a value");
        assertRefused(new Object[] {"train", "data.json"}, "'data.json' is not an option");
        assertRefused(new Object[] {"train", "--rank", "2", "--rank", "3"}, "--rank is given twice");
        assertRefused(new Object[] {"train", "--@trainer.rank", "3"}, "--config");
        assertEquals(Main.WRONG_INPUT, Cli.run().code());
    }

    @Test
    void namesTheOptionOfAWrongValue() {
        assertRefused(training("--rank", "many"), "--rank: expected a whole number", "'many'");
        assertRefused(training("--learning-rate", "fast"), "--learning-rate: expected a number, but there is 'fast'");
        assertRefused(new Object[] {"train", "--tf32=maybe"}, "--tf32: expected true or false, but there is 'maybe'");
        assertRefused(training("--rank", 0), "--rank: must be at least 1: 0");
        assertRefused(training("--learning-rate", -1), "--learning-rate: must be positive: -1.0");
        assertRefused(training("--quantile", 1, "--objective", "masked-mle"), "--quantile: must lie in (0, 1): 1.0");
        assertRefused(training("--format", "csv"), "--format: there is no 'csv'; choose one of alpaca, gsm8k");
        assertRefused(training("--template", "gpt"), "--template: there is no 'gpt'; choose one of auto, alpaca");
        assertRefused(training("--objective", "rl"), "--objective: there is no 'rl'; choose one of mle, masked-mle");
        assertRefused(training("--schedule", "steep"), "--schedule: there is no 'steep'", "cosine");
    }

    private Object[] scoring(Object... more) {
        List<Object> all = new ArrayList<>(List.of("score", "--checkpoint", Cli.TINY, "--data", Cli.HELD_OUT));
        all.addAll(List.of("--format", "gsm8k"));
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void refusesOptionsOfAnotherEstimator() {
        String dropout = " acts only with --uncertainty mc-dropout; change that, or leave ";
        for (Object[] option : new Object[][] {{"--samples", 9}, {"--rate", 0.2}, {"--places", "lora"}}) {
            assertRefused(scoring(option), option[0] + dropout + option[0] + " out");
            Object[] other = {"--uncertainty", "hold-out-loss", option[0], option[1]};
            assertRefused(scoring(other), option[0] + dropout);
        }
        assertRefused(scoring("--pairwise"), "--pairwise" + dropout);
        assertRefused(scoring("--members", "a,b"), "--members acts only with --uncertainty ensemble");
        assertRefused(
                scoring("--uncertainty", "mc-dropout", "--reference-adapter", "a"),
                "--reference-adapter acts only with --uncertainty hold-out-loss");
        assertRefused(scoring("--batch-tokens", 9), "--batch-tokens acts only with --uncertainty");
        assertRefused(
                scoring("--uncertainty", "mc-dropout", "--batch-size", 2),
                "--batch-size acts only without --uncertainty, which takes --batch-tokens");
        assertRefused(scoring("--html-documents", 2), "--html-documents acts only with --html FILE");
    }

    @Test
    void refusesOptionsOfAnotherObjective() {
        String masked = " acts only with an objective that selects tokens by options, masked-mle or masked-mle-distill";
        Object[] mle = {"explain", "--objective", "mle", "--quantile", 0.5};
        assertRefused(mle, "--quantile" + masked);
        assertRefused(new Object[] {"compare", "--objectives", "mle,distill", "--score", "loss"}, "--score" + masked);
        for (Object[] option :
                new Object[][] {{"--quantile", 0.5}, {"--score", "random"}, {"--score-seed", 3}, {"--scope", "batch"}
                }) {
            assertRefused(training(option), option[0] + masked);
        }
        assertRefused(
                training("--objective", "masked-mle", "--score-seed", 3), "--score-seed acts only with --score random");
        String reference = " acts only with an objective that compares with a reference model";
        assertRefused(training("--default-reference", "base"), "--default-reference" + reference);
        assertRefused(training("--reference", "a", "--objective", "masked-mle"), "--reference" + reference);
        assertRefused(new Object[] {"explain", "--reference", "a"}, "--reference" + reference);
        assertRefused(
                training("--objective", "distill", "--reference", "a", "--default-reference", "base"),
                "--default-reference acts only without --reference");
    }

    @Test
    void refusesOptionsThatHaveNothingToActOn() {
        for (Object[] option : new Object[][] {{"--eval-every", 2}, {"--eval-epochs", 0.5}, {"--held-out-rows", 2}}) {
            assertRefused(training(option), option[0] + " acts only with --held-out FILE");
            assertRefused(
                    new Object[] {"compare", "--output", directory, option[0], option[1]},
                    option[0] + " acts only with --held-out FILE or --out-of-distribution FILE");
        }
        assertRefused(training("--epochs", 2, "--max-steps", 3), "--epochs acts only without --max-steps");
        assertRefused(
                training("--save-every", 2, "--save-epochs", 0.5), "--save-every acts only without --save-epochs");
    }

    @Test
    void conditionsNameOptionsThatThereAre() {
        for (Command<?> command : Main.commands()) {
            OptionTable table = OptionTable.of(command.options());
            for (OptionGroup group : table.groups()) {
                for (Condition condition : group.conditions()) {
                    condition
                            .options()
                            .forEach(name -> assertTrue(
                                    table.named(name).isPresent(), () -> command.name() + " has no --" + name));
                }
            }
        }
    }

    @Test
    void namesMissingOptions() {
        assertRefused(new Object[] {"train"}, "--output DIR is missing");
        assertRefused(new Object[] {"train", "--output", directory}, "--checkpoint DIR is missing");
        assertRefused(new Object[] {"export"}, "--peft DIR or --merged DIR is missing");
        assertRefused(
                new Object[] {"score", "--data", Cli.HELD_OUT, "--format", "gsm8k"}, "--model FILE or --checkpoint");
        assertRefused(new Object[] {"reproduce", "--output", directory}, "--model FILE or --config FILE");
        assertRefused(
                new Object[] {"train", "--checkpoint", Cli.TINY, "--output", directory, "--data", Cli.PROBLEMS},
                "--format is missing");
        assertRefused(training("--format", "messages"), "--template", "llama3");
        assertRefused(training("--template", "auto"), "tiny-llama publishes no chat template", "--template");
    }

    @Test
    void namesFilesThatAreNotThere() {
        assertRefused(training("--data", "nowhere.jsonl"), "--data: there is no file nowhere.jsonl");
        assertRefused(training("--held-out", "nowhere.jsonl"), "--held-out: there is no file nowhere.jsonl");
        assertRefused(new Object[] {"train", "--config", "nowhere.xml"}, "--config: there is no file nowhere.xml");
        assertRefused(
                new Object[] {"score", "--model", "nowhere", "--data", Cli.HELD_OUT, "--format", "gsm8k"},
                "--model: there is no file nowhere");
    }

    @Test
    void namesTheLineOfARowWithoutAField() throws IOException {
        Path data = Files.writeString(
                directory.resolve("rows.jsonl"),
                "{\"question\": \"1 + 1?\", \"answer\": \"2\"}\n{\"question\": \"1 + 2?\", \"reply\": \"3\"}\n");
        assertRefused(training("--data", data), "rows.jsonl:2", "\"answer\" is missing");
        Path torn = Files.writeString(directory.resolve("torn.jsonl"), "{\"question\": \"1 +");
        assertRefused(training("--data", torn), "torn.jsonl:1");
    }

    @Test
    void refusesCheckpointsThatItCannotUse() throws IOException {
        assertRefused(training("--checkpoint", directory), "--checkpoint: there is no", "config.json", "Hugging Face");
        Path unknown = Files.createDirectory(directory.resolve("unknown"));
        Files.copy(Cli.TINY.resolve("tokenizer.json"), unknown.resolve("tokenizer.json"));
        Files.copy(Cli.TINY.resolve("tokenizer_config.json"), unknown.resolve("tokenizer_config.json"));
        Files.writeString(
                unknown.resolve("config.json"),
                Files.readString(Cli.TINY.resolve("config.json")).replace("\"llama\"", "\"perceptron\""));
        assertRefused(training("--checkpoint", unknown), "config.json", "model_type", "\"perceptron\"", "llama");
        Path torn = Files.createDirectory(directory.resolve("torn"));
        for (String name : new String[] {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(Cli.TINY.resolve(name), torn.resolve(name));
        }
        byte[] weights = Files.readAllBytes(Cli.TINY.resolve("model.safetensors"));
        Files.write(torn.resolve("model.safetensors"), java.util.Arrays.copyOf(weights, weights.length / 2));
        assertRefused(training("--checkpoint", torn), "model.safetensors");
    }

    @Test
    void refusesDataOfWhichNothingIsLeft() {
        assertRefused(
                training("--max-length", 8), "No row has anything to learn within maxLength 8", "12 whose answer");
    }

    @Test
    void leavesTheDirectoryOfAnotherRunAlone() throws IOException {
        Path output = directory.resolve("run");
        try (RunDirectory other = RunDirectory.open(output)) {
            assertRefused(training(), "Another run is writing to " + other.path(), "directory of its own");
        }
        assertFalse(Files.exists(output.resolve("log.jsonl")));
        assertFalse(Files.exists(output.resolve("events")));
    }

    @Test
    void refusesConfigurationsThatAreWrong() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.xml"), "<config><component");
        assertRefused(new Object[] {"train", "--config", broken, "--output", directory}, "broken.xml:1");
        Path empty = Files.writeString(directory.resolve("empty.xml"), "<config></config>");
        assertRefused(
                new Object[] {"train", "--config", empty, "--output", directory},
                "empty.xml has no component 'trainer'",
                "--trainer-name");
        assertRefused(
                new Object[] {"train", "--config", empty, "--output", directory, "--rank", 3},
                "--rank does nothing beside --config");
        Path wrong = Files.writeString(
                directory.resolve("wrong.xml"),
                "<config><component name=\"trainer\" type=\"io.github.tribuollm.llm.CausalLMTrainer\">"
                        + "<property name=\"rnak\" value=\"3\"/></component>"
                        + "<component name=\"data\" type=\"io.github.tribuollm.llm.token.TokenSequenceSource\"/></config>");
        assertRefused(new Object[] {"train", "--config", wrong, "--output", directory}, "wrong.xml", "rnak");
    }

    @Test
    void printsAStackTraceOnDemand() {
        Object[] arguments = training("--rank", 0);
        Object[] more = java.util.Arrays.copyOf(arguments, arguments.length + 1);
        more[arguments.length] = "--debug";
        Cli.Outcome outcome = Cli.run(more);
        assertEquals(Main.WRONG_INPUT, outcome.code());
        assertTrue(outcome.err().contains("\tat "), outcome.err());
    }
}
