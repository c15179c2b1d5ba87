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
package io.github.tribuollm.llm.training;

import com.google.gson.Gson;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.training.report.PeakMemory;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Onnx;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One run in a process of its own, whose peak memory, speed and load time it prints as a JSON object: {@code score}
 * passes over the first batch of a file, or {@code train} steps on it.
 *
 * <p>Arguments: train or score, checkpoint, batch file, objective, storage, micro-batch, recompute, rank, repetitions.
 */
final class MemoryWorker {
    private MemoryWorker() {}

    /**
     * Runs.
     *
     * @param arguments as above
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        boolean training = arguments[0].equals("train");
        List<TokenSequence> rows =
                BenchmarkBatches.read(Path.of(arguments[2])).get(0);
        Objective objective = BenchmarkWorker.objective(arguments[3]);
        Storage storage = Storage.valueOf(arguments[4]);
        int microBatch = Integer.parseInt(arguments[5]);
        boolean recompute = Boolean.parseBoolean(arguments[6]);
        int rank = Integer.parseInt(arguments[7]);
        int repetitions = Integer.parseInt(arguments[8]);
        Onnx.environment();
        long start = System.nanoTime();
        Map<String, Object> answer = new LinkedHashMap<>();
        LoraConfig lora = new LoraConfig(rank, 2.0 * rank, 0, List.of(LoraConfig.ALL_LINEAR));
        try (Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[1]))) {
            Architecture architecture = Architectures.of(checkpoint);
            Set<String> modules = LoraTargets.resolve(architecture, lora).keySet();
            int longest = rows.stream().mapToInt(TokenSequence::length).max().orElseThrow();
            ModelShape shape =
                    new ModelShape(architecture, Optional.of(lora), modules, longest, microBatch, recompute);
            Map<String, long[]> shapes = new LinkedHashMap<>();
            for (LinearLayer layer : architecture.linearLayers()) {
                shapes.put(layer.module() + ".lora_A.weight", new long[] {rank, layer.in()});
                shapes.put(layer.module() + ".lora_B.weight", new long[] {layer.out(), rank});
            }
            List<MicroBatch> batches = new ArrayList<>();
            for (int from = 0; from < rows.size(); from += microBatch) {
                batches.add(MicroBatch.of(
                        rows,
                        IntStream.range(from, Math.min(rows.size(), from + microBatch))
                                .toArray()));
            }
            WeightSource weights = checkpoint.weights().source(storage);
            try (ParameterSet parameters = new ParameterSet(shapes);
                    ParameterSet teacher = objective.needsTeacher() ? new ParameterSet(shapes) : null;
                    OptimiserStep step = new OptimiserStep(objective, shape, parameters, teacher, weights, 0);
                    TokenScorer scorer =
                            new TokenScorer(shape, parameters, weights, Set.of(TokenScorer.Measure.NLL))) {
                parameters.initialiseAdapter(1);
                AdamW optimiser = training ? new AdamW(parameters.values(), 0.9, 0.999, 0.01) : null;
                List<Double> seconds = new ArrayList<>();
                double loss = 0;
                for (int i = 0; i < repetitions; i++) {
                    long begin = System.nanoTime();
                    if (training) {
                        loss = step.compute(batches, i).loss();
                        optimiser.step(parameters.values(), step.gradients(), 1, 1e-4);
                    } else {
                        double sum = 0;
                        long count = 0;
                        for (MicroBatch batch : batches) {
                            for (float nll : scorer.score(batch).nll()) {
                                sum += nll;
                                count++;
                            }
                        }
                        loss = sum / count;
                    }
                    seconds.add((System.nanoTime() - begin) / 1e9);
                }
                answer.put("first_seconds", seconds.get(0));
                answer.put("seconds", seconds.get(seconds.size() - 1));
                answer.put("loss", loss);
            }
            answer.put("total_seconds", (System.nanoTime() - start) / 1e9);
            answer.put("tokens", batches.stream().mapToInt(MicroBatch::allTokens).sum());
            answer.put("cpu", ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9);
            answer.put("peak_rss", PeakMemory.bytes());
        }
        System.out.println(new Gson().toJson(answer));
    }
}
