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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.training.report.TrainingListener;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where a training leaves its state and result, and who hears of it.
 *
 * @param directory where state and result are written; empty to keep everything in memory
 * @param listener who is told of progress
 * @param stopRequested asked after each step; true saves the state and ends the run
 */
public record RunPlace(Optional<RunDirectory> directory, TrainingListener listener, BooleanSupplier stopRequested) {
    RunPlace in(Optional<RunDirectory> other) {
        return new RunPlace(other, listener, stopRequested);
    }
}
