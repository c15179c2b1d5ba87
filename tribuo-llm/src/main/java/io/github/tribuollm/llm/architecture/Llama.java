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

/**
 * Llama (Touvron et al.) up to 3.2: a decoder of RMS-normalised layers with rotary positions, grouped-query attention
 * and a SwiGLU feed-forward network, as transformers' {@code LlamaForCausalLM}.
 */
final class Llama extends Decoder {
    private final LayerKind kind;
    private final boolean attentionBias;
    private final boolean mlpBias;

    Llama(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, false)
                .requiring("hidden_act", "silu")
                .without("sliding_window", "layer_types"));
        attentionBias = fields.flag("attention_bias", false);
        mlpBias = fields.flag("mlp_bias", false);
        kind = LayerKind.of(OptionalInt.empty(), RopeParameters.read(config));
    }

    @Override
    DecoderLayer layer(String path, int index) {
        return preNormalised(
                path, kind, attention(path, attentionBias, attentionBias), feedForward(path, Gate.SILU, mlpBias));
    }
}
