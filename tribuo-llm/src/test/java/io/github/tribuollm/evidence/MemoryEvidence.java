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

import com.google.gson.Gson;
import io.github.tribuollm.evidence.MemoryWorker.Case;
import io.github.tribuollm.evidence.MemoryWorker.Outcome;
import io.github.tribuollm.fixtures.RandomCheckpoint;
import io.github.tribuollm.fixtures.RandomCheckpoint.Model;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.memory.AvailableMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Memory at real sizes. Not a test: the executables {@code memory-plan} and {@code real-size} in
 * test-resources/evidence start it.
 *
 * <ul>
 *   <li>{@code plan}: predicted against measured peak memory over a grid of models with few layers, storage, batches,
 *       lengths, objectives;
 *   <li>{@code real-size}: Llama-3.2-1B, Gemma-2-2B and Phi-3.5-mini in full: 8 rows of Alpaca scored, and a LoRA step
 *       of rank 32 on all linear layers of two rows of 256 tokens, beside PyTorch and PEFT, in turns;
 *   <li>{@code fit}: published sizes in full, held in four bits and otherwise: a LoRA step of 256 tokens.
 * </ul>
 *
 * Arguments: the mode, the directory that keeps the checkpoints, and for {@code real-size} the directory of the shared
 * data, the reference's Python, models and types; for {@code fit} the models and the storages. Every
 * run is a process of its own. The exit status is 1 if a plan is more than 20 % off.
 */
final class MemoryEvidence {
    private static final double TOLERANCE = 0.2;
    private static final int RANK = 32;
    private static final int SCORED_ROWS = 8;
    private static final int STEP_ROWS = 2;
    private static final int LENGTH = 256;
    private static final int VOCABULARY = 32000;

    private final Path cache;
    private double worst;

    private MemoryEvidence(Path cache) {
        this.cache = cache;
    }

    /**
     * Runs a mode.
     *
     * @param arguments as above
     * @throws IOException if a run fails
     */
    public static void main(String[] arguments) throws IOException {
        MemoryEvidence evidence = new MemoryEvidence(Files.createDirectories(Path.of(arguments[1])));
        switch (arguments[0]) {
            case "plan" -> evidence.plan();
            case "real-size" ->
                evidence.realSize(
                        Path.of(arguments[2]), arguments[3], Set.of(arguments[4].split(",")), list(arguments[5]));
            case "fit" -> evidence.fit(Set.of(arguments[2].split(",")), list(arguments[3]));
            default -> throw new IllegalArgumentException("Name a mode: plan, real-size or fit");
        }
        System.exit(evidence.worst <= TOLERANCE ? 0 : 1);
    }

    /** A cell of the grid: the rows have all the same length, half of it to be learned. */
    private record Cell(
            Model model,
            int layers,
            boolean train,
            String objective,
            Storage storage,
            boolean recompute,
            int microBatch,
            int rows,
            int length) {}

    private static final List<Cell> GRID = List.of(
            new Cell(Model.LLAMA, 2, false, "mle", Storage.STORED, false, 8, 8, 128),
            new Cell(Model.LLAMA, 2, false, "mle", Storage.FLOAT32, false, 8, 8, 128),
            new Cell(Model.LLAMA, 2, true, "mle", Storage.STORED, true, 8, 8, 64),
            new Cell(Model.LLAMA, 2, true, "mle", Storage.FLOAT32, false, 8, 8, 64),
            new Cell(Model.LLAMA, 6, true, "mle", Storage.STORED, false, 4, 4, 128),
            new Cell(Model.LLAMA, 6, true, "mle", Storage.STORED, true, 2, 4, 128),
            new Cell(Model.LLAMA, 2, true, "masked_mle", Storage.FLOAT32, true, 2, 4, 128),
            new Cell(Model.GEMMA2, 2, false, "mle", Storage.STORED, false, 4, 4, 64),
            new Cell(Model.GEMMA2, 2, true, "mle", Storage.STORED, true, 4, 4, 64),
            new Cell(Model.GEMMA2, 3, true, "mle", Storage.FLOAT32, false, 2, 4, 96),
            new Cell(Model.PHI3, 2, false, "mle", Storage.FLOAT32, false, 8, 8, 128),
            new Cell(Model.PHI3, 4, true, "mle", Storage.STORED, true, 8, 8, 96),
            new Cell(Model.PHI3, 2, true, "mle", Storage.FLOAT32, false, 4, 4, 256),
            new Cell(Model.PHI3, 2, true, "masked_mle_distill", Storage.STORED, true, 4, 4, 128));

