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
package io.github.tribuollm.llm.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectiveExplainerTest {
    private record Explained(List<List<TokenExplanation>> documents, OptimiserStep.Result step) {
        Stream<TokenExplanation> tokens() {
            return documents.stream().flatMap(List::stream);
        }
    }

    private static Explained explain(Objective objective) {
        try (Golden golden = Golden.of("llama-tied")) {
            Adapter adapter = golden.adapter("adapter");
            List<TokenSequence> data = golden.sequences();
            ModelShape shape =
                    ModelShape.of(Architectures.of(golden.checkpoint), Optional.of(adapter), 23, data.size());
            WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32);
            try (ParameterSet parameters = ParameterSet.of(adapter);
                    ReferenceModel base = ReferenceModel.base(shape);
                    ObjectiveExplainer explainer =
                            new ObjectiveExplainer(objective, shape, parameters, Optional.of(base), weights);
                    OptimiserStep step = new OptimiserStep(
                            StepTask.of(objective, shape, Optional.of(base)), parameters, weights, 0)) {
                int[] all = IntStream.range(0, data.size()).toArray();
                return new Explained(explainer.explain(data), step.compute(List.of(MicroBatch.of(data, all)), 0));
            }
        }
    }

    static Stream<Objective> objectives() {
        return Stream.of(
                Objective.mle(),
                Objective.maskedMle(0.75),
                Objective.maskedMleDistill(0.75),
                Objectives.rho1(0.4),
                Objectives.asft(0.05));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void contributionsAddUpToTheLossOfTraining(Objective objective) {
        Explained explained = explain(objective);
        double sum =
                explained.tokens().mapToDouble(TokenExplanation::contribution).sum();
        assertEquals(explained.step().loss(), sum, 1e-6 * Math.abs(sum));
        assertEquals(explained.step().completionTokens(), explained.tokens().count());
    }

    @Test
    void aTokenIsTakenIfItsScoreReachesTheThreshold() {
        Explained explained = explain(Objective.maskedMleDistill(0.75));
        explained.tokens().forEach(token -> {
            TokenExplanation.Rank rank = token.selections().get(0);
            assertEquals(token.loss(), rank.score());
            assertEquals(rank.taken(), rank.score() >= rank.threshold());
            assertEquals(rank.taken(), token.terms().get(0).weight() > 0);
            assertEquals(rank.taken(), token.terms().get(1).weight() == 0);
        });
        long taken =
                explained.tokens().filter(t -> t.selections().get(0).taken()).count();
        assertEquals(explained.step().selected(), taken);
    }

    @Test
    void documentsWithoutTheNumbersOfTheObjectiveAreRefused() {
        TrainingException refused = assertThrows(TrainingException.class, () -> explain(Objectives.reinforce()));
        assertTrue(refused.getMessage().contains("column \"advantage\""), refused.getMessage());
    }
}
