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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingGraph;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights that stay in 16 bits give the very bits that weights widened beforehand give; those in bytes, or in
 * four bits, give gradients of almost the same direction.
 */
final class StorageTest {
    private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of(LoraConfig.ALL_LINEAR));
    private static final int VOCABULARY = 96;

    private static final Path FIXTURES =
            Path.of(System.getProperty("test.resources")).resolve("fixtures/checkpoints");
    private static final String LLAMA = """
            {"model_type": "llama", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
             "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 96, "attention_bias": true,
             "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": true}
            """;

    @TempDir
    Path directory;

    /** All that a step and a scoring pass compute. */
    private record Result(Map<String, float[]> gradients, double loss, Scores scores) {}

    @ParameterizedTest
    @CsvSource({"BF16, false, false", "F16, true, false", "BF16, true, true", "F16, false, true"})
    void storedWeightsGiveTheSameBits(DType dtype, boolean recompute, boolean distil) throws IOException {
        write(LLAMA, dtype);
        assertSameBits(distil ? Objective.maskedMleDistill(0.75) : Objective.mle(), recompute);
    }

    /** Fused projections, capped scores, norms of heads, and norms whose weight is what is stored plus 1. */
    @ParameterizedTest
    @ValueSource(strings = {"gemma2-tied", "gemma3-tied", "phi3-longrope-window", "qwen3-tied"})
    void theOtherArchitecturesDoToo(String fixture) throws IOException {
        write(Files.readString(FIXTURES.resolve(fixture).resolve("config.json")), DType.BF16);
        assertSameBits(Objective.mle(), false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesGiveGradientsOfAlmostTheSameDirection(boolean recompute) throws IOException {
        write(LLAMA, DType.BF16);
        assertAlmostTheSame(Storage.INT8, recompute, 0.02);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma2-tied", "gemma3-tied", "phi3-longrope-window", "qwen3-tied"})
    void bytesDoSoInTheOtherArchitectures(String fixture) throws IOException {
        write(Files.readString(FIXTURES.resolve(fixture).resolve("config.json")), DType.F32);
        assertAlmostTheSame(Storage.INT8, false, 0.02);
    }

    /** Only what is rounded twice becomes floats again between the roundings. */
    @Test
    void inTrainingOnlyWhatEntersQueriesAndGradientsOfLogitsAreRoundedTwice() throws IOException {
        write(LLAMA, DType.F32);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Architecture architecture = Architectures.of(checkpoint);
            ModelShape shape = shape(architecture, false);
            WeightSource weights = checkpoint.weights().source(Storage.INT8);
            Objective distil = Objective.maskedMleDistill(0.75);
            int layers = 2;
            int chunks = shape.chunks();
            int scoring = 4 * layers + chunks;
            int forward = layers;
            int backward = chunks;
            assertEquals(
                    scoring, roundedTwice(new LanguageModelGraph(shape, weights).measuring(List.of(TokenMeasure.NLL))));
            assertEquals(
                    forward + backward,
                    roundedTwice(new TrainingGraph(shape, weights, Optional.empty())
                            .withGivenWeights(Objective.mle(), Objective.mle().requirements())));
            assertEquals(
                    forward + backward + scoring,
                    roundedTwice(new TrainingGraph(shape, weights, Optional.of(ReferenceModel.base(shape)))
                            .withGivenWeights(distil, distil.requirements())));
        }
    }

    private static long roundedTwice(Graph.Model model) {
        return model.proto().getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("DequantizeLinear"))
                .count();
    }

    /** What is a multiple of its block's step already is rounded nowhere, except for the bytes of the output layer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fourBitsKeepWhatTheyCanHold(boolean recompute) throws IOException {
        write(LLAMA, DType.F32, StorageTest::sixteenValues);
        assertAlmostTheSame(Storage.INT4, recompute, 0.02);
    }

    /** Layers that are 24 wide would be in bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"gemma2-tied", "gemma3-tied", "phi3-longrope-window", "qwen3-tied"})
    void fourBitsDoSoInTheOtherArchitectures(String fixture) throws IOException {
        String config = Files.readString(FIXTURES.resolve(fixture).resolve("config.json"));
        write(config.replace("\"hidden_size\": 24", "\"hidden_size\": 32"), DType.F32, StorageTest::sixteenValues);
        assertAlmostTheSame(Storage.INT4, false, 0.02);
    }

    private void assertAlmostTheSame(Storage storage, boolean recompute, double tolerance) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Result wide = compute(checkpoint, Storage.FLOAT32, Objective.mle(), recompute);
            Result rounded = compute(checkpoint, storage, Objective.mle(), recompute);
            assertEquals(wide.loss(), rounded.loss(), 0.02 * wide.loss());
            assertFalse(Arrays.equals(
                    wide.scores().of(TokenMeasure.NLL), rounded.scores().of(TokenMeasure.NLL)));
            wide.gradients()
                    .forEach((name, gradient) -> assertEquals(
                            1,
                            QuantisedQuality.cosine(
                                    gradient, rounded.gradients().get(name)),
                            tolerance,
                            name));
        }
    }

    private void assertSameBits(Objective objective, boolean recompute) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Result wide = compute(checkpoint, Storage.FLOAT32, objective, recompute);
            Result stored = compute(checkpoint, Storage.STORED, objective, recompute);
            assertEquals(wide.loss(), stored.loss());
            wide.gradients()
                    .forEach((name, gradient) ->
                            assertArrayEquals(gradient, stored.gradients().get(name), 0, name));
            assertArrayEquals(
                    wide.scores().of(TokenMeasure.NLL), stored.scores().of(TokenMeasure.NLL), 0);
            assertArrayEquals(
                    wide.scores().of(TokenMeasure.ENTROPY), stored.scores().of(TokenMeasure.ENTROPY), 0);
        }
    }

    private void write(String json, DType dtype) throws IOException {
        write(json, dtype, StorageTest::anyValues);
    }

    private static void anyValues(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-0.2, 0.2);
        }
    }

    /** Sixteen values from -0.2 to 0.2, of which each block has the least and the greatest. */
    private static void sixteenValues(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            int step = i % Int4Matrix.BLOCK == 0 ? 0 : i % Int4Matrix.BLOCK == 1 ? 15 : random.nextInt(16);
            values[i] = 0.4f * step / 15 - 0.2f;
        }
    }

    private void write(String json, DType dtype, BiConsumer<float[], SplittableRandom> fill) throws IOException {
        Path config = Files.writeString(directory.resolve("config.json"), json);
        SplittableRandom random = new SplittableRandom(0);
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        Architectures.of(CheckpointConfig.read(config)).shapes().forEach((name, shape) -> {
            int elements = (int) (shape.length == 1 ? shape[0] : shape[0] * shape[1]);
            float[] values = new float[elements];
            fill.accept(values, random);
            entries.add(SafetensorsWriter.Entry.of(name, dtype, shape, values));
        });
        SafetensorsWriter.write(directory.resolve("model.safetensors"), Map.of(), entries);
    }

    private static Result compute(Checkpoint checkpoint, Storage storage, Objective objective, boolean recompute) {
        Architecture architecture = Architectures.of(checkpoint);
        WeightSource weights = checkpoint.weights().source(storage);
        List<TokenSequence> data =
                IntStream.range(0, 3).mapToObj(StorageTest::sequence).toList();
        MicroBatch batch = MicroBatch.of(data, new int[] {0, 1, 2});
        ModelShape shape = shape(architecture, recompute);
        Map<String, long[]> sizes = new TreeMap<>();
        LoraTargets.resolve(architecture, LORA).forEach((module, layer) -> {
            sizes.put(module + ".lora_A.weight", new long[] {LORA.rank(), layer.in()});
            sizes.put(module + ".lora_B.weight", new long[] {layer.out(), LORA.rank()});
        });
        try (ParameterSet parameters = random(sizes, 1);
                ParameterSet teacher = random(sizes, 2);
                OptimiserStep step = new OptimiserStep(
                        StepTask.of(
                                objective, shape, Optional.of(new ReferenceModel(shape, teacher, Optional.empty()))),
                        parameters,
                        weights,
                        0);
                TokenScorer scorer = new TokenScorer(
                        shape,
                        parameters,
                        weights,
                        List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.BEST, TokenMeasure.BEST_NLL))) {
            OptimiserStep.Result result = step.compute(List.of(batch), 0);
            Map<String, float[]> gradients = new TreeMap<>();
            step.gradients().forEach((name, values) -> gradients.put(name, copy(values)));
            return new Result(gradients, result.loss(), scorer.score(batch));
        }
    }

    private static ModelShape shape(Architecture architecture, boolean recompute) {
        AdapterForm form = AdapterForm.of(LORA, architecture.linearLayers());
        return new ModelShape(
                architecture, Optional.of(form), 24, 3, recompute, false, 16L * VOCABULARY, Backend.cpu());
    }

    private static ParameterSet random(Map<String, long[]> sizes, long seed) {
        ParameterSet parameters = new ParameterSet(sizes);
        SplittableRandom random = new SplittableRandom(seed);
        parameters.forEach((name, shape, values) -> {
            while (values.hasRemaining()) {
                values.put((float) random.nextDouble(-0.1, 0.1));
            }
        });
        return parameters;
    }

    private static TokenSequence sequence(int index) {
        int length = 24 - 3 * index;
        BitSet completion = new BitSet();
        completion.set(6, length);
        int[] tokens = new SplittableRandom(index).ints(length, 0, VOCABULARY).toArray();
        return new TokenSequence(tokens, completion, 1, "row " + index);
    }

    private static float[] copy(FloatBuffer values) {
        float[] copy = new float[values.capacity()];
        values.duplicate().get(copy);
        return copy;
    }
}
