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

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.data.FileStamp;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.objectives.Objective;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Shows that a model's provenance reproduces its adapter to the byte: in a new JVM, and after that JVM was killed at a
 * random step.
 *
 * <p>Fine-tunes the bundled checkpoint on the bundled word problems under each of the paper's objectives, serialises
 * the model, writes the experiment that the file's provenance describes, and lets other JVMs train it again. The last
 * line of the output holds the figures as JSON.
 */
final class ReproductionEvidence {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));
    private static final int ROWS = 96;

    private ReproductionEvidence() {}

    private record Outcome(int steps, boolean inNewProcess, int killedAfter, boolean afterKill) {
        boolean holds() {
            return inNewProcess && afterKill;
        }
    }

    /**
     * Prints the evidence, and exits with 1 if an adapter differs.
     *
     * @param args none, or the seed of the steps after which processes are killed
     * @throws IOException if a process cannot be started
     * @throws InterruptedException if this one is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime();
        Random random = new Random(seed);
        Path directory = Files.createTempDirectory("reproduction");
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        try {
            Map<String, Objective> objectives = new LinkedHashMap<>();
            objectives.put("mle", Objective.mle());
            objectives.put("masked_mle", Objective.maskedMle(0.75));
            objectives.put("masked_mle_distill", Objective.maskedMleDistill(0.75));
            for (Map.Entry<String, Objective> entry : objectives.entrySet()) {
                Outcome outcome = reproduce(entry.getValue(), directory.resolve(entry.getKey()), random);
                System.out.println(entry.getKey() + " " + outcome);
                outcomes.put(entry.getKey(), outcome);
            }
        } finally {
            delete(directory);
        }
        print(seed, outcomes);
        System.exit(outcomes.values().stream().allMatch(Outcome::holds) ? 0 : 1);
    }

    private static void print(long seed, Map<String, Outcome> outcomes) {
        List<Outcome> all = List.copyOf(outcomes.values());
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"reproduction\", \"objectives\": %d, \"steps\": %s, \"identical_in_new_jvm\": %d,"
                        + " \"killed_after_steps\": %s, \"identical_after_kill\": %d, \"seed\": %d, \"holds\": %b}%n",
                all.size(),
                all.stream().map(Outcome::steps).toList(),
                all.stream().filter(Outcome::inNewProcess).count(),
                all.stream().map(Outcome::killedAfter).toList(),
                all.stream().filter(Outcome::afterKill).count(),
                seed,
                all.stream().allMatch(Outcome::holds));
    }

    private static Outcome reproduce(Objective objective, Path directory, Random random)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        TokenSequenceSource source = source(directory);
        Map<String, String> settings = Map.of("rank", "8", "alpha", "16", "batchSize", "4", "saveInterval", "3");
        CausalLMTrainer trainer = TinyModel.trainer(source.checkpoint(), objective, settings);
        CausalLMModel model =
                trainer.withOutputDirectory(directory.resolve("first")).train(new TokenSequenceDataset(source));
        Path file = directory.resolve("model.tribuo");
        model.serializeToFile(file);
        Path experiment = directory.resolve("experiment.xml");
        ModelReproduction.ofModel(file).save(experiment);
        String expected = sha256(directory.resolve("first"));

        int steps = run(experiment, directory.resolve("second"), Integer.MAX_VALUE);
        boolean inNewProcess = expected.equals(sha256(directory.resolve("second")));
        int killAfter = 1 + random.nextInt(steps - 4);
        int killed = run(experiment, directory.resolve("third"), killAfter);
        if (Files.exists(directory.resolve("third/adapter"))) {
            throw new IllegalStateException("The process was killed too late, after step " + killed);
        }
        run(experiment, directory.resolve("third"), Integer.MAX_VALUE);
        return new Outcome(steps, inNewProcess, killAfter, expected.equals(sha256(directory.resolve("third"))));
    }

    /** The bundled checkpoint and word problems; random weights and sums where it has no weights. */
    private static TokenSequenceSource source(Path directory) {
        Path bundled = RESOURCES.resolve("tiny-llama");
        if (!Files.exists(bundled.resolve("model.safetensors"))) {
            Path base = TinyModel.checkpoint(directory.resolve("base"), 1);
            return TinyModel.source(base, TinyModel.rows(directory.resolve("train.jsonl"), 1));
        }
        Gsm8kSource rows = new Gsm8kSource(RESOURCES.resolve("data/word-problems-train.jsonl"), 0, ROWS);
        return new TokenSequenceSource(bundled, rows, new QuestionAnswerTemplate(), 256, TruncationPolicy.TRUNCATE_END);
    }

    private static String sha256(Path run) {
        return FileStamp.of(run.resolve("adapter/adapter_model.safetensors")).sha256();
    }

    /** Runs a child, kills it after so many steps, and says how many it has done. */
    private static int run(Path experiment, Path output, int killAfter) throws IOException, InterruptedException {
        Process child = TrainingProcess.start(experiment, output);
        int done = 0;
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                done += TrainingProcess.step(line) > 0 ? 1 : 0;
                if (done == killAfter) {
                    child.destroyForcibly();
                    break;
                }
            }
        }
        int status = child.waitFor();
        if (killAfter == Integer.MAX_VALUE && status != 0) {
            throw new IllegalStateException("The process for " + output + " failed with status " + status);
        }
        return done;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
