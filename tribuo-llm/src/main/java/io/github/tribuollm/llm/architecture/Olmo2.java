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
 * OLMo 2 (OLMo et al.): Llama with norms after each block in place of before, and of all queries and all keys of a
 * token, as transformers' {@code Olmo2ForCausalLM}.
 */
final class Olmo2 extends Decoder {
    private final LayerKind kind;
    private final boolean bias;

    Olmo2(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, false)
                .requiring("hidden_act", "silu")
                .without("sliding_window", "layer_types", "mlp_bias", "clip_qkv"));
        fields.number("rms_norm_eps");
        bias = fields.flag("attention_bias", false);
        kind = LayerKind.of(OptionalInt.empty(), RopeParameters.read(config));
    }

    @Override
    DecoderLayer layer(String path, int index) {
        SelfAttention attention =
                queriesAndKeysNormalised(path, attention(path, bias, bias), config.width(), config.keyWidth());
        return new DecoderLayer(
                path,
                kind,
                attention,
                BlockNorms.after(norm(path + ".post_attention_layernorm")),
                feedForward(path, Gate.SILU, false),
                BlockNorms.after(norm(path + ".post_feedforward_layernorm")));
    }
}
