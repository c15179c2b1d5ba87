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
import io.github.tribuollm.fixtures.JsonProcess;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Onnx;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Speed and memory of a LoRA step. Not a test: the executables {@code speed-*} and {@code start-up} in
 * test-resources/evidence start it, on a quiet machine.
 *
 * <ul>
 *   <li>{@code compare}: against PyTorch, transformers and PEFT doing the same step on the same batches, each side in a
 *       process of its own, in turns: their step, our step, their scoring, our scoring;
 *   <li>{@code objectives}: the objectives against vanilla MLE, in turns;
 *   <li>{@code storages}: weights in float32, in bytes and in four bits against PyTorch in float32 and in bfloat16, in
 *       turns;
 *   <li>{@code batching}: the layouts of a step, in turns;
 *   <li>{@code startup}: from the launch of a process to its first training step on a checkpoint of 1 GB.
 * </ul>
 *
 * Options, each with a value: {@code --case} (llama-15m, llama-1b-2layers), {@code --work} (a directory that keeps
 * checkpoints), {@code --checkpoint} (default: named after the case, in the former; made if it is missing),
 * {@code --rounds}, {@code --batches} (different ones, used in every round), {@code --batch-size},
 * {@code --max-length}, {@code --python}, {@code --data} (alpaca_data.json), {@code --tokenizer} (a checkpoint's or
 * only tokenizer files), {@code --threads}, {@code --heap} (of our worker, as -Xmx takes it). The last line of the
 * output is one JSON object. The exit status is 1 if a figure is not what is claimed.
 */
