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

import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.runtime.Backend;

/**
 * How a training goes about its work, which changes its result to rounding at most, but for what evaluations decide.
 *
 * @param heldOut what it evaluates on
 * @param saving how often the state is saved; it is when the run is asked to stop
 * @param memory what is saved of memory for time
 * @param backend where and in which precision graphs run
 */
public record Conduct(HeldOut heldOut, Cadence saving, MemoryUse memory, Backend backend) {}
