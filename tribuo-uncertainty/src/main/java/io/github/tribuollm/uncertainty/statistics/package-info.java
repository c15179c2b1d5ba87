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
 * What the measures of many tokens say: correlations with intervals that respect documents ({@link
 * io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations}, the paper's Figure 2B), distributions ({@link
 * io.github.tribuollm.uncertainty.statistics.Distribution}, Figure 9) and epistemic uncertainty against the dropout
 * rate ({@link io.github.tribuollm.uncertainty.statistics.DropoutSweep}, Figure 10), and what is hard early and late in
 * training ({@link io.github.tribuollm.uncertainty.statistics.Curriculum}, Figure 4).
 */
package io.github.tribuollm.uncertainty.statistics;
