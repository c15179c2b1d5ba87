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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.GreedySequence;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.cuda.CudaPlacement;
import java.util.Arrays;
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
                List<int[]> tokens =
                        loop.run(sequences.stream().map(GreedySequence::prompt).toList(), 20);
                for (int i = 0; i < tokens.size(); i++) {
                    assertEquals(
                            sequences.get(i).newTokens(),
                            IntStream.of(tokens.get(i)).boxed().toList());
                }
                assertEquals(
                        sequences.get(0).newTokens().subList(0, 1),
                        IntStream.of(loop.run(List.of(sequences.get(0).prompt()), 1)
                                        .get(0))
                                .boxed()
                                .toList());
            }
        }
    }

    @Test
    void ratesOfRotationMayNotChangeOnTheWay() {
        try (Golden golden = Golden.of("phi3-longrope-window");
                DecodingLoop loop = new DecodingLoop(model(golden))) {
            DecodingException e = assertThrows(DecodingException.class, () -> loop.run(prompts(model(golden), 10), 20));
            assertTrue(e.getMessage().contains("length of 16 tokens"), e.getMessage());
            assertEquals(20, loop.run(prompts(model(golden), 20), 20).get(0).length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "gemma2-tied", "phi3-longrope-window", "qwen3-tied"})
    void nothingCrossesTheBusBetweenTokens(String name) {
        try (Golden golden = Golden.of(name)) {
            Backend device = new Backend(ExecutionProvider.CUDA, 0, 0, false, ComputeType.FLOAT32, Optional.empty());
            Graph.Model graph = DecodingLoop.graph(
                    model(golden).on(device).shape(),
                    golden.checkpoint.weights().source(Storage.FLOAT32, ComputeType.FLOAT32));
            assertEquals(List.of(), CudaPlacement.of(device.runnable(graph)).problems());
        }
    }
}
