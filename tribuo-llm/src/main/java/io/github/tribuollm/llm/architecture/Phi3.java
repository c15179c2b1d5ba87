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
 * Phi-3, 3.5 and Phi-4-mini (Abdin et al.): Llama with one fused layer for queries, keys and values and one for gate and up,
 * LongRoPE and a window, as transformers' {@code Phi3ForCausalLM}.
 */
final class Phi3 extends Decoder {
    private final LayerKind kind;

    Phi3(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, false)
                .requiring("hidden_act", "silu")
                .without("layer_types", "attention_bias", "mlp_bias"));
        fields.number("rms_norm_eps");
        kind = LayerKind.of(config.window(OptionalInt.empty()), RopeParameters.readPhi3(config));
    }

    @Override
    DecoderLayer layer(String path, int index) {
        int inner = config.intermediate();
        Projections heads = Projections.fused(
                path + ".self_attn.qkv_proj", config.hidden(), config.width(), config.keyWidth(), config.keyWidth());
        Projections gated = Projections.fused(path + ".mlp.gate_up_proj", config.hidden(), inner, inner);
        return preNormalised(path, kind, attention(path, heads, false), feedForward(path, gated, Gate.SILU, false))
                .droppingResiduals();
    }

    /** Its "yarn" is LongRoPE, whose long factors reach just that far. */
    @Override
    public int maxPositions() {
        return config.maxPositions();
    }
}
