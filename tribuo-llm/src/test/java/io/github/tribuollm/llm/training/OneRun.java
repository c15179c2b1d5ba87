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

import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.objectives.ColumnScore;
import io.github.tribuollm.objectives.CounterRandom;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.ReadyMade;
import io.github.tribuollm.objectives.SparseTeacher;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Steps of eight documents whose micro-batches run together, as on a device, against those that run one after another. */
final class OneRun implements AutoCloseable {
    private static final int VOCABULARY = 100;

    private final Golden golden = Golden.trajectory("llama-untied-gqa");
    private final Adapter adapter = golden.adapter("adapter-reference");
    private final List<TokenSequence> documents = LayoutDifference.documents(golden).stream()
            .map(sequence -> withColumn(sequence, ColumnScore.OLD_LOG_PROBABILITY, -4))
            .map(sequence -> withColumn(sequence, ColumnScore.ADVANTAGE, 2))
            .map(sequence -> withColumn(sequence, ColumnScore.EPISTEMIC, 1))
            .toList();

    private static TokenSequence withColumn(TokenSequence sequence, String name, float range) {
        float[] column = new float[sequence.length()];
        for (int t = 0; t < column.length; t++) {
            column[t] = range * CounterRandom.uniform(name.hashCode(), sequence.tokens()[t], t);
        }
        return sequence.with(name, column);
    }

    /** Distributions over a few ids that sequence and position decide. */
    private record AnyTeacher(int width) implements SparseTeacher {
        @Override
        public Rows rows(long[] sequences, int[] positions) {
            long[] ids = new long[sequences.length * width];
            float[] probabilities = new float[ids.length];
            Arrays.fill(probabilities, 1f / width);
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (7 * sequences[i / width] + 3L * positions[i / width] + 5L * (i % width)) % VOCABULARY;
            }
            return new Rows(ids, probabilities);
        }
    }

    /** The ready-made objectives by name, and one that ranks within micro-batches. */
    static Map<String, Objective> objectives() {
        Map<String, Objective> all = new LinkedHashMap<>(ReadyMade.objectives(new AnyTeacher(6), new AnyTeacher(3)));
        all.put("masked-mle-micro-batch", OneRunTest.withinMicroBatches());
        return all;
    }

    /** The form of the model; the step is laid out as {@link LayoutDifference.Layout} says. */
    ModelShape shape(double dropout, boolean recompute, boolean packed) {
        ModelShape shape =
                LayoutDifference.shape(golden, adapter, dropout).with(8, LayoutDifference.MAX_LENGTH, recompute);
        return packed ? shape.packing() : shape;
    }

    /**
     * The largest difference over layouts, relative: of the gradients to their norm, and of the losses; infinity where
     * counts differ.
     */
    double worst(Objective objective, ModelShape shape, List<LayoutDifference.Layout> layouts) {
        double worst = 0;
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ParameterSet other = new ParameterSet(parameters.shapes());
                OptimiserStep apart = step(objective, shape, parameters, other, false);
                OptimiserStep together = step(objective, shape, parameters, other, true)) {
            apart.weigh(documents);
            together.weigh(documents);
            for (LayoutDifference.Layout layout : layouts) {
                List<MicroBatch> batches = layout.of(documents);
                OptimiserStep.Result expected = apart.compute(batches, 3);
                Map<String, float[]> gradients = LayoutDifference.copy(apart.gradients());
                OptimiserStep.Result found = together.compute(batches, 3);
                worst = Math.max(worst, LayoutDifference.difference(together.gradients(), gradients));
                worst = Math.max(worst, difference(found, expected));
            }
        }
        return worst;
    }

    private static double difference(OptimiserStep.Result found, OptimiserStep.Result expected) {
        boolean same = found.selected() == expected.selected()
                && found.tokens() == expected.tokens()
                && found.candidates() == expected.candidates();
        double scale = Arrays.stream(expected.termLosses()).map(Math::abs).max().orElseThrow();
        return same
                ? IntStream.range(0, expected.termLosses().length)
                        .mapToDouble(k -> Math.abs(found.termLosses()[k] - expected.termLosses()[k]) / scale)
                        .max()
                        .orElseThrow()
                : Double.POSITIVE_INFINITY;
    }

    private OptimiserStep step(
            Objective objective, ModelShape shape, ParameterSet parameters, ParameterSet reference, boolean together) {
        return new OptimiserStep(
                objective,
                shape,
                parameters,
                Optional.of(new ReferenceModel(shape, reference, Optional.empty())),
                golden.checkpoint.weights().source(Storage.FLOAT32),
                5,
                together);
    }

    /** Padded micro-batches of so many documents. */
    static List<LayoutDifference.Layout> padded(int... sizes) {
        return Arrays.stream(sizes)
                .mapToObj(size -> new LayoutDifference.Layout(Batching.PADDED, size, LayoutDifference.MAX_LENGTH))
                .toList();
    }

    @Override
    public void close() {
        golden.close();
    }
}
