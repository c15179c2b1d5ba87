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
package io.github.tribuollm.llm.graphs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.BaseParameters;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputLayerTest {
    private static final int ROWS = 5;

    /** As in decoding: of all states, only the last of each row become logits. */
    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama-untied-gqa", "gemma2-tied"})
    void someRowsHaveTheLogitsThatTheyHaveAmongAll(String name) {
        try (Golden golden = Golden.of(name)) {
            Architecture architecture = Architectures.of(golden.checkpoint);
            float[] states = states(architecture);
            int vocabulary = architecture.vocabularySize();
            float[] all = logits(golden.checkpoint, states, 0, 1, 2, 3, 4);
            float[] two = logits(golden.checkpoint, states, 4, 1);
            assertEquals(ROWS * vocabulary, all.length);
            assertArrayEquals(
                    Arrays.copyOfRange(all, 4 * vocabulary, 5 * vocabulary), Arrays.copyOf(two, vocabulary), 1e-5f);
            assertArrayEquals(
                    Arrays.copyOfRange(all, vocabulary, 2 * vocabulary),
                    Arrays.copyOfRange(two, vocabulary, 2 * vocabulary),
                    1e-5f);
        }
    }

    private static float[] states(Architecture architecture) {
        float[] states = new float[ROWS * architecture.hiddenSize()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < states.length; i++) {
            states[i] = (float) random.nextDouble(-1, 1);
        }
        return states;
    }

    private static float[] logits(Checkpoint checkpoint, float[] values, long... rows) {
        Architecture architecture = Architectures.of(checkpoint);
        WeightSource weights = checkpoint.weights().source(Storage.FLOAT32);
        Graph graph = new Graph();
        int width = architecture.hiddenSize();
        Tensor states = graph.input("states", ElementType.FLOAT, Dim.symbol("N"), Dim.of(width));
        Tensor chosen = graph.input("rows", ElementType.INT64, Dim.symbol("R"));
        OutputLayer layer = OutputLayer.of(architecture, new BaseParameters(graph, weights, ""))
                .widenedFor(states);
        Tensor logits = layer.predictions(states.gather(chosen)).logits();
        try (GraphSession session = GraphSession.open(graph.model(Map.of("logits", logits)), weights);
                Feeds feeds = new Feeds().floats("states", values, ROWS, width).integers("rows", rows, rows.length);
                GraphSession.Outputs outputs = session.run(feeds)) {
            return outputs.floats("logits");
        }
    }
}
