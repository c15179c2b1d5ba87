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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.gsm8k.Gsm8kTask;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Judged answers of two models are compared prompt by prompt. */
final class ScoreComparisonTest {
    private static final ClusterBootstrap BOOTSTRAP = new ClusterBootstrap(500, 0.95, 1);

    private final Gsm8kTask task = Gsm8kTask.cot(new Gsm8kSource(
            Path.of(System.getProperty("test.resources")).resolve("data/word-problems-heldout.jsonl"), 0, 40));

    private TaskScores answered(int right) {
        List<? extends TaskItem> items = task.items();
        return TaskScores.of(
                task,
                IntStream.range(0, items.size())
                        .mapToObj(i ->
                                "The answer is " + (i < right ? items.get(i).target() : "-1") + ".")
                        .toList());
    }

    private static Points strict(TaskScores scores) {
        return scores.points().get(0);
    }

    @Test
    void aBetterModelIsFound() {
        ScoreComparison comparison = ScoreComparison.of(strict(answered(30)), strict(answered(12)), BOOTSTRAP);
        assertEquals(0.45, comparison.difference().value(), 1e-12);
        assertEquals(1.5, comparison.normalisedGain().value(), 1e-12);
        assertEquals(2 * Math.pow(0.5, 18), comparison.p(), 1e-12);
        assertTrue(comparison.difference().isAbove(0) && comparison.beats(), comparison.toString());
    }

    @Test
    void verdictsOnOtherPromptsAreRefused() {
        TaskScores fewer = TaskScores.of(
                task.withQuestions(new Gsm8kSource(
                        Path.of(System.getProperty("test.resources")).resolve("data/word-problems-heldout.jsonl"),
                        0,
                        2)),
                List.of("1", "2"));
        assertThrows(
                EvaluationException.class, () -> ScoreComparison.of(strict(answered(1)), strict(fewer), BOOTSTRAP));
        assertThrows(IllegalArgumentException.class, () -> answered(1).score("f1", "strict-match"));
    }
}
