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
package io.github.tribuollm.llm.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Points become scores and comparisons, prompts that were not scored left out. */
final class PointsTest {
    private static Points points(double[] values, double[] counts) {
        return new Points("nll", Judgement.WHOLE, values, counts, false);
    }

    @Test
    void aScoreIsARatioOfSums() {
        Score score = points(new double[] {6, 2, 0}, new double[] {2, 2, 0}).score();
        assertEquals(2, score.value(), 1e-12);
        assertEquals(4, score.count());
        assertEquals(Math.sqrt((2 * 2 + 2 * 2) * 2 / 1.0) / 4, score.standardError(), 1e-12);
    }

    @Test
    void intervalsStayWhereScoresCanBe() {
        Points verdicts =
                new Points("acc", Judgement.WHOLE, new double[] {1, 0, 0, 0}, new double[] {1, 1, 1, 1}, true);
        assertEquals(Estimate.ofShare(1, 4, 0.95), verdicts.estimate(ClusterBootstrap.STANDARD));
        Points several = new Points("acc", Judgement.WHOLE, new double[] {2, 0, 0, 0}, new double[] {2, 1, 3, 2}, true);
        Estimate estimate = several.estimate(ClusterBootstrap.STANDARD);
        assertEquals(0.25, estimate.value());
        assertTrue(estimate.low() == 0 && estimate.high() > 0.25 && estimate.high() <= 1, estimate.toString());
    }

    @Test
    void promptsWithoutAScoreAreLeftOutOfComparisons() {
        Points model = points(new double[] {1, 9, 1, 2}, new double[] {1, 0, 1, 1});
        Points baseline = points(new double[] {3, 1, 3, 4}, new double[] {1, 1, 1, 0});
        ScoreComparison comparison = ScoreComparison.of(model, baseline, ClusterBootstrap.STANDARD);
        assertEquals(-2, comparison.difference().value(), 1e-12);
        assertEquals(true, comparison.beats(), "a lower loss is better");
        assertFalse(
                ScoreComparison.of(baseline, model, ClusterBootstrap.STANDARD).beats());
    }

    @Test
    void otherMetricsAndPromptsAreRefused() {
        Points model = points(new double[] {1}, new double[] {1});
        Points none = points(new double[] {0}, new double[] {0});
        Points verdicts = Points.of("acc", Judgement.WHOLE, List.of(List.of(true)));
        assertThrows(EvaluationException.class, () -> ScoreComparison.of(model, verdicts, ClusterBootstrap.STANDARD));
        assertThrows(EvaluationException.class, () -> ScoreComparison.of(model, none, ClusterBootstrap.STANDARD));
        assertThrows(IllegalArgumentException.class, () -> points(new double[2], new double[1]));
    }

    @Test
    void verdictsAreWords() {
        Points points = points(new double[] {1, 0, 0, 0.25, 2}, new double[] {1, 1, 0, 1, 3});
        assertEquals("right", points.verdict(0));
        assertEquals("wrong", points.verdict(1));
        assertEquals("none", points.verdict(2));
        assertEquals("0.25", points.verdict(3));
        assertEquals("2 of 3", points.verdict(4));
    }
}
