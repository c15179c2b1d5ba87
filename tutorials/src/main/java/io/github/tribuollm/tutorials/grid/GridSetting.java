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
package io.github.tribuollm.tutorials.grid;

/**
 * The size of every training run of a grid. Seed s trains on the rows [s rows, (s + 1) rows) of its file in an order
 * and from an initialisation of its own.
 *
 * @param rows training rows of a run
 * @param heldOutRows rows of each held-out set
 * @param maxLength tokens at which a row is cut
 * @param batchSize rows of an optimiser step
 * @param rank LoRA's rank; alpha is twice the rank, as in the paper
 * @param learningRate AdamW's peak rate
 */
record GridSetting(int rows, int heldOutRows, int maxLength, int batchSize, int rank, double learningRate) {}
