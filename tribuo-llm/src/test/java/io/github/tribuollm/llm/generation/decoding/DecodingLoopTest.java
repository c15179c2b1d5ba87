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
package io.github.tribuollm.llm.generation.decoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.GreedySequence;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.cuda.CudaPlacement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingLoopTest {
    private static ScoredModel model(Golden golden) {
        return ScoredModel.of(golden.checkpoint, Optional.of(golden.adapter("adapter")), 48)
                .inBatchesOf(4);
    }

    private static List<int[]> prompts(ScoredModel model, int... lengths) {
        int vocabulary = model.architecture().vocabularySize();
        return Arrays.stream(lengths)
                .mapToObj(
                        length -> new Random(length).ints(length, 0, vocabulary).toArray())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-untied-gqa",
                "gemma2-tied",
                "gemma3-tied",
                "mistral-window",
                "phi3-4k",
                "qwen2-tied-windows",
                "qwen3-untied-bias-windows"
            })
    void tokensAreThoseOfASession(String name) {
        try (Golden golden = Golden.of(name)) {
            ScoredModel model = model(golden);
            List<GreedySequence> sequences = prompts(model, 5, 1, 13, 9).stream()
                    .map(prompt -> new GreedySequence(prompt, 20))
                    .toList();
            try (DecodingSession session = DecodingSession.open(model);
                    DecodingLoop loop = new DecodingLoop(model)) {
                session.run(sequences.iterator());
                List<int[]> prompts =
                        sequences.stream().map(GreedySequence::prompt).toList();
                try (DecodingLoop.Steps steps = loop.run(prompts, 20)) {
                    for (int row = 0; row < sequences.size(); row++) {
                        assertSteps(sequences.get(row), steps, row, model);
                    }
                }
                try (DecodingLoop.Steps step = loop.run(prompts.subList(0, 1), 1)) {
                    assertEquals(1, step.count());
                    assertEquals(sequences.get(0).newTokens().get(0), step.token(0, 0));
                }
            }
        }
    }

    private static void assertSteps(GreedySequence expected, DecodingLoop.Steps steps, int row, ScoredModel model) {
        float[] logits = new float[model.architecture().vocabularySize()];
        for (int step = 0; step < steps.count(); step++) {
            assertEquals(expected.newTokens().get(step), steps.token(step, row));
            steps.logits(step, row, logits);
            assertArrayEquals(expected.logits().get(step), logits, 2e-5f);
        }
    }

    /** Draws what is seldom the most probable token: a function of the logits, to roundings that decide nothing. */
    private static final class Drawn implements Continuation {
        private final int[] prompt;
        private final int most;
        private final long seed;
        private final List<Integer> tokens = new ArrayList<>();
        private Ending ending;

        private Drawn(int[] prompt, int most, long seed) {
            this.prompt = prompt;
            this.most = most;
            this.seed = seed;
        }

        @Override
        public int[] prompt() {
            return prompt;
        }

        @Override
        public int mostNewTokens() {
            return most;
        }

        @Override
        public Choice choose(Prediction prediction) {
            assertEquals(tokens.size(), prediction.newTokens());
            float[] logits = prediction.logits();
            int rank = new Random(seed + tokens.size()).nextInt(3) / 2;
            int[] order = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -logits[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            Arrays.fill(logits, 0);
            tokens.add(order[rank]);
            return order[rank] % 16 == 0 ? Choice.lastToken(order[rank]) : Choice.token(order[rank]);
        }

        @Override
        public void ended(Ending why) {
            ending = why;
        }
    }

    private static List<Drawn> drawn(ScoredModel model) {
        return IntStream.range(0, 9)
                .mapToObj(i -> new Drawn(prompts(model, 1 + 5 * i % 17).get(0), 1 + 7 * i % 29, i))
                .toList();
    }

    /** More sequences than rows, past the length at which rates of rotation change. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-untied-gqa", "gemma2-tied", "phi3-longrope-window", "llama-dynamic", "qwen3-tied"})
    void whateverIsChosenIsContinued(String name) {
        try (Golden golden = Golden.of(name)) {
            ScoredModel model = model(golden);
            List<Drawn> expected = drawn(model);
            List<Drawn> looped = drawn(model);
            try (Decoder session = Decoder.open(model);
                    Decoder decoder = LoopedDecoding.open(model)) {
                session.run(expected.iterator());
                decoder.run(looped.iterator());
            }
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i).tokens, looped.get(i).tokens);
                assertEquals(expected.get(i).ending, looped.get(i).ending);
            }
        }
    }

    private static Backend device(long memoryLimit) {
        return new Backend(ExecutionProvider.CUDA, 0, memoryLimit, false, ComputeType.FLOAT32, Optional.empty());
    }

    @Test
    void theMemoryOfADeviceIsPlanned() {
        try (Golden golden = Golden.of("llama-tied")) {
            ScoredModel model = model(golden).inBatchesOf(4096);
            long keysAndValues = 4096L * 48 * 2 * 2 * 32 * Float.BYTES;
            LoopedDecoding.planner(model.on(device(16 * keysAndValues))).decide(Storage.FLOAT32);
            MemoryPlanner small = LoopedDecoding.planner(model.on(device(keysAndValues)));
            String message = assertThrows(TrainingException.class, () -> small.decide(Storage.FLOAT32))
                    .getMessage();
            assertTrue(message.contains("it would fit in") && message.contains("micro-batch"), message);
        }
    }

    @Test
    void onADeviceNothingIsMeasured() {
        try (Golden golden = Golden.of("llama-tied")) {
            ScoredModel model = model(golden).on(device(0));
            MonteCarloDropout dropout = new MonteCarloDropout(2, 0.1, DropoutPlaces.ALL_LINEAR, 1);
            DecodingException e = assertThrows(DecodingException.class, () -> Decoder.measuring(model, dropout));
            assertTrue(e.getMessage().contains("ask for the provider CPU"), e.getMessage());
        }
    }

    @Test
    void ratesOfRotationMayNotChangeOnTheWay() {
        try (Golden golden = Golden.of("phi3-longrope-window");
                DecodingLoop loop = new DecodingLoop(model(golden))) {
            DecodingException e = assertThrows(DecodingException.class, () -> loop.run(prompts(model(golden), 10), 20));
            assertTrue(e.getMessage().contains("length of 16 tokens"), e.getMessage());
            try (DecodingLoop.Steps steps = loop.run(prompts(model(golden), 20), 20)) {
                assertEquals(20, steps.count());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "gemma2-tied", "phi3-longrope-window", "qwen3-tied"})
    void nothingCrossesTheBusBetweenTokens(String name) {
        try (Golden golden = Golden.of(name)) {
            Graph.Model graph = DecodingLoop.graph(
                    model(golden).on(device(0)).shape(),
                    golden.checkpoint.weights().source(Storage.FLOAT32, ComputeType.FLOAT32));
            assertEquals(List.of(), CudaPlacement.of(device(0).runnable(graph)).problems());
        }
    }
}
