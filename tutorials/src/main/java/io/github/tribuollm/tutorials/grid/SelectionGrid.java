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
package io.github.tribuollm.tutorials.grid;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import com.oracle.labs.mlrg.olcut.config.UsageException;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.logging.Logger;

/**
 * Trains every model on every data set by every method with several seeds, measures held-out losses in and out of
 * distribution, and writes one table and one picture. A grid that was interrupted goes on where it stopped.
 */
public final class SelectionGrid {
    private static final Logger logger = Logger.getLogger(SelectionGrid.class.getName());
    private static final int EVALUATION_BATCH = 16;

    /** The size of the grid. */
    public static final class GridOptions implements Options {
        /** The checkpoints. */
        @Option(charName = 'm', longName = "models", usage = "Checkpoint directories, separated by commas.")
        public List<Path> models = List.of();

        /** The data sets. */
        @Option(charName = 'd', longName = "data", usage = "The directory with gsm8k/ and alpaca/.")
        public Path data;

        /** Where results go. */
        @Option(charName = 'o', longName = "output", usage = "The directory of the results.")
        public Path output = Path.of("runs/selection-grid");

        /** The number of seeds. */
        @Option(charName = 's', longName = "seeds", usage = "Seeds for each cell, at least 2.")
        public int seeds = 5;

        /** The rows of a run. */
        @Option(charName = 'r', longName = "rows", usage = "Training rows of a run.")
        public int rows = 320;

        /** The rows of each held-out set. */
        @Option(charName = 'e', longName = "held-out-rows", usage = "Rows of each held-out set.")
        public int heldOutRows = 192;

        /** The longest row. */
        @Option(charName = 'l', longName = "max-length", usage = "Tokens at which a row is cut.")
        public int maxLength = 256;

        /** The rows of a step. */
        @Option(charName = 'b', longName = "batch-size", usage = "Rows of an optimiser step.")
        public int batchSize = 16;

        /** LoRA's rank. */
        @Option(charName = 'k', longName = "rank", usage = "LoRA's rank; alpha is twice the rank.")
        public int rank = 32;

        /** The peak learning rate. */
        @Option(charName = 'a', longName = "learning-rate", usage = "AdamW's peak learning rate.")
        public double learningRate = 1e-3;

        /** How many runs at a time. */
        @Option(
                charName = 'p',
                longName = "parallel",
                usage = "Runs at a time; give each one thread with -Dtribuollm.threads=1.")
        public int parallel = 1;

        @Override
        public String getOptionsDescription() {
            return "Compares what to train on: models x data sets x methods x seeds.";
        }

        GridSetting setting() {
            return new GridSetting(rows, heldOutRows, maxLength, batchSize, rank, learningRate);
        }
    }

    private final Map<String, Path> models = new LinkedHashMap<>();
    private final Path data;
    private final Path output;
    private final GridSetting setting;
    private final int seeds;
    private final int parallel;
    private final Map<List<Object>, List<TokenSequence>> heldOut = new ConcurrentHashMap<>();

    private SelectionGrid(GridOptions options) {
        if (options.models.isEmpty() || options.data == null) {
            throw new IllegalArgumentException("--models and --data are needed");
        }
        options.models.forEach(model -> models.put(model.getFileName().toString(), model));
        data = options.data;
        output = options.output;
        setting = options.setting();
        seeds = options.seeds;
        parallel = options.parallel;
        for (GridData set : GridData.values()) {
            if (seeds < 2 || seeds > set.seeds(setting)) {
                throw new IllegalArgumentException("--seeds: between 2 and " + set.seeds(setting)
                        + " seeds have rows of their own in " + set + ", not " + seeds);
            }
        }
    }

