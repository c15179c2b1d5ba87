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

import java.util.Objects;

/**
 * What is known about a run before its first step.
 *
 * @param stage which run this is
 * @param steps the number of optimiser steps, at least 0
 * @param sequences the number of training sequences, at least 0
 * @param tokens the number of tokens in the training sequences, prompts included, at least 0
 * @param trainableParameters the number of parameters that change, at least 0
 * @param totalParameters the number of all parameters, at least 0
 * @param device where the run computes, such as {@code cpu}
 */
public record RunReport(
        Stage stage,
        int steps,
        int sequences,
        long tokens,
        long trainableParameters,
        long totalParameters,
        String device) {

    public RunReport {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(device, "device");
    }

    /** {@return the name of the run} */
    public String name() {
        return stage.run();
    }
}
