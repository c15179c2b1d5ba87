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
package io.github.tribuollm.llm.evaluation.run;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.generation.Generator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;

/**
 * An evaluation that runs in a directory: what its models answer is kept there until it is finished, so that it goes on
 * after a kill and ends in the same files.
 */
public final class EvaluationRun {
    private static final Logger logger = Logger.getLogger(EvaluationRun.class.getName());
    /** More answers at once are hardly faster on a processor. */
    private static final int MOST_AT_ONCE = 32;

    private final Evaluation evaluation;
    private final Path output;
    private final BooleanSupplier stop;

    private EvaluationRun(Evaluation evaluation, Path output, BooleanSupplier stop) {
        this.evaluation = evaluation;
        this.output = output;
        this.stop = stop;
    }

    /**
     * An evaluation in a directory.
     *
     * @param evaluation what is measured by what
     * @param output where it keeps what it has, and where its files go
     */
    public static EvaluationRun of(Evaluation evaluation, Path output) {
        return new EvaluationRun(evaluation, output, () -> false);
    }

    /** The same, stopped when this says so, which is asked now and then. */
    public EvaluationRun stoppedBy(BooleanSupplier signal) {
        return new EvaluationRun(evaluation, output, signal);
    }

    /**
     * Measures what is not measured yet.
     *
     * @return the results of all models
     * @throws io.github.tribuollm.llm.training.InterruptedRun if it was asked to stop; it goes on from there when it is run again
     * @throws io.github.tribuollm.runtime.UserException if a model, data or answers cannot be used; what was computed is
     *     kept
     */
    public EvaluationResults run() {
        Instant began = Instant.now();
        try (Checkpoint base = Checkpoint.open(evaluation.directory())) {
            evaluation.benchmarks().forEach(Benchmark::requireData);
            models(evaluation, base).forEach(MeasuredModel::requireAdapter);
            RunState state = RunState.open(output);
            Evaluation sized = evaluation.withBatchSize(state.batchSize(evaluation.batchSize(), () -> batchSize(base)));
            List<ModelResults> results = new ArrayList<>();
            for (MeasuredModel model : models(sized, base)) {
                results.add(new ModelResults(model.name(), measured(sized, model, state)));
            }
            List<EvaluationResults.Rival> rivals = headToHeads(sized, results, state);
            Duration took = Duration.between(began, Instant.now());
            return new EvaluationResults(sized, results, rivals, state.started(), took);
        }
    }

    /** Deletes what was kept to go on from; the files of the results are written. */
    public void forget() {
        RunState.open(output).forget();
    }

    private static List<Measurement> measured(Evaluation sized, MeasuredModel model, RunState state) {
        List<Measurement> measurements = new ArrayList<>();
        for (Benchmark benchmark : sized.benchmarks()) {
            logger.info(() -> model.name() + ": " + benchmark);
            measurements.add(benchmark.measure(model, state.file(model.name(), benchmark.name())));
        }
        return measurements;
    }

    private List<EvaluationResults.Rival> headToHeads(Evaluation sized, List<ModelResults> results, RunState state) {
        List<EvaluationResults.Rival> rivals = new ArrayList<>();
        for (int i = 0; i < sized.benchmarks().size() && sized.rival().isPresent(); i++) {
            if (sized.benchmarks().get(i) instanceof PreferredBenchmark benchmark) {
                int place = i;
                Measurement baseline = EvaluationResults.model(
                                results, sized.rival().get())
                        .measurements()
                        .get(place);
                results.stream()
                        .filter(model -> !model.model().equals(sized.rival().get()))
                        .forEach(model -> rivals.add(new EvaluationResults.Rival(
                                model.model(),
                                benchmark.headToHead(
                                        baseline,
                                        model.measurements().get(place),
                                        state.file(model.model(), benchmark.name()),
                                        stop))));
            }
        }
        return rivals;
    }

    private List<MeasuredModel> models(Evaluation sized, Checkpoint base) {
        MeasuredModel.Settings settings = settings(sized);
        List<MeasuredModel> models = new ArrayList<>();
        for (Map.Entry<String, Optional<Path>> model : sized.models().entrySet()) {
            models.add(new MeasuredModel(model.getKey(), base, model.getValue(), settings, stop));
        }
        return models;
    }

    private static MeasuredModel.Settings settings(Evaluation sized) {
        Generator generator = new Generator(sized.checkpoint())
                .withTemplate(sized.template().orElse(null))
                .withBatchSize(Math.max(1, sized.batchSize()))
                .withStorage(sized.storage())
                .withExecution(sized.execution());
        return new MeasuredModel.Settings(
                generator, sized.systemPrompt(), sized.execution().backend(), sized.storage());
    }

    /** {@return a batch size whose answers fit into memory in every benchmark} */
    private int batchSize(Checkpoint base) {
        int least = MOST_AT_ONCE;
        MeasuredModel model = models(evaluation, base).get(0);
        for (Benchmark benchmark : evaluation.benchmarks()) {
            List<Query> queries = benchmark.queries();
            least = queries.isEmpty() ? least : model.mostAtOnce(queries, least);
        }
        int decided = least;
        logger.info(() -> "at most " + decided + " answers at once");
        return decided;
    }
}
