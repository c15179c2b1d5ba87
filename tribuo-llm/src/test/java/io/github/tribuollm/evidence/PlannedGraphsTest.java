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

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.ReferenceLossScore;
import io.github.tribuollm.objectives.weight.Scope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The planner follows the graphs that steps open. */
class PlannedGraphsTest {
    private static final Objective OF_LOSSES = Objective.maskedMle(0.75);
    private static final Objective OF_THE_DATA_SET = PlannedGraphs.selected(new LossScore(), Scope.DATASET);
    private static final Objective OF_THE_REFERENCE =
            PlannedGraphs.selected(new ReferenceLossScore(), Scope.OPTIMISER_STEP);

    private static PlannedGraphs graphs;

    @BeforeAll
    static void open() {
        graphs = new PlannedGraphs();
    }

    @AfterAll
    static void close() {
        graphs.close();
    }

    private static void assertPlanned(
            StepPlan plan, int passes, Objective objective, double dropout, int microBatch, boolean together) {
        PlannedGraphs.Graphs found = graphs.of(new PlannedGraphs.Setting(objective, dropout, microBatch, together));
        assertEquals(plan, found.plan());
        assertEquals(1 + passes, found.opened().size());
        assertEquals(found.opened(), found.planned());
    }

    @Test
    void withDropoutTheWeightsAreKnownBefore() {
        assertPlanned(StepPlan.GIVEN_WEIGHTS, 1, OF_LOSSES, 0.1, 8, false);
        assertPlanned(StepPlan.WHOLE_STEP, 0, OF_LOSSES, 0.1, 8, true);
    }

    @Test
    void theDataSetIsRankedBeforeTheFirstStep() {
        assertPlanned(StepPlan.GIVEN_WEIGHTS, 1, OF_THE_DATA_SET, 0, 8, false);
        assertPlanned(StepPlan.WHOLE_STEP, 1, OF_THE_DATA_SET, 0, 8, true);
    }

    @Test
    void scoresOfTheReferenceAreScores() {
        assertPlanned(StepPlan.OWN_WEIGHTS, 0, OF_THE_REFERENCE, 0, 8, false);
        assertPlanned(StepPlan.GIVEN_WEIGHTS, 1, OF_THE_REFERENCE, 0, 4, false);
    }

    @Test
    void aScoringPassMeasuresWhatWeightsLookAt() {
        Objective ofEntropies = PlannedGraphs.selected(new EntropyScore(), Scope.OPTIMISER_STEP);
        assertPlanned(StepPlan.GIVEN_WEIGHTS, 1, ofEntropies, 0, 4, false);
    }

    @Test
    void tokensThatAreWeighedByThemselvesAreScoredWhereTheyAreLearned() {
        assertPlanned(StepPlan.OWN_WEIGHTS, 0, Objectives.dft(), 0, 4, false);
    }

    @Test
    void otherStepsAreThoseTheyWere() {
        assertPlanned(StepPlan.GIVEN_WEIGHTS, 0, Objective.mle(), 0, 8, false);
        assertPlanned(StepPlan.OWN_WEIGHTS, 0, OF_LOSSES, 0, 8, false);
        assertPlanned(StepPlan.GIVEN_WEIGHTS, 1, OF_LOSSES, 0, 4, false);
        assertPlanned(StepPlan.WHOLE_STEP, 0, OF_LOSSES, 0, 4, true);
    }
}
