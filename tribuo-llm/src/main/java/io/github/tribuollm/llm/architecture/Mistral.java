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
import java.util.OptionalInt;

/** Mistral (Jiang et al.): Llama with a sliding window in every layer, as transformers' {@code MistralForCausalLM}. */
final class Mistral extends Decoder {
    private final LayerKind kind;

    Mistral(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, false)
                .requiring("hidden_act", "silu")
                .without("layer_types", "attention_bias", "mlp_bias"));
        kind = LayerKind.of(config.window(OptionalInt.of(4096)), RopeParameters.read(config));
    }

    @Override
    DecoderLayer layer(String path, int index) {
        return preNormalised(path, kind, attention(path, false, false), feedForward(path, Gate.SILU, false));
    }
}
