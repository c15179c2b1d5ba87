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
package io.github.tribuollm.evidence;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.uncertainty.Measure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The speed of Monte Carlo dropout against stochastic forwards of PyTorch and transformers on the same 64 Alpaca rows,
 * in turns, and the peak memory of 10, 50 and 100 samples. Not a test: {@code mc-dropout-speed} in
 * test-resources/evidence starts it, on a quiet machine.
 *
 * <p>Options, each with a value: {@code --checkpoint}, {@code --tokenizer} (a directory with tokenizer.json; default:
 * the checkpoint), {@code --data} (alpaca_data.json), {@code --work} (a directory for files), {@code --python},
 * {@code --samples}, {@code --rounds}, {@code --max-length}, {@code --at-once}.
 */
final class DropoutBenchmark {
    private static final int ROWS = 64;
    private static final int BATCH = 8;
    private static final double FACTOR = 2;
    private static final double GROWTH = 1.05;

    private final Map<String, String> options;
    private final Checkpoint checkpoint;
    private final List<TokenSequence> rows;
    private final Path file;

    private DropoutBenchmark(Map<String, String> options) throws IOException {
        this.options = options;
        Path directory = Path.of(options.get("--checkpoint"));
        this.checkpoint = Checkpoint.open(directory);
        Path tokenizer = Path.of(options.getOrDefault("--tokenizer", directory.toString()));
        int vocabulary = checkpoint.config().integer("vocab_size");
        this.rows = BenchmarkBatches.of(
                        Path.of(options.get("--data")), tokenizer, 1, ROWS, integer("--max-length", 512), vocabulary)
                .get(0)
                .stream()
                .sorted(Comparator.comparingInt(TokenSequence::length))
                .toList();
        this.file = Path.of(options.get("--work")).resolve("mc-dropout-rows.jsonl");
        Files.createDirectories(file.getParent());
        BenchmarkBatches.write(
                file,
                IntStream.range(0, ROWS / BATCH)
                        .mapToObj(i -> rows.subList(i * BATCH, (i + 1) * BATCH))
                        .toList());
    }

    private int integer(String option, int fallback) {
        return Integer.parseInt(options.getOrDefault(option, Integer.toString(fallback)));
    }

    /** One side's run. */
    private record Run(double milliseconds, double epistemic) {}

    private Run ours(int samples) {
        MonteCarloDropout dropout = new MonteCarloDropout().withSamples(samples);
        UncertaintyEvaluator evaluator = new UncertaintyEvaluator(dropout.withSamplesAtOnce(integer("--at-once", 5)));
        DoubleSummaryStatistics epistemic = new DoubleSummaryStatistics();
        long start = System.nanoTime();
        ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), ScoredModel.longest(rows));
        evaluator.measure(
                model,
                rows,
                (document, measures) -> Arrays.stream(measures.get(Measure.EPISTEMIC))
                        .filter(value -> !Double.isNaN(value))
                        .forEach(epistemic));
        return new Run((System.nanoTime() - start) / 1e6, epistemic.getAverage());
    }

    /** PyTorch in a process of its own. */
    private static final class Peer implements AutoCloseable {
        private final Process process;
        private final BufferedWriter commands;
        private final BufferedReader answers;

        Peer(List<String> command) throws IOException {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            commands = process.outputWriter();
            answers = process.inputReader();
            answer();
        }

        private JsonObject answer() throws IOException {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("The peer has ended");
            }
            return JsonParser.parseString(line).getAsJsonObject();
        }

        Run run(int samples) throws IOException {
            commands.write(samples + "\n");
            commands.flush();
            JsonObject answer = answer();
            return new Run(
                    answer.get("ms").getAsDouble(), answer.get("epistemic").getAsDouble());
        }

        @Override
        public void close() throws IOException {
            commands.close();
            process.destroy();
        }
    }

    private static long resident(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith(field + ":"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024;
    }

    /** In a process of its own. */
    private long peakMegabytes(int samples) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dtest.resources=" + System.getProperty("test.resources", "test-resources"),
                "-cp",
                System.getProperty("java.class.path"),
                DropoutBenchmark.class.getName(),
                "--peak",
                Integer.toString(samples)));
        options.forEach((option, value) -> command.addAll(List.of(option, value)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader answer = process.inputReader()) {
            return Long.parseLong(answer.readLine());
        }
    }

    private boolean compare() throws IOException {
        ours(2);
        int samples = integer("--samples", 100);
        long tokens = rows.stream().mapToLong(TokenSequence::length).sum() * samples;
        double[] ratios = new double[integer("--rounds", 3)];
        try (Peer peer = new Peer(List.of(
                options.getOrDefault("--python", "python3"),
                Path.of(System.getProperty("test.resources", "test-resources"))
                        .resolve("reference/bench_mc_dropout.py")
                        .toString(),
                "--checkpoint",
                checkpoint.place().toString(),
                "--rows",
                file.toString()))) {
            peer.run(1);
            for (int i = 0; i < ratios.length; i++) {
                Run theirs = peer.run(samples);
                Run own = ours(samples);
                ratios[i] = theirs.milliseconds / own.milliseconds;
                System.out.printf(
                        Locale.ROOT,
                        "PyTorch %.0f tokens/s, epistemic %.4g; ours %.0f tokens/s, epistemic %.4g; ratio %.2f%n",
                        1e3 * tokens / theirs.milliseconds,
                        theirs.epistemic,
                        1e3 * tokens / own.milliseconds,
                        own.epistemic,
                        ratios[i]);
            }
        }
        Arrays.sort(ratios);
        double ratio = ratios[ratios.length / 2];
        Map<Integer, Long> peaks = new LinkedHashMap<>();
        for (int s : new int[] {10, 50, 100}) {
            peaks.put(s, peakMegabytes(s));
        }
        boolean holds = ratio >= FACTOR && peaks.get(100) <= GROWTH * peaks.get(10);
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"Monte Carlo dropout against PyTorch\", \"rows\": %d, \"samples\": %d, \"ratio\": %.2f,"
                        + " \"peak_mb_by_samples\": \"%s\", \"holds\": %b}%n",
                ROWS,
                samples,
                ratio,
                peaks,
                holds);
        return holds;
    }

    /**
     * Runs the comparison.
     *
     * @param arguments options and their values
     * @throws IOException if the peer fails
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        DropoutBenchmark benchmark = new DropoutBenchmark(options);
        if (options.containsKey("--peak")) {
            benchmark.ours(benchmark.integer("--peak", 0));
            System.out.println(resident("VmHWM"));
        } else {
            System.exit(benchmark.compare() ? 0 : 1);
        }
    }
}
