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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one optimiser step did.
 *
 * @param stage the run that the step belongs to
 * @param step the step just done, counted from 1
 * @param steps the number of steps of the run
 * @param epoch the passes over the data so far, at least 0, with fractions
 * @param loss the objective's value at this step, in nats
 * @param termLosses the part of each term of the objective in {@code loss}, in nats, by the term's name in the
 *     objective's order
 * @param accuracy the fraction of the tokens learned from whose label was the most probable token, in [0, 1]; NaN
 *     without any
 * @param entropy the mean entropy of their predictions, in nats; NaN without any
 * @param tokens the number of tokens in the batch, prompts included and padding not
 * @param selectedFraction the fraction of completion tokens with a weight in the loss, in [0, 1]
 * @param learningRate the learning rate of this step
 * @param gradientNorm the Euclidean norm of the whole gradient before clipping; not finite if the step was skipped
 * @param lossScaling how the loss was scaled; empty but in float16
 * @param tokensPerSecond the tokens trained on a second, lately
 * @param elapsed the time since the run started
 * @param remaining the expected time until the last step of the last run, as if those to come took as long as this one
 * @param peakMemoryBytes the most memory that the process has held, in bytes
 */
public record StepReport(
        Stage stage,
        int step,
        int steps,
        double epoch,
        double loss,
        Map<String, Double> termLosses,
        double accuracy,
        double entropy,
        long tokens,
        double selectedFraction,
        double learningRate,
        double gradientNorm,
        Optional<LossScaling> lossScaling,
        double tokensPerSecond,
        Duration elapsed,
        Duration remaining,
        long peakMemoryBytes) {

    public StepReport {
        termLosses = Collections.unmodifiableMap(new LinkedHashMap<>(termLosses));
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(lossScaling, "lossScaling");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(remaining, "remaining");
    }
}
