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
package io.github.tribuollm.llm.training.report;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reports for tests. */
final class Reports {

    static final Stage ONLY = Stage.only("tiny");
    static final RunReport RUN = new RunReport(ONLY, 234, 7473, 1_234_567, 24_576, 656_000, "cpu");

    private Reports() {}

    static StepReport step(int step, double loss, long elapsedSeconds) {
        return step(ONLY, step, loss, elapsedSeconds);
    }

    static StepReport step(Stage stage, int step) {
        return step(stage, step, 3, step);
    }

    private static StepReport step(Stage stage, int step, double loss, long elapsedSeconds) {
        return new StepReport(
                stage,
                step,
                234,
                step / 234.0,
                loss,
                Map.of("mle", loss),
                0.5,
                1.5,
                4096,
                0.25,
                9.8e-5,
                0.75,
                Optional.empty(),
                1233.6,
                Duration.ofSeconds(elapsedSeconds),
                Duration.ofSeconds(72),
                812_345_678);
    }

    static StepReport twoTerms(int step) {
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put("mle", 2.0);
        terms.put("distill", 1.25);
        StepReport one = step(step, 3.25, step);
        return new StepReport(
                ONLY,
                step,
                one.steps(),
                one.epoch(),
                one.loss(),
                terms,
                one.accuracy(),
                one.entropy(),
                one.tokens(),
                one.selectedFraction(),
                one.learningRate(),
                one.gradientNorm(),
                one.lossScaling(),
                one.tokensPerSecond(),
                one.elapsed(),
                one.remaining(),
                one.peakMemoryBytes());
    }

    static StepReport float16(int step, boolean skipped) {
        StepReport one = step(step, 3, step);
        return new StepReport(
                ONLY,
                step,
                one.steps(),
                one.epoch(),
                one.loss(),
                one.termLosses(),
                one.accuracy(),
                one.entropy(),
                one.tokens(),
                one.selectedFraction(),
                one.learningRate(),
                skipped ? Double.POSITIVE_INFINITY : one.gradientNorm(),
                Optional.of(new LossScaling(65536, skipped)),
                one.tokensPerSecond(),
                one.elapsed(),
                one.remaining(),
                one.peakMemoryBytes());
    }

    static EvaluationReport evaluation(int step, double nll) {
        return new EvaluationReport(RUN.stage(), step, "gsm8k test", nll, 0.25, 2, 12_345, Duration.ofMillis(3100));
    }
}
