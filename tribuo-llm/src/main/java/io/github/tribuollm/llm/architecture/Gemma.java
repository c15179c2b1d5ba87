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
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma, as transformers' {@code GemmaForCausalLM}, where a hidden_act of "gelu" means the tanh approximation as well.
 */
final class Gemma extends GemmaDecoder {
    private final LayerKind kind;

    Gemma(CheckpointConfig fields) {
        super(fields, OptionalDouble.empty());
        config.without("sliding_window", "layer_types", "final_logit_softcapping", "attn_logit_softcapping");
        kind = LayerKind.of(OptionalInt.empty(), RopeParameters.read(config));
    }

    @Override
    DecoderLayer layer(String path, int index) {
        return preNormalised(path, kind, attention(path), feedForward(path));
    }
}
