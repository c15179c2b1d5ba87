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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.ProbabilityScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.ReferenceLossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Score;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.SoftWeight;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepPlanTest {
    private static final StepPlan.Size ONE = new StepPlan.Size(1, 100);
    private static final StepPlan.Size TWO = new StepPlan.Size(2, 200);

    private static final Objective OF_LOSSES = selected(new LossScore(), Scope.OPTIMISER_STEP);
    private static final Objective OF_THE_REFERENCE = selected(new ReferenceLossScore(), Scope.OPTIMISER_STEP);
    private static final Objective OF_NUMBERS = selected(new RandomScore(1), Scope.OPTIMISER_STEP);
    private static final Objective OF_THE_DATA_SET = selected(new LossScore(), Scope.DATASET);

    private static Objective selected(Score score, Scope scope) {
        return Objective.maskedMle(new Selection(score, new TopQuantile(0.75), Granularity.TOKEN, scope));
    }

    private static StepTask task(Objective objective, double dropout) {
        try (Golden golden = Golden.of("llama-tied")) {
            var architecture = Architectures.of(golden.checkpoint);
            LoraConfig lora = new LoraConfig(4, 8, dropout, List.of(LoraConfig.ALL_LINEAR));
            ModelShape shape = new ModelShape(
                    architecture, Optional.of(AdapterForm.of(lora, architecture.linearLayers())), 24, 4, false);
            return StepTask.of(objective, shape, Optional.of(ReferenceModel.base(shape)));
        }
    }

    private static void assertPlan(StepPlan expected, Objective objective, double dropout, StepPlan.Size size) {
        assertEquals(expected, StepPlan.of(task(objective, dropout), size), objective.toString());
    }

    @Test
    void oneMicroBatchWeighsItselfByItsScores() {
        assertPlan(StepPlan.OWN_WEIGHTS, OF_LOSSES, 0, ONE);
        assertPlan(StepPlan.OWN_WEIGHTS, OF_THE_REFERENCE, 0, ONE);
        assertPlan(StepPlan.GIVEN_WEIGHTS, OF_NUMBERS, 0, ONE);
        assertPlan(StepPlan.GIVEN_WEIGHTS, Objective.mle(), 0, ONE);
    }

    @Test
    void tokensThatAreWeighedByThemselvesTakeNoPassBefore() {
        for (Objective objective : List.of(
                Objectives.dft(), Objectives.eaft(20), Objectives.asft(0.05), Objectives.importanceWeightedSft(2))) {
            assertPlan(StepPlan.OWN_WEIGHTS, objective, 0, TWO);
            assertPlan(StepPlan.GIVEN_WEIGHTS, objective, 0.1, TWO);
        }
        TokenWeight probability = new SoftWeight(new ProbabilityScore());
        assertPlan(StepPlan.GIVEN_WEIGHTS, divided(probability, Normaliser.WEIGHT_SUM), 0, TWO);
        assertPlan(StepPlan.GIVEN_WEIGHTS, divided(probability, Normaliser.SEQUENCE_MEAN), 0, TWO);
        assertPlan(StepPlan.OWN_WEIGHTS, divided(ofLosses(Scope.SEQUENCE), Normaliser.VALID), 0, TWO);
        assertPlan(StepPlan.OWN_WEIGHTS, divided(ofLosses(Scope.MICRO_BATCH), Normaliser.VALID), 0, TWO);
        assertPlan(StepPlan.GIVEN_WEIGHTS, divided(ofLosses(Scope.OPTIMISER_STEP), Normaliser.VALID), 0, TWO);
    }

    private static Objective divided(TokenWeight weight, Normaliser normaliser) {
        return new Objective(List.of(new Term(new LabelTarget(), weight, normaliser, 1)));
    }

    private static Selection ofLosses(Scope scope) {
        return new Selection(new LossScore(), new TopQuantile(0.75), Granularity.TOKEN, scope);
    }

    @Test
    void dropoutAndRanksAmongTheDataSetAskForGivenWeights() {
        assertPlan(StepPlan.GIVEN_WEIGHTS, OF_LOSSES, 0.1, ONE);
        assertPlan(StepPlan.GIVEN_WEIGHTS, OF_THE_DATA_SET, 0, ONE);
        assertPlan(StepPlan.GIVEN_WEIGHTS, OF_LOSSES, 0, TWO);
    }

    @Test
    void togetherAllButOneMicroBatchIsOneRunWhileItsMasksFit() {
        StepTask task = task(OF_LOSSES, 0).runningTogether(true);
        assertEquals(StepPlan.OWN_WEIGHTS, StepPlan.of(task, ONE));
        assertEquals(StepPlan.WHOLE_STEP, StepPlan.of(task, TWO));
        StepTask dropping = task(OF_LOSSES, 0.1).runningTogether(true);
        long width = new AdapterDropout(dropping.shape()).maskBytes(1);
        long most = AdaptedParameters.Masks.MOST_BYTES / width;
        assertEquals(StepPlan.WHOLE_STEP, StepPlan.of(dropping, new StepPlan.Size(1, most)));
        assertEquals(StepPlan.GIVEN_WEIGHTS, StepPlan.of(dropping, new StepPlan.Size(1, most + 1)));
    }

    @Test
    void onlyGivenWeightsThatDependOnScoresTakeAPassBefore() {
        assertTrue(StepPlan.GIVEN_WEIGHTS.scoresFirst(task(OF_LOSSES, 0)));
        assertTrue(StepPlan.GIVEN_WEIGHTS.scoresFirst(task(OF_THE_REFERENCE, 0)));
        assertFalse(StepPlan.GIVEN_WEIGHTS.scoresFirst(task(OF_NUMBERS, 0)));
        assertFalse(StepPlan.GIVEN_WEIGHTS.scoresFirst(task(OF_THE_DATA_SET, 0)), "ranked before the first step");
        assertFalse(StepPlan.OWN_WEIGHTS.scoresFirst(task(OF_LOSSES, 0)));
        assertFalse(StepPlan.WHOLE_STEP.scoresFirst(task(OF_LOSSES, 0)));
    }

    @Test
    void aReferenceThatIsNotNeededIsLeftOut() {
        assertTrue(task(OF_LOSSES, 0).reference().isEmpty());
        assertTrue(task(OF_THE_REFERENCE, 0).reference().isPresent());
    }
}
