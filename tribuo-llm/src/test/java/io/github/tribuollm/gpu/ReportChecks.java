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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.gpu.Precision.Bound;
import io.github.tribuollm.llm.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The commands {@code train}, {@code score} and {@code score --uncertainty mc-dropout} on the bundled checkpoint, with
 * their pages, against the same commands on the CPU.
 */
final class ReportChecks {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> CPU = List.of();
    private static final double LEARNED = 0.999;

    private ReportChecks() {}

    static List<Check> of(CheckOptions options) {
        List<Check> checks = new ArrayList<>();
        for (Precision precision : options.precisions()) {
            List<String> here = options.commandLine(precision);
            Path directory = options.output().resolve("reports").resolve(precision.label());
            checks.add(new Check("train and score", precision, LIMIT, backend -> trained(directory, here, precision)));
            checks.add(new Check(
                    "score --uncertainty mc-dropout",
                    precision,
                    LIMIT,
                    backend -> uncertain(directory, here, precision)));
        }
        return checks;
    }

    /** Steps that overflow in float16 are skipped: what is compared is the score of one model, trained on the CPU. */
    private static List<Figure> trained(Path directory, List<String> here, Precision precision) throws IOException {
        Path page = directory.resolve("losses.html");
        Path ours = train(directory.resolve("run"), here);
        Path theirs = train(directory.resolve("cpu"), CPU);
        double before = score(CPU, "--checkpoint", Cli.TINY, "--rows", 20).get("loss");
        double after =
                score(here, "--model", ours, "--rows", 20, "--html", page).get("loss");
        double expected = score(CPU, "--model", theirs, "--rows", 20).get("loss");
        double found = score(here, "--model", theirs, "--rows", 20).get("loss");
        return List.of(
                precision.figure("mean loss of a model", Math.abs(found / expected - 1), Bound.MEAN_LOSS),
                Figure.atMost("loss after training against before", after / before, LEARNED),
                Figure.atMost("pages missing", missing(page), 0),
                Figure.told("nats a token after training", after));
    }

    private static Path train(Path run, List<String> execution) throws IOException {
        Object[] training = Cli.training(emptied(run), "--learning-rate", 1e-3, "--epochs", 4);
        done(execution, training);
        return run.resolve("model.tribuo");
    }

    private static List<Figure> uncertain(Path directory, List<String> here, Precision precision) throws IOException {
        Path page = directory.resolve("uncertainty.html");
        Object[] asked = {
            "--checkpoint", Cli.TINY, "--uncertainty", "mc-dropout", "--samples", 10, "--rows", 5, "--html", page
        };
        Means expected = score(CPU, asked);
        Files.delete(page);
        Means found = score(here, asked);
        return List.of(
                precision.figure("mean total", Math.abs(found.get("total") - expected.get("total")), Bound.UNCERTAINTY),
                precision.figure(
                        "mean epistemic",
                        Math.abs(found.get("epistemic") - expected.get("epistemic")),
                        Bound.UNCERTAINTY),
                Figure.atMost("pages missing", missing(page), 0),
                Figure.told("nats of epistemic a token", found.get("epistemic")));
    }

    /** The documents that a command has written, as JSON. */
    private record Means(List<JsonObject> documents) {
        /** The mean of a measure over all completion tokens. */
        double get(String measure) {
            return documents.stream()
                    .flatMap(document -> document.getAsJsonObject("measures").getAsJsonArray(measure).asList().stream())
                    .filter(value -> !value.isJsonNull())
                    .mapToDouble(JsonElement::getAsDouble)
                    .average()
                    .orElse(Double.NaN);
        }
    }

    private static Means score(List<String> execution, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("score", "--data", Cli.HELD_OUT, "--format", "gsm8k"));
        arguments.addAll(Arrays.asList(more));
        return new Means(done(execution, arguments.toArray())
                .out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList());
    }

    private static Cli.Outcome done(List<String> execution, Object... command) {
        List<Object> arguments = new ArrayList<>(Arrays.asList(command));
        arguments.addAll(execution);
        Cli.Outcome outcome = Cli.run(arguments.toArray());
        if (outcome.code() != 0) {
            throw new IllegalStateException("status " + outcome.code() + " of " + arguments + ": " + outcome.err());
        }
        return outcome;
    }

    /** 0 if a page is there and has coloured tokens, else 1. */
    private static int missing(Path page) throws IOException {
        return Files.exists(page) && Files.readString(page).contains("class=\"t m0-") ? 0 : 1;
    }

    private static Path emptied(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return directory;
    }
}
