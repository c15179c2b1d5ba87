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
package io.github.tribuollm.llm.notebook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.Stage;
import io.github.tribuollm.llm.training.report.StepReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NotebookProgressTest {
    private final List<String> shown = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final NotebookProgress progress = new NotebookProgress(() -> Optional.of(content -> {
        shown.add(content.html());
        texts.add(content.text());
    }));

    private static RunReport run(Stage stage, int steps) {
        return new RunReport(stage, steps, 8, 100, 10, 1000, "cpu");
    }

    private static StepReport step(Stage stage, int step, int steps, double loss, long millis) {
        return new StepReport(
                stage,
                step,
                steps,
                0.1,
                loss,
                Map.of(),
                0.5,
                1,
                64,
                0.25,
                1e-3,
                1,
                Optional.empty(),
                1234,
                Duration.ofMillis(millis),
                Duration.ofSeconds(72),
                0);
    }

    private static EvaluationReport evaluation(Stage stage, int step, double nll) {
        return new EvaluationReport(stage, step, "problems", nll, 0.5, 1, 10, Duration.ZERO);
    }

    @Test
    void oneDisplayIsReplacedAsTheRunGoesOn() {
        Stage stage = Stage.only("train");
        progress.started(run(stage, 100));
        progress.evaluated(evaluation(stage, 0, 5));
        for (int i = 1; i <= 100; i++) {
            progress.stepped(step(stage, i, 100, 5 - 0.01 * i, 20L * i));
        }
        progress.evaluated(evaluation(stage, 100, 4));
        progress.finished(run(stage, 100), Duration.ofSeconds(2));
        assertEquals(5, shown.size(), "at 500, 1000, 1500 and 2000 ms, and when all is done");
        assertTrue(shown.get(0).contains("max=\"100\" value=\"25\""), shown.get(0));
        assertEquals("train: step 25 of 100, loss 4.750, 25.0 % selected, 1 234 tokens/s, ETA 1m 12s", texts.get(0));
        assertTrue(shown.get(0).contains("<polyline"));
        assertTrue(shown.get(4).contains("5.0000") && shown.get(4).contains("4.0000"), shown.get(4));
        assertTrue(texts.get(4).startsWith("train: finished in 2s"));
    }

    @Test
    void theReferenceAndTheTrainingShareTheDisplay() {
        Stage reference = new Stage("reference", 1, 2);
        Stage train = new Stage("train", 2, 2);
        progress.started(run(reference, 1));
        progress.stepped(step(reference, 1, 1, 3, 10));
        progress.started(run(train, 1));
        progress.stepped(step(train, 1, 1, 2, 10));
        assertTrue(texts.get(0).startsWith("1 of 2, reference: step 1 of 1"));
        assertTrue(texts.get(1).startsWith("2 of 2, train: step 1 of 1"));
        assertArrayEquals(
                new double[] {3}, progress.losses().training("reference").loss());
        assertArrayEquals(new double[] {2}, progress.losses().training("train").loss());
    }

    @Test
    void aSecondTrainingForgetsTheFirst() {
        Stage stage = Stage.only("train");
        progress.started(run(stage, 2));
        progress.stepped(step(stage, 1, 2, 3, 10));
        progress.stepped(step(stage, 2, 2, 2, 20));
        progress.started(run(stage, 1));
        progress.stepped(step(stage, 1, 1, 7, 10));
        assertArrayEquals(new double[] {7}, progress.losses().training("train").loss());
    }

    @Test
    void theChartAveragesSteps() {
        Stage stage = Stage.only("train");
        progress.started(run(stage, 1000));
        for (int i = 1; i <= 1000; i++) {
            progress.stepped(step(stage, i, 1000, i, 0));
        }
        assertEquals(1, progress.losses().training("train").first());
        assertEquals(1000, progress.losses().training("train").last());
        assertEquals(1280, progress.losses().chart().image().getWidth());
    }

    @Test
    void withoutAKernelItWritesLines() {
        NotebookProgress lines = new NotebookProgress();
        lines.started(run(Stage.only("train"), 1));
        lines.stepped(step(Stage.only("train"), 1, 1, 2, 10));
        assertFalse(lines.losses().training("train").loss().length == 0);
    }

    @Test
    void aLongRunIsDrawnInAFewPoints() {
        Stage stage = Stage.only("train");
        progress.started(run(stage, 100_000));
        for (int i = 1; i <= 100_000; i++) {
            progress.stepped(step(stage, i, 100_000, 5 - 1e-5 * i, i / 100));
        }
        assertTrue(
                shown.get(shown.size() - 1).length() < 8_000,
                shown.get(shown.size() - 1).length() + " characters");
    }

    private String drawn(double... losses) {
        Stage stage = Stage.only("train");
        progress.started(run(stage, losses.length));
        for (int i = 1; i <= losses.length; i++) {
            progress.stepped(step(stage, i, losses.length, losses[i - 1], i));
        }
        return shown.get(shown.size() - 1);
    }

    @Test
    void aLossThatIsNotFiniteLeavesAGap() {
        String html = drawn(4, 3, Double.NaN, 2, Double.POSITIVE_INFINITY, 1, 0.5);
        assertEquals(3, html.split("<polyline", -1).length, html);
        assertEquals(2, html.split("<circle", -1).length, html);
        assertFalse(html.contains("NaN") || html.contains("Infinity"), html);
        assertTrue(html.contains(",76.0\"/>"), "the least finite loss lies at the foot: " + html);
        assertEquals(1280, progress.losses().chart().image().getWidth());
    }

    @Test
    void aSingleStepIsADot() {
        assertTrue(drawn(4).contains("<circle"));
    }

    @Test
    void twoThreadsMayTellOneListener() throws InterruptedException {
        progress.started(run(Stage.only("train"), 500));
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            Thread thread = new Thread(() -> {
                Stage stage = Stage.only("train");
                for (int i = 1; i <= 20_000; i++) {
                    progress.stepped(step(stage, i % 5000, 5001, i, i));
                }
            });
            thread.setUncaughtExceptionHandler((t, failure) -> failures.add(failure));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void aRunThatFailsSaysWhereItStopped() {
        Stage stage = Stage.only("train");
        progress.started(run(stage, 5000));
        progress.stepped(step(stage, 1, 5000, 3, 600));
        progress.stopped(run(stage, 5000), 1);
        assertEquals("train: stopped after step 1 of 5000, train 3.000 to 3.000", texts.get(texts.size() - 1));
        assertFalse(shown.get(shown.size() - 1).contains("ETA"));
    }

    @Test
    void itTellsItsStateInWords() {
        assertEquals("no training yet", progress.toString());
        assertEquals("no steps yet", progress.losses().toString());
        drawn(4, 2);
        assertTrue(progress.toString().startsWith("train: step 2 of 2"), progress.toString());
        assertEquals("train 4.000 to 2.000", progress.losses().toString());
    }
}
