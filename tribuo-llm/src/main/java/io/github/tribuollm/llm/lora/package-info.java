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
 * Low-rank adapters (LoRA), new values of the base's own tensors beside them, and their exchange with PEFT and
 * transformers.
 *
 * <p>A linear layer y = x W^T becomes y = x W^T + s (x A^T) B^T with A of shape [rank, in], B of shape [out, rank] and
 * s = alpha / rank, or alpha / sqrt(rank).
 */
package io.github.tribuollm.llm.lora;
