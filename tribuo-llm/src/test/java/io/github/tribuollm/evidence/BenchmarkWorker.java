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
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.DocumentLengths;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.training.AdamW;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Onnx;
import io.github.tribuollm.runtime.WeightSource;
import io.github.tribuollm.uncertainty.Measure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Our side of {@link SpeedBenchmark} and {@link DeviceBenchmark}, in a process of its own: LoRA of rank 32 on every
 * linear layer, no dropout. It speaks the protocol of test-resources/reference/bench_torch.py: {@code train N}, {@code
 * score N}, {@code dropout N SAMPLES}, {@code quit}.
 */
final class BenchmarkWorker implements AutoCloseable {
    /**
     * What is run.
     *
     * @param checkpoint the base
     * @param batches a file of {@link BenchmarkBatches}
     * @param objective as in {@link #objective}
     * @param batching how a batch is laid out
     * @param microBatch as {@link Batching#cut} takes it; 0 for the largest batch
     * @param maxLength the longest row; 0 for the longest document
     * @param backend where and in which precision
     * @param storage how the base's weights are held
     */
    record Setting(
            Path checkpoint,
            Path batches,
            String objective,
            Batching batching,
            int microBatch,
            int maxLength,
            Backend backend,
            Storage storage) {
        List<String> arguments() {
            return List.of(
                    checkpoint.toString(),
                    batches.toString(),
                    objective,
                    batching.name(),
                    Integer.toString(microBatch),
                    Integer.toString(maxLength),
                    backend.provider().name(),
                    Integer.toString(backend.device()),
                    Boolean.toString(backend.tf32()),
                    backend.computeType().name(),
                    storage.name());
        }

        static Setting of(String[] arguments) {
            return new Setting(
                    Path.of(arguments[0]),
                    Path.of(arguments[1]),
                    arguments[2],
                    Batching.valueOf(arguments[3]),
                    Integer.parseInt(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    new Backend(
                            ExecutionProvider.valueOf(arguments[6]),
                            Integer.parseInt(arguments[7]),
                            0,
                            Boolean.parseBoolean(arguments[8]),
                            ComputeType.valueOf(arguments[9])),
                    Storage.valueOf(arguments[10]));
        }
    }

    private static final LoraConfig LORA = new LoraConfig(32, 64, 0, List.of(LoraConfig.ALL_LINEAR));
    private static final double LEARNING_RATE = 1e-4;

    private final Checkpoint checkpoint;
    private final List<List<TokenSequence>> rows;
    private final List<List<MicroBatch>> batches;
    private final ModelShape shape;
    private final ParameterSet parameters;
    private final ParameterSet reference;
    private final OptimiserStep step;
    private final FiniteStep finite;
    private final TokenScorer scorer;
    private final AdamW optimiser;
    private int steps;

    BenchmarkWorker(Setting setting) throws IOException {
        Objective objective = objective(setting.objective());
        checkpoint = Checkpoint.open(setting.checkpoint());
        rows = BenchmarkBatches.read(setting.batches());
        int longest = Math.max(
                setting.maxLength(),
                rows.stream()
                        .mapToInt(batch -> new DocumentLengths(batch).longest())
                        .max()
                        .orElseThrow());
        int size = setting.microBatch() > 0
                ? setting.microBatch()
                : rows.stream().mapToInt(List::size).max().orElseThrow();
        batches = rows.stream()
                .map(batch -> setting.batching()
                        .cut(batch, IntStream.range(0, batch.size()).toArray(), size, longest)
                        .toList())
                .toList();
        Architecture architecture = Architectures.of(checkpoint);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (LinearLayer layer : architecture.linearLayers()) {
            shapes.put(layer.module() + ".lora_A.weight", new long[] {LORA.rank(), layer.in()});
            shapes.put(layer.module() + ".lora_B.weight", new long[] {layer.out(), LORA.rank()});
        }
        parameters = new ParameterSet(shapes);
        parameters.initialiseAdapter(1);
        reference = objective.needsReference() ? new ParameterSet(shapes) : null;
        ModelShape plain = new ModelShape(
                        architecture,
                        Optional.of(AdapterForm.of(LORA, architecture.linearLayers())),
                        longest,
                        size,
                        false)
                .on(setting.backend());
        shape = setting.batching() == Batching.PACKED ? plain.packing() : plain;
        WeightSource weights =
                checkpoint.weights().source(setting.storage(), shape.backend().computeType());
        step = new OptimiserStep(
                StepTask.of(
                        objective,
                        shape,
                        Optional.ofNullable(reference).map(r -> new ReferenceModel(shape, r, Optional.empty()))),
                parameters,
                weights,
                0);
        finite = new FiniteStep(step, setting.backend().computeType());
        scorer = new TokenScorer(shape, parameters, weights, List.of(TokenMeasure.NLL), GraphSession.Arena.KEPT);
        optimiser = new AdamW(parameters.values(), 0.9, 0.999, 0.01);
    }

    static Objective objective(String name) {
        return switch (name) {
            case "mle" -> Objective.mle();
            case "masked_mle" -> Objective.maskedMle(0.75);
            case "masked_mle_distill" -> Objective.maskedMleDistill(0.75);
            default -> throw new IllegalArgumentException("Unknown objective " + name);
        };
    }

    private double train(List<MicroBatch> batch) {
        OptimiserStep.Result result = finite.compute(batch, steps++);
        optimiser.step(parameters.values(), step.gradients(), 1 / finite.scale(), LEARNING_RATE);
        return result.loss();
    }

    private double score(List<MicroBatch> batch) {
        float[] nll = MicroBatches.joined(batch, b -> scorer.score(b).of(TokenMeasure.NLL));
        return IntStream.range(0, nll.length).mapToDouble(i -> nll[i]).sum() / nll.length;
    }

    /** The mean epistemic uncertainty of the base; its sessions are opened anew. */
    private double dropout(List<TokenSequence> documents, int samples) {
        ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), ScoredModel.longest(documents))
                .on(shape.backend());
        DoubleSummaryStatistics epistemic = new DoubleSummaryStatistics();
        new UncertaintyEvaluator(new MonteCarloDropout().withSamples(samples))
                .measure(
                        model,
                        documents,
                        (document, measures) -> Arrays.stream(measures.get(Measure.EPISTEMIC))
                                .filter(value -> !Double.isNaN(value))
                                .forEach(epistemic));
        return epistemic.getAverage();
    }

    private Map<String, Object> answer(String... words) throws IOException {
        int index = Integer.parseInt(words[1]);
        int passes = words.length > 2 ? Integer.parseInt(words[2]) : 1;
        List<MicroBatch> batch = batches.get(index);
        long cpu = cpuNanos();
        long start = System.nanoTime();
        double loss = switch (words[0]) {
            case "train" -> train(batch);
            case "score" -> score(batch);
            case "dropout" -> dropout(rows.get(index), passes);
            default -> throw new IllegalArgumentException("Unknown command " + words[0]);
        };
        double milliseconds = (System.nanoTime() - start) / 1e6;
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ms", milliseconds);
        answer.put("cpu_ms", (cpuNanos() - cpu) / 1e6);
        answer.put(
                "tokens",
                (long) passes * batch.stream().mapToInt(MicroBatch::allTokens).sum());
        answer.put("places", batch.stream().mapToInt(b -> b.tokens().length).sum());
        answer.put(
                "trained", batch.stream().mapToInt(MicroBatch::completionTokens).sum());
        answer.put("loss", loss);
        return memory(answer);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static Map<String, Object> memory(Map<String, Object> answer) throws IOException {
        answer.put("peak_rss", resident("VmHWM"));
        answer.put("rss", resident("VmRSS"));
        answer.put("rss_anonymous", resident("RssAnon"));
        answer.put("rss_file", resident("RssFile"));
        return answer;
    }

    private static long resident(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IOException(field + " is not in /proc/self/status"));
    }

    @Override
    public void close() {
        step.close();
        parameters.close();
        if (reference != null) {
            reference.close();
        }
        scorer.close();
        checkpoint.close();
    }

    /**
     * Runs until the parent says {@code quit}.
     *
     * @param arguments {@link Setting#arguments}
     * @throws IOException if a file or the parent cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Gson gson = new Gson();
        Onnx.environment();
        long imported = resident("VmRSS");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (BenchmarkWorker worker = new BenchmarkWorker(Setting.of(arguments))) {
            Map<String, Object> ready = new LinkedHashMap<>();
            ready.put("ready", true);
            ready.put("batches", worker.batches.size());
            ready.put("trainable", worker.parameters.size());
            ready.put("threads", Onnx.threads());
            ready.put("onnxruntime", Onnx.version());
            ready.put("imported_rss", imported);
            System.out.println(gson.toJson(memory(ready)));
            for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
                System.out.println(gson.toJson(worker.answer(line.split(" "))));
            }
        }
    }
}
