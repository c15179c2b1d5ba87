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
package io.github.tribuollm.llm;

/** Which parameters are trained. */
public enum Tuning {
    /** Low-rank adapters on linear layers; the base stays as it is. */
    LORA,
    /** Every parameter, starting from the checkpoint's weights. */
    FULL,
    /** Every parameter, starting from random weights: pre-training. Only config.json and the tokenizer are needed. */
    FULL_FROM_SCRATCH
}
