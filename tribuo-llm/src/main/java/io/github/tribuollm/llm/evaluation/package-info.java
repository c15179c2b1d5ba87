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
 * Benchmarks of answers. An {@link io.github.tribuollm.llm.evaluation.EvaluationTask} is a source of prompts, a way to
 * ask, and a judge of answers: whoever generates takes its {@link io.github.tribuollm.llm.evaluation.Query queries},
 * and hands the answers to {@link io.github.tribuollm.llm.evaluation.TaskScores}, which judges them and adds them up
 * with standard errors. A new task is one class.
 */
package io.github.tribuollm.llm.evaluation;
