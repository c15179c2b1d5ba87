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
 * What the evaluations of many training runs say together of the paper's claims: gains over MLE in and out of
 * distribution (Figures 3, 5 and 6 A), the share of tasks on which an objective beats it (6 B), and a verdict on each
 * claim with its interval over prompts and seeds. {@link io.github.tribuollm.tutorials.verdicts.RunVerdicts} reads the
 * files that {@code tutorials/experiments/objectives-smollm2} leaves.
 */
package io.github.tribuollm.tutorials.verdicts;
