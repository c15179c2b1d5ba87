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
package io.github.tribuollm.llm.evaluation.alpacaeval;

/**
 * A verbose or concise answer of the baseline model itself, which keeps the regression from taking length for quality.
 *
 * @param preference from 0 (the baseline) to 1 (the gamed answer)
 * @param index of the instruction, from 0
 * @param lengthDifference by how much the baseline is longer, in standard deviations
 * @param difficulty of the instruction
 */
record GamedRow(double preference, int index, double lengthDifference, double difficulty) {}
