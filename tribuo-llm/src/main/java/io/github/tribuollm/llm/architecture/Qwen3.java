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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;

/** Qwen3: Qwen2 with a norm of each query and key head, as transformers' {@code Qwen3ForCausalLM}. */
final class Qwen3 extends Qwen2 {
    private final boolean bias;

    Qwen3(CheckpointConfig fields) {
        super(fields);
        fields.integer("head_dim");
        bias = fields.flag("attention_bias", false);
    }

    @Override
    SelfAttention attention(String path) {
        return headsNormalised(path, attention(path, bias, bias));
    }
}
