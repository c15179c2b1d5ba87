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

/**
 * Token-level objectives as data: an {@link io.github.tribuollm.objectives.Objective} is a list of
 * {@link io.github.tribuollm.objectives.Term}s, each a {@link io.github.tribuollm.objectives.target.Target} times a
 * {@link io.github.tribuollm.objectives.weight.TokenWeight}, over a {@link io.github.tribuollm.objectives.Normaliser}.
 *
 * <p>All are cases of Appendix B of Liu, Benjamin and Zador, "Token-Level Uncertainty-Aware Objective for Language
 * Model Post-Training": maximise {@code sum_{i,t} sum_x w_{i,t}(x) log p(x | x_{<t})}. A weight is what a {@link
 * io.github.tribuollm.objectives.weight.Score} becomes by a {@link io.github.tribuollm.objectives.weight.Selector} or
 * a {@link io.github.tribuollm.objectives.weight.SoftFunction}, and no gradient passes through it; a target's loss may
 * be any differentiable function of the prediction, so that a method whose weights depend on the model, such as a
 * clipped policy gradient, still reports its own loss.
 *
 * <p>An objective of one's own is a composition of these parts, or one class that implements {@code Score},
 * {@code Selector}, {@code TokenWeight} or {@code Target}. What it asks of {@link
 * io.github.tribuollm.objectives.weight.TokenStatistics} or {@link
 * io.github.tribuollm.objectives.target.Target.Context} is found by building it once, see {@link
 * io.github.tribuollm.objectives.Requirements}.
 */
package io.github.tribuollm.objectives;