    private void plan() throws IOException {
        System.out.println("| model | layers | run | storage | recompute | micro-batch | rows | length | predicted GB |"
                + " measured GB | ratio |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        for (Cell cell : GRID) {
            Path batches = cache.resolve("grid.jsonl");
            BenchmarkBatches.write(batches, List.of(BenchmarkBatches.uniform(cell.rows(), cell.length(), 1000)));
            Outcome outcome = ours(new Case(
                    cell.train(),
                    RandomCheckpoint.in(cache, cell.model(), cell.layers()),
                    batches,
                    cell.objective(),
                    cell.storage(),
                    cell.microBatch(),
                    cell.recompute(),
                    RANK,
                    2));
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %s | %s | %s | %d | %d | %d | %.2f | %.2f | %.2f |%n",
                    cell.model().published,
                    cell.layers(),
                    cell.train() ? cell.objective() : "score",
                    cell.storage(),
                    cell.recompute(),
                    cell.microBatch(),
                    cell.rows(),
                    cell.length(),
                    outcome.predicted() / 1e9,
                    outcome.peak() / 1e9,
                    judge(outcome));
        }
        System.out.printf(
                Locale.ROOT,
                "worst difference of %d plans from the measured peak: %.0f %%%n",
                GRID.size(),
                100 * worst);
    }

    private double judge(Outcome outcome) {
        double ratio = (double) outcome.predicted() / outcome.peak();
        worst = Math.max(worst, Math.abs(ratio - 1));
        return ratio;
    }

    private static List<String> list(String names) {
        return names.isEmpty() ? List.of() : List.of(names.split(","));
    }

    private void realSize(Path data, String python, Set<String> models, List<String> dtypes) throws IOException {
        System.out.println("| model | run | side | storage | predicted GB | measured GB | load s | tokens/s | loss |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        Path tokenizer = tokenizer(data.resolve("tokenizers/qwen2"), python);
        for (Model model : published(models)) {
            Path checkpoint = RandomCheckpoint.in(cache, model, model.layers());
            for (boolean train : new boolean[] {false, true}) {
                Path batches = cache.resolve(model.published + (train ? "-train" : "-score") + ".jsonl");
                BenchmarkBatches.write(
                        batches,
                        train
                                ? List.of(BenchmarkBatches.uniform(STEP_ROWS, LENGTH, VOCABULARY))
                                : BenchmarkBatches.of(
                                        data.resolve("alpaca/alpaca_data.json"),
                                        tokenizer,
                                        1,
                                        SCORED_ROWS,
                                        LENGTH,
                                        VOCABULARY));
                int rows = train ? STEP_ROWS : SCORED_ROWS;
                Outcome stored = ours(new Case(train, checkpoint, batches, "mle", Storage.AUTO, rows, true, RANK, 1));
                row(model, train, "tribuo-llm", stored, judge(stored));
                for (String dtype : dtypes) {
                    torch(model, train, dtype, checkpoint, batches, python);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s: worst difference of a plan from the measured peak: %.0f %%%n",
                String.join(", ", models),
                100 * worst);
    }

    private void fit(Set<String> models, List<String> storages) throws IOException {
        System.out.println("| model | run | side | storage | predicted GB | measured GB | load s | tokens/s | loss |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        long most = 0;
        for (Model model : published(models)) {
            Path checkpoint = RandomCheckpoint.in(cache, model, model.layers());
            Path batches = cache.resolve(model.published + "-fit.jsonl");
            BenchmarkBatches.write(batches, List.of(BenchmarkBatches.uniform(1, LENGTH, VOCABULARY)));
            for (String storage : storages) {
                most = Math.max(most, fit(model, checkpoint, batches, Storage.valueOf(storage)));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s: worst difference of a plan from the measured peak: %.0f %%%s%n",
                String.join(", ", models),
                100 * worst,
                most == 0 ? "" : String.format(Locale.ROOT, ", highest peak in four bits %.1f GB", most / 1e9));
        worst = most < 24e9 ? worst : Double.POSITIVE_INFINITY;
    }

    private static List<Model> published(Set<String> names) {
        List<Model> models = Arrays.stream(Model.values())
                .filter(model -> names.contains(model.published))
                .toList();
        if (models.size() < names.size()) {
            throw new IllegalArgumentException("Name models of "
                    + Arrays.stream(Model.values())
                            .map(model -> model.published)
                            .toList() + ", not " + names);
        }
        return models;
    }

    /** The peak of a step on four bits; 0 of others, which are shown beside it. */
    private long fit(Model model, Path checkpoint, Path batches, Storage storage) throws IOException {
        long floats = 2 * Files.size(checkpoint.resolve("model.safetensors"));
        if (!storage.rounds() && floats > AvailableMemory.bytes()) {
            leftOut(model, true, "tribuo-llm", storage.name(), floats);
            return 0;
        }
        long heap = (512L << 20) + floats / 16;
        Outcome outcome =
                ours(new Case(true, checkpoint, batches, "mle", storage, 1, true, RANK, 1), (heap >> 20) + "m");
        row(model, true, "tribuo-llm", outcome, judge(outcome));
        return storage == Storage.INT4 ? outcome.peak() : 0;
    }

    /**
     * The models' own tokenizers are not at hand; the rows are cut by another, in the form that transformers writes.
     */
    private Path tokenizer(Path files, String python) throws IOException {
        Path converted = cache.resolve("tokenizer");
        if (!Files.exists(converted.resolve("tokenizer.json"))) {
            String program = "import sys, transformers as t;"
                    + "t.AutoTokenizer.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2]); print('{}')";
            outcome(List.of(python, "-c", program, files.toString(), converted.toString()));
        }
        return converted;
    }

    private static void row(Model model, boolean train, String side, Outcome outcome, double ratio) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %.2f | %.1f | %.2f | %.5f |%n",
                model.published,
                train ? "LoRA step" : "score",
                side,
                outcome.storage(),
                Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", outcome.predicted() / 1e9),
                outcome.peak() / 1e9,
                outcome.planSeconds() + outcome.loadSeconds(),
                outcome.tokens() / outcome.seconds(),
                outcome.loss());
    }

    /** PyTorch's weights and their copy while they are loaded would not fit beside the rest: such a run is left out. */
    private void torch(Model model, boolean train, String dtype, Path checkpoint, Path batches, String python)
            throws IOException {
        long weights = Files.size(checkpoint.resolve("model.safetensors")) * (dtype.equals("float32") ? 2 : 1);
        long needed = weights + (5L << 30);
        if (needed > AvailableMemory.bytes()) {
            leftOut(model, train, "PyTorch + PEFT", dtype, weights);
            return;
        }
        String script = Path.of(System.getProperty("test.resources"), "reference", "real_size_torch.py")
                .toString();
        List<String> command = new ArrayList<>(List.of(python, script, train ? "train" : "score"));
        command.addAll(List.of(
                checkpoint.toString(), batches.toString(), dtype, Integer.toString(train ? STEP_ROWS : SCORED_ROWS)));
        row(model, train, "PyTorch + PEFT", outcome(command), Double.NaN);
    }

    private static void leftOut(Model model, boolean train, String side, String storage, long weights) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | left out: its weights are %.1f GB, %.1f GB are available | | | | |%n",
                model.published,
                train ? "LoRA step" : "score",
                side,
                storage,
                weights / 1e9,
                AvailableMemory.bytes() / 1e9);
    }

    private static Outcome ours(Case run) throws IOException {
        return ours(run, "1g");
    }

    /** Runs with a heap for what AdamW remembers of the adapter, and no more: a heap grows as far as it may. */
    private static Outcome ours(Case run, String heap) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:MaxDirectMemorySize=" + (AvailableMemory.bytes() >> 20) + "m",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryWorker.class.getName()));
        command.addAll(run.arguments());
        return outcome(command);
    }

    private static Outcome outcome(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IOException("Failed: " + String.join(" ", command));
            }
            return new Gson().fromJson(text.substring(text.lastIndexOf('\n') + 1), Outcome.class);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted: " + String.join(" ", command), e);
        }
    }
}
