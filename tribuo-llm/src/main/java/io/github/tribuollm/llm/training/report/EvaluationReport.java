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
import java.util.Objects;

/**
 * What an evaluation on held-out data found.
 *
 * @param stage the run that evaluates
 * @param step the number of optimiser steps done before it, 0 before training
 * @param dataset the name of the held-out data
 * @param nll the mean negative log-likelihood of a completion token, in nats
 * @param tokens the number of completion tokens
 * @param elapsed the time that the evaluation took
 */
public record EvaluationReport(
        Stage stage,
        int step,
        String dataset,
        double nll,
        double accuracy,
        double entropy,
        long tokens,
        Duration elapsed) {

    /**
     * Checks that nothing is missing.
     *
     * @param stage the run that evaluates
     * @param step the number of optimiser steps done before it
     * @param dataset the name of the held-out data
     * @param nll the mean negative log-likelihood of a completion token, in nats
     * @param accuracy the fraction of the completion tokens that were the most probable token
     * @param entropy the mean entropy of the predictions, in nats
     * @param tokens the number of completion tokens
     * @param elapsed the time that the evaluation took
     * @throws NullPointerException if the stage, the name or the time is missing
     */
    public EvaluationReport {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(dataset, "dataset");
        Objects.requireNonNull(elapsed, "elapsed");
    }

    /**
     * {@return exp(nll), the number of equally likely tokens that would be as hard to guess}
     */
    public double perplexity() {
        return Math.exp(nll);
    }
}
