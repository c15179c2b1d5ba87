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

import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What rounding the weights of a base costs: perplexity, gradients, a training and greedy answers against float32.
 *
 * <p>Arguments: INT8 or INT4, a checkpoint, Alpaca's file, GSM8K's file, then which of {@code perplexity}, {@code gradients}, {@code
 * training} and {@code answers}; without, all.
 */
public final class QuantisedQuality {
    private static final int ROWS = 100;
    private static final int STEPS = 100;
    private static final int LENGTH = 256;

    /** What rounding may cost: of perplexity, of the gradients' directions, and of a trained loss in nats. */
    private record Bounds(double perplexity, double meanCosine, double worstCosine, double loss) {
        static Bounds of(Storage storage) {
            return storage == Storage.INT8 ? new Bounds(0.005, 0.995, 0.98, 0.01) : new Bounds(0.05, 0, 0, 0.05);
        }
    }

    private final Storage storage;
    private final Bounds bounds;
    private final Path checkpoint;
    private final Path alpaca;
    private final Path gsm8k;
    private boolean holds = true;

    private QuantisedQuality(Storage storage, Path checkpoint, Path alpaca, Path gsm8k) {
        this.storage = storage;
        this.bounds = Bounds.of(storage);
        this.checkpoint = checkpoint;
        this.alpaca = alpaca;
        this.gsm8k = gsm8k;
    }

