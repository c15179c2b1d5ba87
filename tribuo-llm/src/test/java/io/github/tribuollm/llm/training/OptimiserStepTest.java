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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopQuantile;
import io.github.tribuollm.runtime.Backend;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimiserStepTest {
    private static TrainingException refused(Objective objective, List<TokenSequence> data, int microBatch) {
        try (Golden golden = Golden.of("llama-tied")) {
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = ModelShape.of(Architectures.of(golden.checkpoint), Optional.of(adapter), 128, 8);
            try (ParameterSet parameters = ParameterSet.of(adapter);
                    OptimiserStep step = new OptimiserStep(
                            StepTask.of(objective, shape, Optional.empty()),
                            parameters,
                            golden.checkpoint.weights().source(Storage.FLOAT32),
                            1)) {
                List<MicroBatch> batches = IntStream.iterate(0, i -> i < data.size(), i -> i + microBatch)
                        .mapToObj(from -> MicroBatch.of(
                                data, IntStream.range(from, from + microBatch).toArray()))
                        .toList();
                return assertThrows(TrainingException.class, () -> step.compute(batches, 7));
            }
        }
    }

    private static List<TokenSequence> data() {
        try (Golden golden = Golden.of("llama-tied")) {
            return golden.sequences();
        }
    }

    /** One chunk, several whose logits are kept, many whose logits are computed again. */
    @ParameterizedTest
    @MethodSource("objectives")
    void theSizeOfTheHeadsChunksDoesNotMatter(Objective objective) {
        Map<String, float[]> whole = gradients(objective, 1 << 20);
        for (long chunkLogits : new long[] {5000, 1600}) {
            Map<String, float[]> chunked = gradients(objective, chunkLogits);
            whole.forEach((name, expected) -> assertArrayEquals(expected, chunked.get(name), 1e-6f, name));
        }
    }

    static Stream<Objective> objectives() {
        return Stream.of(Objective.mle(), Objective.maskedMle(0.75), Objective.maskedMleDistill(0.75));
    }

    private static Map<String, float[]> gradients(Objective objective, long chunkLogits) {
        try (Golden golden = Golden.of("llama-tied")) {
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = new ModelShape(
                    Architectures.of(golden.checkpoint),
                    Optional.of(adapter.form()),
                    24,
                    4,
                    false,
                    false,
                    chunkLogits,
                    Backend.cpu());
            try (ParameterSet parameters = ParameterSet.of(adapter);
                    ParameterSet reference = ParameterSet.of(adapter);
                    OptimiserStep step = new OptimiserStep(
                            StepTask.of(
                                    objective,
                                    shape,
                                    Optional.of(new ReferenceModel(shape, reference, Optional.empty()))),
                            parameters,
                            golden.checkpoint.weights().source(Storage.FLOAT32),
                            1)) {
                step.compute(List.of(MicroBatch.of(golden.sequences(), new int[] {0, 1, 2, 3})), 0);
                Map<String, float[]> copies = new HashMap<>();
                step.gradients().forEach((name, gradient) -> {
                    float[] copy = new float[gradient.capacity()];
                    gradient.duplicate().get(copy);
                    copies.put(name, copy);
                });
                return copies;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2})
    void aStepThatSelectsNothingIsRefused(int microBatch) {
        TokenWeight upper =
                new Selection(new LossScore(), new TopQuantile(0.75), Granularity.TOKEN, Scope.OPTIMISER_STEP);
        TrainingException e = refused(Objective.maskedMle(upper.and(upper.not())), data(), microBatch);
        assertTrue(e.getMessage().contains("Step 7 gives none"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2})
    void aStepOfWeightlessDocumentsIsRefused(int microBatch) {
        List<TokenSequence> weightless = data().stream()
                .map(s -> new TokenSequence(s.tokens(), s.completion(), 0, s.origin()))
                .toList();
        TrainingException e = refused(Objective.mle(), weightless, microBatch);
        assertTrue(e.getMessage().contains("Step 7 gives none"), e.getMessage());
    }

    @Test
    void aStepWithoutCompletionsIsRefused() {
        List<TokenSequence> prompts = data().stream()
                .map(s -> new TokenSequence(s.tokens(), new BitSet(), 1, s.origin()))
                .toList();
        TrainingException e = refused(Objective.mle(), prompts, 2);
        assertTrue(e.getMessage().contains("Step 7 has no completion token"), e.getMessage());
    }
}
