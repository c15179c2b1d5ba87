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
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.training.AdamW;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.llm.training.report.PeakMemory;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One run of {@link MemoryEvidence} in a process of its own: {@code score} passes over the first batch of a file, or
 * {@code train} steps on it, with LoRA on all linear layers. It prints, as JSON, the plan made before anything is
 * loaded, the peak of its resident memory, the times, and the loss.
 */
final class MemoryWorker {
    /**
     * What is run.
     *
     * @param train whether steps are taken, or scores computed
     * @param checkpoint the base
     * @param batches a file of {@link BenchmarkBatches}
     * @param objective as in {@link BenchmarkWorker#objective}
     * @param storage how the weights are held
     * @param microBatch rows at a time
     * @param recompute whether activations are computed again
     * @param rank of the adapters
     * @param repetitions how many steps or passes
     */
    record Case(
            boolean train,
            Path checkpoint,
            Path batches,
            String objective,
            Storage storage,
            int microBatch,
            boolean recompute,
            int rank,
            int repetitions) {
        List<String> arguments() {
            return List.of(
                    Boolean.toString(train),
                    checkpoint.toString(),
                    batches.toString(),
                    objective,
                    storage.name(),
                    Integer.toString(microBatch),
                    Boolean.toString(recompute),
                    Integer.toString(rank),
                    Integer.toString(repetitions));
        }

        static Case of(String[] arguments) {
            return new Case(
                    Boolean.parseBoolean(arguments[0]),
                    Path.of(arguments[1]),
                    Path.of(arguments[2]),
                    arguments[3],
                    Storage.valueOf(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    Boolean.parseBoolean(arguments[6]),
                    Integer.parseInt(arguments[7]),
                    Integer.parseInt(arguments[8]));
        }
    }

    /** What came of it; times in seconds, memory in bytes. Loading includes a first pass over a few tokens. */
    record Outcome(
            long predicted,
            String plan,
            String storage,
            long peak,
            double planSeconds,
            double loadSeconds,
            double seconds,
            int tokens,
            double loss) {}

    private final Case run;
    private final Objective objective;
    private final List<TokenSequence> rows;
    private final List<MicroBatch> batches = new ArrayList<>();

    private MemoryWorker(Case run) throws IOException {
        this.run = run;
        this.objective = BenchmarkWorker.objective(run.objective());
        this.rows = BenchmarkBatches.read(run.batches()).get(0);
        for (int from = 0; from < rows.size(); from += run.microBatch()) {
            int to = Math.min(rows.size(), from + run.microBatch());
            batches.add(MicroBatch.of(rows, IntStream.range(from, to).toArray()));
        }
    }

    /**
     * Runs a case.
     *
     * @param arguments {@link Case#arguments}
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        System.out.println(new Gson().toJson(new MemoryWorker(Case.of(arguments)).outcome()));
    }

    private Outcome outcome() {
        LoraConfig lora = new LoraConfig(run.rank(), 2.0 * run.rank(), 0, List.of(LoraConfig.ALL_LINEAR));
        long start = System.nanoTime();
        try (Checkpoint checkpoint = Checkpoint.open(run.checkpoint())) {
            Architecture architecture = Architectures.of(checkpoint);
            Map<String, LinearLayer> modules = LoraTargets.resolve(architecture, lora);
            int longest = rows.stream().mapToInt(TokenSequence::length).max().orElseThrow();
            ModelShape shape = new ModelShape(
                    architecture,
                    Optional.of(AdapterForm.of(lora, modules.values())),
                    longest,
                    run.microBatch(),
                    run.recompute());
            Map<String, long[]> shapes = new LinkedHashMap<>();
            modules.forEach((module, layer) -> {
                shapes.put(module + ".lora_A.weight", new long[] {lora.rank(), layer.in()});
                shapes.put(module + ".lora_B.weight", new long[] {layer.out(), lora.rank()});
            });
            Optional<ReferenceModel> reference = objective.requirements().needsReference()
                    ? Optional.of(ReferenceModel.base(shape))
                    : Optional.empty();
            MemoryPlanner planner = run.train()
                    ? MemoryPlanner.training(
                            StepTask.of(objective, shape, reference),
                            Optional.of(checkpoint.weights()),
                            rows,
                            rows.size())
                    : MemoryPlanner.scoring(shape, checkpoint.weights(), rows, List.of(TokenMeasure.NLL));
            MemoryPlan plan = planner.decide(run.storage());
            double planned = seconds(start);
            WeightSource weights = checkpoint.weights().source(plan.settings().storage());
            try (ParameterSet parameters = new ParameterSet(shapes)) {
                parameters.initialiseAdapter(1);
                double[] result =
                        run.train() ? train(shape, parameters, reference, weights) : score(shape, parameters, weights);
                int tokens = batches.stream().mapToInt(MicroBatch::allTokens).sum();
                double load = seconds(start) - planned - result[1];
                return new Outcome(
                        plan.peak(),
                        plan.summary(),
                        plan.settings().storage().name(),
                        PeakMemory.bytes(),
                        planned,
                        load,
                        result[1] / run.repetitions(),
                        tokens,
                        result[0]);
            }
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** As many micro-batches as the step has, of a few tokens: they open the graphs and read the weights. */
    private List<MicroBatch> opening() {
        BitSet completion = new BitSet();
        completion.set(4, 8);
        int[] tokens = Arrays.copyOf(rows.get(0).tokens(), 8);
        List<TokenSequence> few = List.of(new TokenSequence(tokens, completion, 1, "opening"));
        return Collections.nCopies(batches.size(), MicroBatch.of(few, new int[] {0}));
    }

    /** The first step's loss, and the seconds of all steps. */
    private double[] train(
            ModelShape shape, ParameterSet parameters, Optional<ReferenceModel> reference, WeightSource weights) {
        AdamW optimiser = new AdamW(parameters.values(), 0.9, 0.999, 0.01);
        try (OptimiserStep step = new OptimiserStep(StepTask.of(objective, shape, reference), parameters, weights, 0)) {
            double loss = 0;
            step.compute(opening(), 0);
            long start = System.nanoTime();
            for (int i = 0; i < run.repetitions(); i++) {
                double present = step.compute(batches, i).loss();
                loss = i == 0 ? present : loss;
                optimiser.step(parameters.values(), step.gradients(), 1, 1e-4);
            }
            return new double[] {loss, seconds(start)};
        }
    }

    /** The mean loss, and the seconds of all passes. */
    private double[] score(ModelShape shape, ParameterSet parameters, WeightSource weights) {
        try (TokenScorer scorer =
                new TokenScorer(shape, parameters, weights, List.of(TokenMeasure.NLL), GraphSession.Arena.KEPT)) {
            double sum = 0;
            opening().forEach(scorer::score);
            long start = System.nanoTime();
            for (int i = 0; i < run.repetitions(); i++) {
                sum = 0;
                for (MicroBatch batch : batches) {
                    for (float nll : scorer.score(batch).of(TokenMeasure.NLL)) {
                        sum += nll;
                    }
                }
            }
            double seconds = seconds(start);
            return new double[] {
                sum / batches.stream().mapToInt(MicroBatch::completionTokens).sum(), seconds
            };
        }
    }
}