    /**
     * Compares.
     *
     * @param arguments see the class
     */
    public static void main(String[] arguments) {
        QuantisedQuality quality = new QuantisedQuality(
                Storage.valueOf(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        List<String> parts = List.of(arguments).subList(4, arguments.length);
        List<String> found = new ArrayList<>();
        for (String part : parts.isEmpty() ? List.of("perplexity", "gradients", "training", "answers") : parts) {
            found.add(
                    switch (part) {
                        case "perplexity" -> quality.perplexity();
                        case "gradients" -> quality.gradients();
                        case "training" -> quality.training();
                        case "answers" -> quality.answers();
                        default -> throw new IllegalArgumentException("no part " + part);
                    });
            System.out.println(found.get(found.size() - 1));
        }
        System.out.println(quality.checkpoint.getFileName() + ", " + quality.storage + " against float32: "
                + String.join("; ", found));
        System.exit(quality.holds ? 0 : 1);
    }

    private void require(boolean condition) {
        holds &= condition;
    }

    private TokenSequenceDataset alpaca(int first, int rows) {
        return data(new AlpacaSource(alpaca, first, rows), true);
    }

    private TokenSequenceDataset data(ConversationSource source, boolean instructions) {
        return new TokenSequenceDataset(new TokenSequenceSource(
                checkpoint,
                source,
                instructions ? new AlpacaTemplate() : new QuestionAnswerTemplate(),
                LENGTH,
                TruncationPolicy.TRUNCATE_END));
    }

    private double loss(Optional<Adapter> adapter, Storage storage, List<TokenSequence> data) {
        try (Checkpoint base = Checkpoint.open(checkpoint);
                TokenScorer scorer = TokenScorer.of(
                        ScoredModel.of(base, adapter, ScoredModel.longest(data))
                                .stored(storage)
                                .inBatchesOf(8),
                        List.of(TokenMeasure.NLL))) {
            return scorer.meanLoss(data).nll();
        }
    }

    private String perplexity() {
        List<String> found = new ArrayList<>();
        Map<String, TokenSequenceDataset> sets = new TreeMap<>();
        sets.put("Alpaca", alpaca(0, ROWS));
        sets.put("GSM8K", data(new Gsm8kSource(gsm8k, 0, ROWS), false));
        sets.forEach((name, data) -> {
            double wide = loss(Optional.empty(), Storage.FLOAT32, data.sequences());
            double rounded = loss(Optional.empty(), storage, data.sequences());
            double more = Math.expm1(rounded - wide);
            require(more <= bounds.perplexity());
            found.add("%s %.3f, %+.2f %%".formatted(name, Math.exp(wide), 100 * more));
        });
        return "perplexity of " + ROWS + " rows of " + String.join(", ", found);
    }

    private Map<String, float[]> gradients(Storage storage, List<TokenSequence> data) {
        try (Checkpoint base = Checkpoint.open(checkpoint)) {
            Architecture architecture = Architectures.of(base);
            LoraConfig lora = new LoraConfig(8, 16, 0, List.of(LoraConfig.ALL_LINEAR));
            ModelShape shape = new ModelShape(
                    architecture,
                    Optional.of(AdapterForm.of(lora, architecture.linearLayers())),
                    LENGTH,
                    data.size(),
                    false);
            try (ParameterSet parameters = random(shape);
                    OptimiserStep step = new OptimiserStep(
                            StepTask.of(Objective.mle(), shape, Optional.empty()),
                            parameters,
                            base.weights().source(storage),
                            0)) {
                step.compute(
                        List.of(MicroBatch.of(
                                data, IntStream.range(0, data.size()).toArray())),
                        0);
                Map<String, float[]> copies = new TreeMap<>();
                step.gradients().forEach((name, values) -> copies.put(name, copy(values)));
                return copies;
            }
        }
    }

    private static ParameterSet random(ModelShape shape) {
        ParameterSet parameters = new ParameterSet(shape.trained());
        SplittableRandom random = new SplittableRandom(1);
        parameters.forEach((name, sizes, values) -> {
            while (values.hasRemaining()) {
                values.put((float) random.nextDouble(-0.02, 0.02));
            }
        });
        return parameters;
    }

    private static float[] copy(FloatBuffer values) {
        float[] copy = new float[values.capacity()];
        values.duplicate().get(copy);
        return copy;
    }

    private String gradients() {
        List<TokenSequence> data = alpaca(0, 8).sequences();
        Map<String, float[]> wide = gradients(Storage.FLOAT32, data);
        Map<String, float[]> rounded = gradients(storage, data);
        double sum = 0;
        double worst = 1;
        String where = "";
        for (Map.Entry<String, float[]> gradient : wide.entrySet()) {
            double cosine = cosine(gradient.getValue(), rounded.get(gradient.getKey()));
            sum += cosine;
            if (cosine < worst) {
                worst = cosine;
                where = gradient.getKey();
            }
        }
        double mean = sum / wide.size();
        require(mean >= bounds.meanCosine() && worst >= bounds.worstCosine());
        return "gradients of %d tensors: mean cosine %.5f, worst %.4f (%s)".formatted(wide.size(), mean, worst, where);
    }

    static double cosine(float[] a, float[] b) {
        double dot = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            first += (double) a[i] * a[i];
            second += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(first * second);
    }

    private double trained(Storage storage, TokenSequenceDataset data, List<TokenSequence> heldOut) {
        CausalLMTrainer trainer = new CausalLMTrainer(checkpoint, Objective.mle())
                .withTuning(new Lora().withRank(8).withAlpha(16))
                .withMemory(new MemoryUse().withStorage(storage))
                .withBatches(new Batches().withBatchSize(4).withMicroBatchSize(4))
                .withOptimisation(new Optimisation().withMaxSteps(STEPS).withLearningRate(3e-4));
        try (CausalLMModel model = trainer.train(data)) {
            return loss(model.adapter(), storage, heldOut);
        }
    }

    private String training() {
        TokenSequenceDataset data = alpaca(1000, 4 * STEPS);
        List<TokenSequence> heldOut = alpaca(0, ROWS).sequences();
        double before = loss(Optional.empty(), Storage.FLOAT32, heldOut);
        double wide = trained(Storage.FLOAT32, data, heldOut);
        double rounded = trained(storage, data, heldOut);
        require(Math.abs(rounded - wide) <= bounds.loss());
        return "held-out loss %.4f before, after %d steps %.4f, %+.4f nats"
                .formatted(before, STEPS, wide, rounded - wide);
    }

    private List<int[]> answers(Storage storage) {
        Generator generator = new Generator(checkpoint)
                .withTemplate(new QuestionAnswerTemplate())
                .withStopping(new Stopping().withMaxNewTokens(32))
                .withStorage(storage);
        try (GenerationSession session = generator.open()) {
            return IntStream.range(1, 21)
                    .mapToObj(i -> session.asked("Name " + i + " things that one sees on a walk by the sea."))
                    .map(prompt -> session.generate(prompt, GenerationListener.NONE))
                    .map(generation -> generation.answers().get(0).ids())
                    .toList();
        }
    }

    private String answers() {
        List<int[]> wide = answers(Storage.FLOAT32);
        List<int[]> rounded = answers(storage);
        int tokens = 0;
        int same = 0;
        for (int i = 0; i < wide.size(); i++) {
            int[] a = wide.get(i);
            int[] b = rounded.get(i);
            int first = Arrays.mismatch(a, b);
            tokens += a.length;
            same += first < 0 ? a.length : first;
        }
        return "greedy answers agree in %d of %d tokens up to the first that differs".formatted(same, tokens);
    }
}
