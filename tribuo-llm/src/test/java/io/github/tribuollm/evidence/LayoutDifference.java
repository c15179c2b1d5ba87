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

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** How much the loss and the gradients of an optimiser step depend on the layout of its documents. */
public final class LayoutDifference {
    static final int MAX_LENGTH = 128;

    /** A layout of a step; see {@link Batching#cut}. */
    public record Layout(Batching batching, int size, int maxLength) {
        public List<MicroBatch> of(List<TokenSequence> documents) {
            int[] all = IntStream.range(0, documents.size()).toArray();
            return batching.cut(documents, all, size, maxLength).toList();
        }
    }

    private LayoutDifference() {}

    /** The first documents of a fixture, no more than eight, of different weights. */
    public static List<TokenSequence> documents(Golden golden) {
        List<TokenSequence> all = golden.sequences();
        return IntStream.range(0, Math.min(8, all.size()))
                .mapToObj(i -> new TokenSequence(
                        all.get(i).tokens(),
                        all.get(i).completion(),
                        1 + i / 4f,
                        all.get(i).origin()))
                .toList();
    }

    public static ModelShape shape(Golden golden, Adapter adapter, double dropout) {
        Architecture architecture = Architectures.of(golden.checkpoint);
        return new ModelShape(architecture, Optional.of(adapter.form().withDropout(dropout)), MAX_LENGTH, 8, false);
    }

    /**
     * The largest difference, over some layouts, from all documents in one padded micro-batch: of the gradients over
     * their norm and of the loss over itself; infinity where the number of selected tokens differs. The reference model
     * is the base.
     */
    public static double worst(
            Golden golden, Adapter adapter, Objective objective, double dropout, List<Layout> layouts) {
        List<TokenSequence> documents = documents(golden);
        ModelShape shape = shape(golden, adapter, dropout);
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ParameterSet reference = new ParameterSet(parameters.shapes());
                OptimiserStep plain = OneRun.step(golden, objective, shape, parameters, reference, false);
                OptimiserStep packed = OneRun.step(golden, objective, shape.packing(), parameters, reference, false)) {
            Layout whole = new Layout(Batching.PADDED, documents.size(), MAX_LENGTH);
            OptimiserStep.Result expected = plain.compute(whole.of(documents), 3);
            Map<String, float[]> gradients = copy(plain.gradients());
            double worst = 0;
            for (Layout layout : layouts) {
                OptimiserStep step = layout.batching() == Batching.PACKED ? packed : plain;
                OptimiserStep.Result found = step.compute(layout.of(documents), 3);
                boolean sameTokens = found.selected() == expected.selected() && found.tokens() == expected.tokens();
                worst = Math.max(
                        worst, sameTokens ? difference(step.gradients(), gradients) : Double.POSITIVE_INFINITY);
                worst = Math.max(worst, Math.abs(found.loss() - expected.loss()) / expected.loss());
            }
            return worst;
        }
    }

    static Map<String, float[]> copy(Map<String, FloatBuffer> gradients) {
        Map<String, float[]> copies = new LinkedHashMap<>();
        gradients.forEach((name, values) -> {
            float[] copied = new float[values.capacity()];
            values.duplicate().get(copied);
            copies.put(name, copied);
        });
        return copies;
    }

    static double difference(Map<String, FloatBuffer> gradients, Map<String, float[]> expected) {
        double squares = 0;
        double norm = 0;
        for (Map.Entry<String, float[]> entry : expected.entrySet()) {
            FloatBuffer found = gradients.get(entry.getKey());
            for (int i = 0; i < entry.getValue().length; i++) {
                double difference = found.get(i) - entry.getValue()[i];
                squares += difference * difference;
                norm += (double) entry.getValue()[i] * entry.getValue()[i];
            }
        }
        return Math.sqrt(squares / norm);
    }
}