final class SpeedBenchmark {
    private static final double SAME_LOSS = 1e-4;
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));

    private final Map<String, String> options;
    private final String name;
    private final Path work;
    private final Path checkpoint;
    private final int rounds;

    private SpeedBenchmark(Map<String, String> options) {
        this.options = options;
        this.name = options.getOrDefault("--case", "llama-15m");
        this.work = Path.of(options.getOrDefault("--work", System.getProperty("java.io.tmpdir") + "/speed-benchmark"));
        this.checkpoint =
                Path.of(options.getOrDefault("--checkpoint", work.resolve(name).toString()));
        this.rounds = integer("--rounds", 3);
    }

    private int integer(String option, int fallback) {
        return Integer.parseInt(options.getOrDefault(option, Integer.toString(fallback)));
    }

    private boolean small() {
        return name.equals("llama-15m");
    }

    /**
     * Runs a benchmark.
     *
     * @param arguments the mode and its options
     * @throws IOException if a worker fails
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        SpeedBenchmark benchmark = new SpeedBenchmark(options);
        Files.createDirectories(benchmark.work);
        Map<String, Object> result = switch (arguments.length == 0 ? "" : arguments[0]) {
            case "compare" -> benchmark.compare();
            case "objectives" -> benchmark.objectives();
            case "storages" -> benchmark.storages();
            case "batching" -> benchmark.batching();
            case "startup" -> benchmark.startup();
            default ->
                throw new IllegalArgumentException("Name a mode: compare, objectives, storages, batching or startup");
        };
        boolean holds = benchmark.holds(result);
        result.put("holds", holds);
        System.out.println(new Gson().toJson(result));
        System.exit(holds ? 0 : 1);
    }

    /** Whether every figure is within what is claimed. */
    private boolean holds(Map<String, Object> result) {
        return Stream.of(
                        Map.entry("train_ratio", small() ? 1.2 : 1.1),
                        Map.entry("score_ratio", 1.2),
                        Map.entry("peak_rss_ratio", -0.7),
                        Map.entry("loss_difference", -SAME_LOSS),
                        Map.entry("bucketed_train_ratio", 1.5),
                        Map.entry("packed_train_ratio", 1.2),
                        Map.entry("int8_train_ratio_to_float32", 1.5),
                        Map.entry("int8_train_ratio_to_torch", 1.2),
                        Map.entry("masked_mle_ratio", -1.05),
                        Map.entry("masked_mle_distill_ratio", -1.65),
                        Map.entry("seconds_to_first_step", -3.0))
                .filter(bound -> result.containsKey(bound.getKey()))
                .allMatch(bound -> {
                    double value = ((Number) result.get(bound.getKey())).doubleValue();
                    return bound.getValue() > 0 ? value >= bound.getValue() : value <= -bound.getValue();
                });
    }

    private Map<String, Object> compare() throws IOException {
        makeCheckpoint();
        Path batches = writeBatches();
        try (BenchmarkSide torch = torch(batches);
                BenchmarkSide ours = ours("mle", batches, checkpoint)) {
            Timings torchTrain = new Timings();
            Timings oursTrain = new Timings();
            Timings torchScore = new Timings();
            Timings oursScore = new Timings();
            double difference = 0;
            for (int round = -1; round < rounds; round++) {
                for (int n = 0; n < ours.batches(); n++) {
                    Timings.Answer theirs = torch.ask("train", n);
                    Timings.Answer mine = ours.ask("train", n);
                    if (round < 0 && n == 0) {
                        difference = Math.abs(mine.loss() - theirs.loss()) / theirs.loss();
                        System.out.printf(
                                "first step's loss: %.7f PyTorch, %.7f ours, relative difference %.1e%n",
                                theirs.loss(), mine.loss(), difference);
                    }
                    Timings.Answer theirScore = torch.ask("score", n);
                    Timings.Answer myScore = ours.ask("score", n);
                    if (round >= 0) {
                        torchTrain.add(theirs);
                        oursTrain.add(mine);
                        torchScore.add(theirScore);
                        oursScore.add(myScore);
                    }
                }
                System.out.printf(
                        "round %d of %d: a step %.0f ms PyTorch, %.0f ms ours; scoring %.0f and %.0f ms%n",
                        round + 1,
                        rounds,
                        torchTrain.median(),
                        oursTrain.median(),
                        torchScore.median(),
                        oursScore.median());
            }
            Map<String, Object> result = heading("compare");
            result.put("loss_difference", difference);
            result.put("train_ratio", torchTrain.medianRatioTo(oursTrain));
            result.put("score_ratio", torchScore.medianRatioTo(oursScore));
            result.put("train_tokens_per_second", pair(torchTrain.tokensPerSecond(), oursTrain.tokensPerSecond()));
            result.put("score_tokens_per_second", pair(torchScore.tokensPerSecond(), oursScore.tokensPerSecond()));
            result.put("train_ms", pair(torchTrain.median(), oursTrain.median()));
            result.put("score_ms", pair(torchScore.median(), oursScore.median()));
            result.put("ours_train_cpu_ms", oursTrain.medianCpu());
            long torchPeak = torch.last("peak_rss");
            long oursPeak = ours.last("peak_rss");
            long torchImports = torch.ready("imported_rss");
            long oursImports = ours.ready("imported_rss");
            result.put("peak_rss", pair(torchPeak, oursPeak));
            result.put("imported_rss", pair(torchImports, oursImports));
            result.put("peak_rss_ratio", (double) oursPeak / torchPeak);
            result.put(
                    "peak_rss_ratio_without_imports", (double) (oursPeak - oursImports) / (torchPeak - torchImports));
            result.put("ours_rss_anonymous", ours.last("rss_anonymous"));
            result.put("ours_rss_file", ours.last("rss_file"));
            return result;
        }
    }

    private Map<String, Object> objectives() throws IOException {
        makeCheckpoint();
        Path batches = writeBatches();
        try (BenchmarkSide mle = ours("mle", batches, checkpoint);
                BenchmarkSide masked = ours("masked_mle", batches, checkpoint);
                BenchmarkSide distilled = ours("masked_mle_distill", batches, checkpoint)) {
            List<BenchmarkSide> workers = List.of(mle, masked, distilled);
            List<Timings> series = Stream.generate(Timings::new).limit(3).toList();
            for (int round = -1; round < rounds; round++) {
                for (int n = 0; n < mle.batches(); n++) {
                    for (int w = 0; w < 3; w++) {
                        Timings.Answer answer = workers.get(w).ask("train", n);
                        if (round >= 0) {
                            series.get(w).add(answer);
                        }
                    }
                }
            }
            Map<String, Object> result = heading("objectives");
            result.put("masked_mle_ratio", series.get(1).medianRatioTo(series.get(0)));
            result.put("masked_mle_distill_ratio", series.get(2).medianRatioTo(series.get(0)));
            result.put("train_ms", series.stream().map(Timings::median).toList());
            result.put("train_cpu_ms", series.stream().map(Timings::medianCpu).toList());
            result.put("peak_rss", workers.stream().map(w -> w.last("peak_rss")).toList());
            return result;
        }
    }

    private Map<String, Object> storages() throws IOException {
        makeCheckpoint();
        Path batches = writeBatches();
        try (BenchmarkSide torch = torch(batches, "fp32");
                BenchmarkSide half = torch(batches, "bf16");
                BenchmarkSide wide = ours("mle", batches, checkpoint);
                BenchmarkSide bytes = ours("mle", batches, checkpoint, Batching.PADDED, 0, Storage.INT8);
                BenchmarkSide bits = ours("mle", batches, checkpoint, Batching.PADDED, 0, Storage.INT4)) {
            List<BenchmarkSide> workers = List.of(torch, half, wide, bytes, bits);
            List<Timings> train = workers.stream().map(w -> new Timings()).toList();
            List<Timings> score = workers.stream().map(w -> new Timings()).toList();
            List<Timings> first = workers.stream().map(w -> new Timings()).toList();
            for (int round = -1; round < rounds; round++) {
                for (int n = 0; n < wide.batches(); n++) {
                    for (int w = 0; w < workers.size(); w++) {
                        Timings.Answer trained = workers.get(w).ask("train", n);
                        Timings.Answer scored = workers.get(w).ask("score", n);
                        if (round >= 0) {
                            train.get(w).add(trained);
                            score.get(w).add(scored);
                        } else if (n == 0) {
                            first.get(w).add(trained);
                        }
                    }
                }
            }
            Map<String, Object> result = heading("storages");
            result.put("sides", List.of("torch float32", "torch bfloat16", "float32", "int8", "int4"));
            result.put("train_ms", train.stream().map(Timings::median).toList());
            result.put("first_train_ms", first.stream().map(Timings::median).toList());
            result.put("score_ms", score.stream().map(Timings::median).toList());
            result.put("losses", train.stream().map(t -> t.last().loss()).toList());
            result.put("peak_rss", workers.stream().map(w -> w.last("peak_rss")).toList());
            result.put("int8_train_ratio_to_float32", train.get(2).medianRatioTo(train.get(3)));
            result.put("int4_train_ratio_to_float32", train.get(2).medianRatioTo(train.get(4)));
            result.put("int8_score_ratio_to_float32", score.get(2).medianRatioTo(score.get(3)));
            Timings faster = train.get(train.get(0).median() < train.get(1).median() ? 0 : 1);
            result.put("int8_train_ratio_to_torch", faster.medianRatioTo(train.get(3)));
            return result;
        }
    }

    private Map<String, Object> batching() throws IOException {
        makeCheckpoint();
        Path batches = writeBatches();
        String objective = options.getOrDefault("--objective", "mle");
        List<BenchmarkSide> workers = new ArrayList<>();
        try {
            for (Batching batching : Batching.values()) {
                workers.add(ours(objective, batches, checkpoint, batching, maxLength(), Storage.FLOAT32));
            }
            List<Timings> train = workers.stream().map(w -> new Timings()).toList();
            List<Timings> score = workers.stream().map(w -> new Timings()).toList();
            double difference = 0;
            for (int round = -1; round < rounds; round++) {
                for (int n = 0; n < workers.get(0).batches(); n++) {
                    for (int w = 0; w < workers.size(); w++) {
                        Timings.Answer trained = workers.get(w).ask("train", n);
                        Timings.Answer scored = workers.get(w).ask("score", n);
                        if (round >= 0) {
                            train.get(w).add(trained);
                            score.get(w).add(scored);
                            double first = train.get(0).last().loss();
                            difference = Math.max(difference, Math.abs(trained.loss() - first) / first);
                        }
                    }
                }
            }
            Map<String, Object> result = heading("batching");
            result.put("objective", objective);
            result.put("loss_difference", difference);
            result.put("train_tokens_per_second", byBatching(train.stream().map(Timings::tokensPerSecond)));
            result.put("score_tokens_per_second", byBatching(score.stream().map(Timings::tokensPerSecond)));
            result.put("padding", byBatching(train.stream().map(Timings::padding)));
            result.put("train_cpu_ms", byBatching(train.stream().map(Timings::medianCpu)));
            result.put("peak_rss", byBatching(workers.stream().map(w -> w.last("peak_rss"))));
            result.put("bucketed_train_ratio", train.get(0).medianRatioTo(train.get(1)));
            result.put("packed_train_ratio", train.get(0).medianRatioTo(train.get(2)));
            result.put("bucketed_score_ratio", score.get(0).medianRatioTo(score.get(1)));
            result.put("packed_score_ratio", score.get(0).medianRatioTo(score.get(2)));
            return result;
        } finally {
            for (BenchmarkSide worker : workers) {
                worker.close();
            }
        }
    }

    private static Map<Batching, Object> byBatching(Stream<? extends Number> values) {
        Map<Batching, Object> named = new EnumMap<>(Batching.class);
        values.forEach(value -> named.put(Batching.values()[named.size()], value));
        return named;
    }

    /** A step begins when its graph is loaded: at the end of the first step less the time of the second. */
    private Map<String, Object> startup() throws IOException {
        Path large = work.resolve("llama-1gb");
        if (!Files.exists(large.resolve("config.json"))) {
            writeLargeCheckpoint(large);
        }
        BenchmarkBatches.write(
                work.resolve("startup.jsonl"),
                List.of(List.of(new TokenSequence(
                        new SplittableRandom(0).ints(64, 3, 32000).toArray(), bits(32, 64), 1, "startup"))));
        List<Double> ready = new ArrayList<>();
        List<Double> begun = new ArrayList<>();
        for (int round = -1; round < rounds; round++) {
            long launch = System.nanoTime();
            try (BenchmarkSide worker = ours("mle", work.resolve("startup.jsonl"), large)) {
                double atReady = (System.nanoTime() - launch) / 1e9;
                worker.ask("train", 0);
                double atEnd = (System.nanoTime() - launch) / 1e9 - BenchmarkSide.PAUSE_MS / 1e3;
                double begin = atEnd - worker.ask("train", 0).milliseconds() / 1e3;
                System.out.printf("round %d: ready after %.2f s, first step after %.2f s%n", round + 1, atReady, begin);
                if (round >= 0) {
                    ready.add(atReady);
                    begun.add(begin);
                }
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("benchmark", "startup");
        result.put("checkpoint_bytes", Files.size(large.resolve("model.safetensors")));
        result.put("seconds_to_ready", Timings.median(ready));
        result.put("seconds_to_first_step", Timings.median(begun));
        return result;
    }

    private static java.util.BitSet bits(int from, int to) {
        java.util.BitSet bits = new java.util.BitSet();
        bits.set(from, to);
        return bits;
    }

    private static void writeLargeCheckpoint(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path config = directory.resolve("config.json");
        Files.writeString(config, """
                {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 2048,
                 "intermediate_size": 5632, "num_hidden_layers": 4, "num_attention_heads": 32,
                 "num_key_value_heads": 8, "vocab_size": 32000, "max_position_embeddings": 2048,
                 "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "hidden_act": "silu", "rope_theta": 10000.0}
                """);
        SplittableRandom random = new SplittableRandom(0);
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        Architectures.of(CheckpointConfig.read(config)).shapes().forEach((tensor, shape) -> {
            int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            entries.add(SafetensorsWriter.Entry.computed(tensor, DType.F32, shape, () -> {
                float[] values = new float[elements];
                for (int i = 0; i < elements; i++) {
                    values[i] = shape.length == 1 ? 1 : (float) (0.07 * (random.nextDouble() - 0.5));
                }
                return FloatBuffer.wrap(values);
            }));
        });
        SafetensorsWriter.write(directory.resolve("model.safetensors"), Map.of("format", "pt"), entries);
    }

    private Map<String, Object> heading(String benchmark) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("benchmark", benchmark);
        result.put("case", name);
        result.put("rounds", rounds);
        result.put("batches", batchCount());
        result.put("batch_size", batchSize());
        result.put("max_length", maxLength());
        result.put("threads", integer("--threads", 2));
        result.put("onnxruntime", Onnx.version());
        return result;
    }

    private static Map<String, Number> pair(Number torch, Number ours) {
        Map<String, Number> pair = new LinkedHashMap<>();
        pair.put("torch", torch);
        pair.put("ours", ours);
        return pair;
    }

    private int batchCount() {
        return integer("--batches", small() ? 8 : 6);
    }

    private int batchSize() {
        return integer("--batch-size", small() ? 8 : 4);
    }

    private int maxLength() {
        return integer("--max-length", small() ? 512 : 256);
    }

    private void makeCheckpoint() throws IOException {
        if (!Files.exists(checkpoint.resolve("config.json"))) {
            run(python(torchScript(), "make", "--case", name, "--checkpoint", checkpoint.toString()));
        }
    }

    private Path writeBatches() throws IOException {
        int vocabulary;
        try (Checkpoint opened = Checkpoint.open(checkpoint)) {
            vocabulary = Architectures.of(opened).vocabularySize();
        }
        Path data = Path.of(options.getOrDefault("--data", shared("alpaca/alpaca_data.json")));
        Path file = work.resolve("batches-" + name + ".jsonl");
        BenchmarkBatches.write(
                file, BenchmarkBatches.of(data, tokenizer(), batchCount(), batchSize(), maxLength(), vocabulary));
        return file;
    }

    private static String shared(String path) {
        return RESOURCES.resolve("../../shared/data").resolve(path).toString();
    }

    /** Where a directory holds the files of a slow tokenizer only, transformers writes tokenizer.json. */
    private Path tokenizer() throws IOException {
        Path given = Path.of(options.getOrDefault("--tokenizer", shared("tokenizers/qwen2")));
        if (Files.exists(given.resolve("tokenizer.json"))) {
            return given;
        }
        Path converted = work.resolve("tokenizer");
        if (!Files.exists(converted.resolve("tokenizer.json"))) {
            run(python(
                    "-c",
                    "import sys, transformers as t; t.AutoTokenizer.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2])",
                    given.toString(),
                    converted.toString()));
        }
        return converted;
    }

    private static String torchScript() {
        return RESOURCES.resolve("reference/bench_torch.py").toString();
    }

    private List<String> python(String... arguments) {
        String fallback = System.getenv().getOrDefault("REFERENCE_PYTHON", "python3");
        List<String> command = new ArrayList<>(List.of(options.getOrDefault("--python", fallback)));
        command.addAll(List.of(arguments));
        return command;
    }

    private static void run(List<String> command) throws IOException {
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IOException("Failed: " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted: " + String.join(" ", command), e);
        }
    }

    private BenchmarkSide torch(Path batches) throws IOException {
        return torch(batches, "fp32");
    }

    private BenchmarkSide torch(Path batches, String precision) throws IOException {
        String threads = Integer.toString(integer("--threads", 2));
        return new BenchmarkSide(python(
                torchScript(),
                "work",
                "--checkpoint",
                checkpoint.toString(),
                "--batches",
                batches.toString(),
                "--precision",
                precision,
                "--threads",
                threads));
    }

    private BenchmarkSide ours(String objective, Path batches, Path directory) throws IOException {
        return ours(objective, batches, directory, Batching.PADDED, 0, Storage.FLOAT32);
    }

    private BenchmarkSide ours(
            String objective, Path batches, Path directory, Batching batching, int longestRow, Storage storage)
            throws IOException {
        List<String> jvm = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-Xmx" + options.getOrDefault("--heap", "256m"),
                "-D" + Onnx.THREADS_PROPERTY + "=" + integer("--threads", 2)));
        String profile = System.getProperty(GraphSession.PROFILE_PROPERTY);
        if (profile != null) {
            jvm.add("-D" + GraphSession.PROFILE_PROPERTY + "=" + profile + objective);
        }
        BenchmarkWorker.Setting setting = new BenchmarkWorker.Setting(
                directory, batches, objective, batching, 0, longestRow, Backend.cpu(), storage);
        return new BenchmarkSide(JsonProcess.java(BenchmarkWorker.class, jvm, setting.arguments()));
    }
}
