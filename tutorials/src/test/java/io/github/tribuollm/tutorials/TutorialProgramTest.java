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
package io.github.tribuollm.tutorials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.tutorials.figures.RunFigures;
import io.github.tribuollm.tutorials.toy.RunToy;
import io.github.tribuollm.tutorials.traintest.TrainTest;
import io.github.tribuollm.tutorials.verdicts.RunVerdicts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of the tutorials from their command lines: help, and what is refused in one line. */
class TutorialProgramTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final String CONFIGS = RESOURCES.resolve("../tutorials/configs") + "/";

    @TempDir
    Path temp;

    /** What a program says. */
    private record Said(int code, String out, String err) {
        static Said by(ToIntFunction<String[]> program, String... arguments) {
            PrintStream out = System.out;
            PrintStream err = System.err;
            ByteArrayOutputStream results = new ByteArrayOutputStream();
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(messages, true, StandardCharsets.UTF_8));
            try {
                int code = program.applyAsInt(arguments);
                return new Said(
                        code, results.toString(StandardCharsets.UTF_8), messages.toString(StandardCharsets.UTF_8));
            } finally {
                System.setOut(out);
                System.setErr(err);
            }
        }

        /** Checks that the input was refused in one line with these words. */
        void refusedWith(String words) {
            assertEquals(TutorialProgram.WRONG_INPUT, code, err);
            assertTrue(err.startsWith("Error: ") && err.lines().count() == 1, err);
            assertTrue(err.contains(words), err);
        }
    }

    @Test
    void helpGoesToTheOutput() {
        Said training = Said.by(TrainTest::run, "--help");
        assertTrue(training.out().contains("learning-rate"), training.out());
        Said toys = Said.by(RunToy::run, "--help");
        assertTrue(toys.out().contains("config-file"), toys.out());
        assertTrue(toys.out().contains("toy.LossQuantiles") && toys.out().contains("fullSteps"), toys.out());
        Said figures = Said.by(RunFigures::run, "-h");
        assertTrue(figures.out().contains("sweepSamples"), figures.out());
        Stream.of(training, toys, figures).forEach(said -> {
            assertEquals(TutorialProgram.DONE, said.code());
            assertEquals("", said.err());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "--rank, 0, rank must be",
        "--rank, many, --rank: many is not an integer",
        "--rows, -3, 'rows must be at least 0, not -3'",
        "--epochs, 0, epochs must be",
        "--batch-size, 0, batchSize must be",
        "--learning-rate, NaN, learningRate must be",
        "--members, 0, 'members must be at least 1, not 0'",
        "--members, -1, 'members must be at least 1, not -1'",
        "--objective, MASK, --objective: MASK is not a value",
        "--training-file, nowhere.jsonl, nowhere.jsonl",
        "--checkpoint, nowhere, nowhere",
        "--nope, 1, --nope: Unknown argument"
    })
    void trainTestRefuses(String option, String value, String words) throws IOException {
        String[] others = {"--checkpoint", RESOURCES.resolve("tiny-llama").toString(), "--output", temp + "/out"};
        String[] arguments = option.equals("--checkpoint")
                ? new String[] {option, value, "--output", temp + "/out"}
                : new String[] {others[0], others[1], others[2], others[3], option, value};
        Said.by(TrainTest::run, arguments).refusedWith(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"taken", "/proc/foo"})
    void anOutputThatCannotBeIsRefusedBeforeTheWork(String output) throws IOException {
        Files.createFile(temp.resolve("taken"));
        String[] options = {"--output", temp.resolve(output).toString()};
        Said training = Said.by(
                TrainTest::run, "--checkpoint", RESOURCES.resolve("tiny-llama").toString(), options[0], options[1]);
        training.refusedWith("--output: " + options[1]);
        assertEquals("", training.out());
        Said toys = Said.by(RunToy::run, "--config-file", CONFIGS + "toy-polynomial.xml", options[0], options[1]);
        toys.refusedWith("--output: " + options[1]);
        assertEquals("", toys.out());
    }

    @Test
    void strayArgumentsAreRefused() {
        Said.by(TrainTest::run, "train").refusedWith("'train' belongs to no option");
        Said.by(RunToy::run, "mnist", "--config-file", "nowhere.xml").refusedWith("'mnist' belongs to no option");
        Said.by(RunToy::run, "--@mnist.seeds").refusedWith("--@mnist.seeds needs a value");
    }

    private void toy(String config, String change, String value, String words) {
        Said.by(RunToy::run, "--config-file", CONFIGS + config, "--output", temp.toString(), "--@" + change, value)
                .refusedWith(words);
    }

    @Test
    void runToyRefuses() {
        Said.by(RunToy::run).refusedWith("give --config-file FILE");
        Said.by(RunToy::run, "--config-file", "nowhere.xml").refusedWith("nowhere.xml");
        Said.by(RunToy::run, "--config-file", CONFIGS + "quick-start.xml").refusedWith("toy.LossQuantiles");
        toy("toy-polynomial.xml", "polynomial.seed", "many", "seed");
        toy("toy-polynomial.xml", "polynomial.seedz", "1", "seedz");
        toy("toy-polynomial.xml", "polynom.seeds", "1", "has no component 'polynom'");
        toy("toy-polynomial.xml", "polynomial.seeds", "1", "must be at least 2");
        toy("toy-mnist.xml", "mnist.data", temp.toString(), "MNIST is four files");
        toy("toy-mnist.xml", "mnist.data", RESOURCES + "/data/digits", "is not MNIST's");
    }

    private void figures(String change, String value, String words) {
        Said.by(
                        RunFigures::run,
                        "--config-file",
                        CONFIGS + "../experiments/figures-smollm2.xml",
                        "--output",
                        temp.toString(),
                        "--@" + change,
                        value)
                .refusedWith(words);
    }

    @Test
    void runFiguresRefuses() throws IOException {
        figures("alpacaRows.path", "nowhere.json", "field path: There is no readable file");
        figures("figures.rates", "0.1,often", "rates");
        figures("figures.rate", "often", "rate");
        try (Stream<Path> left = Files.list(temp)) {
            assertFalse(left.findAny().isPresent(), "nothing is left of what was refused");
        }
    }

    @Test
    void runVerdictsRefuses() {
        Said.by(RunVerdicts::run, "--evaluations", temp + "/nowhere", "--output", temp + "/out")
                .refusedWith("nowhere");
        Said.by(RunVerdicts::run, "verdicts").refusedWith("'verdicts' belongs to no option");
    }
}