    /**
     * Runs the grid.
     *
     * @param arguments see {@link GridOptions}
     * @throws IOException if a result cannot be written
     * @throws InterruptedException if the program is asked to stop
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        GridOptions options = new GridOptions();
        try {
            new ConfigurationManager(arguments, options).close();
        } catch (UsageException e) {
            logger.info(e.getMessage());
            return;
        }
        new SelectionGrid(options).run();
    }

    private void run() throws IOException, InterruptedException {
        List<Runnable> references = new ArrayList<>();
        List<GridCell> first = new ArrayList<>();
        List<GridCell> then = new ArrayList<>();
        for (String model : models.keySet()) {
            for (GridData set : GridData.values()) {
                references.add(() -> trainReference(model, set));
                for (int seed = 0; seed < seeds; seed++) {
                    for (GridMethod method : GridMethod.values()) {
                        (method == GridMethod.MLE ? first : then).add(new GridCell(model, set, method, seed));
                    }
                }
            }
        }
        int count = first.size() + then.size();
        Progress progress = new Progress(count);
        all(references);
        Map<GridCell, GridCell.Result> results = new ConcurrentHashMap<>();
        for (List<GridCell> phase : List.of(first, then)) {
            all(phase.stream()
                    .map(cell -> (Runnable) () -> results.put(cell, progress.of(cell, () -> result(cell))))
                    .toList());
        }
        GridReport report = new GridReport(setting, seeds, base(), results);
        report.write(output);
        System.out.print(report.text());
    }

    private void all(List<Runnable> tasks) throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(parallel);
        try {
            List<Future<?>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(workers.submit(task)));
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A run of the grid failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private GridCell.Result result(GridCell cell) {
        return cell.finished(output, setting).orElseGet(() -> {
            GridCell.Result result = train(cell);
            cell.save(output, result);
            return result;
        });
    }

    private GridCell.Result train(GridCell cell) {
        Path checkpoint = models.get(cell.model());
        Reference reference = cell.method()
                .reference()
                .map(kind -> switch (kind) {
                    case MLE -> new GridCell(cell.model(), cell.data(), GridMethod.MLE, cell.seed()).adapter(output);
                    case HELD_OUT -> heldOutReference(cell.model(), cell.data());
                })
                .map(Reference::adapter)
                .orElseGet(Reference::trained);
        TokenSequenceSource rows = cell.data().training(data, checkpoint, setting, cell.seed());
        CausalLMTrainer trainer = trainer(checkpoint, cell.method().objective(cell.seed()), reference, cell.seed());
        long start = System.nanoTime();
        try (CausalLMModel model = trainer.train(new TokenSequenceDataset(rows))) {
            double seconds = (System.nanoTime() - start) / 1e9;
            if (cell.method() == GridMethod.MLE) {
                save(model, cell.adapter(output));
            }
            return new GridCell.Result(
                    setting,
                    model.meanLoss(heldOut(cell.model(), cell.data()), EVALUATION_BATCH)
                            .nll(),
                    model.meanLoss(heldOut(cell.model(), cell.data().other()), EVALUATION_BATCH)
                            .nll(),
                    seconds);
        }
    }

    private void trainReference(String name, GridData set) {
        Path target = heldOutReference(name, set);
        if (Files.isDirectory(target)) {
            return;
        }
        Path checkpoint = models.get(name);
        TokenSequenceSource rows = set.reference(data, checkpoint, setting);
        try (CausalLMModel model = trainer(checkpoint, Objective.mle(), Reference.trained(), seeds)
                .train(new TokenSequenceDataset(rows))) {
            save(model, target);
        }
    }

    private Path heldOutReference(String model, GridData set) {
        return output.resolve("adapters").resolve(model + "-" + set.name().toLowerCase(Locale.ROOT) + "-held-out");
    }

    private static void save(CausalLMModel model, Path directory) {
        PeftFiles.save(
                model.adapter().orElseThrow(),
                directory,
                model.checkpointLocation(),
                model.checkpoint().identity());
    }

    private CausalLMTrainer trainer(Path checkpoint, Objective objective, Reference reference, int seed) {
        return new CausalLMTrainer(checkpoint, objective)
                .withTuning(new Lora().withRank(setting.rank()).withAlpha(2 * setting.rank()))
                .withOptimisation(new Optimisation().withLearningRate(setting.learningRate()))
                .withBatches(new Batches().withBatchSize(setting.batchSize()))
                .withReference(reference)
                .withSeed(seed);
    }

    private List<TokenSequence> heldOut(String model, GridData set) {
        return heldOut.computeIfAbsent(
                List.of(model, set),
                key -> set.heldOut(data, models.get(model), setting).sequences());
    }

    /** The held-out losses before training. */
    private Map<String, Map<GridData, Double>> base() {
        Map<String, Map<GridData, Double>> losses = new LinkedHashMap<>();
        models.forEach((name, directory) -> {
            try (Checkpoint checkpoint = Checkpoint.open(directory);
                    TokenScorer scorer = TokenScorer.of(
                            ScoredModel.of(checkpoint, Optional.empty(), setting.maxLength())
                                    .stored(Storage.FLOAT32)
                                    .inBatchesOf(EVALUATION_BATCH),
                            List.of(TokenMeasure.NLL))) {
                for (GridData set : GridData.values()) {
                    losses.computeIfAbsent(name, n -> new HashMap<>())
                            .put(set, scorer.meanLoss(heldOut(name, set)).nll());
                }
            }
        });
        return losses;
    }

    /** A line for each finished cell, with the time that the rest will take. */
    private static final class Progress {
        private final int count;
        private final long start = System.nanoTime();
        private int done;

        Progress(int count) {
            this.count = count;
        }

        GridCell.Result of(GridCell cell, Supplier<GridCell.Result> run) {
            GridCell.Result result = run.get();
            synchronized (this) {
                done++;
                Duration left = Duration.ofNanos((System.nanoTime() - start) / done * (count - done));
                System.out.printf(
                        "%d/%d  %s: %.4f in, %.4f out of distribution, %.1f s, %d min left%n",
                        done,
                        count,
                        cell,
                        result.inDistribution(),
                        result.outOfDistribution(),
                        result.seconds(),
                        left.toMinutes());
            }
            return result;
        }
    }
}
