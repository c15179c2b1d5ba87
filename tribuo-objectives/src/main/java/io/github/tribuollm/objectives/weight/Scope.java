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
package io.github.tribuollm.objectives.weight;

/** Among which tokens a selection ranks. */
public enum Scope {
    /** The tokens that are processed together; the selection depends on the cut of the step into micro-batches. */
    MICRO_BATCH,
    /** All tokens of an optimiser step, however it is cut into micro-batches. */
    OPTIMISER_STEP,
    /** The tokens of each document by themselves; it goes with any other scope. */
    SEQUENCE,
    /** All tokens of the data set, as the model sees them before its first step. */
    DATASET
}
