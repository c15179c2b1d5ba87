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

/**
 * The hyperparameters of a run.
 *
 * @param optimisation how parameters descend
 * @param batches how the data are cut into steps
 * @param heldOut what it evaluates on, how often, and what evaluations decide
 * @param saving how often the state is saved beside interruptions
 * @param seed the seed of order, initialisation and dropout
 */
public record TrainingSettings(Optimisation optimisation, Batches batches, HeldOut heldOut, Cadence saving, long seed) {
    /** What tells these settings from others; how often a state is saved changes nothing. */
    RunIdentity identity() {
        return RunIdentity.none()
                .with("optimisation", optimisation.getProvenance())
                .with("batches", batches.getProvenance())
                .with(heldOut.decision())
                .with("seed", Long.toString(seed));
    }
}
