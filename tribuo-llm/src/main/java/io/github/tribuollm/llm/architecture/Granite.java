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

import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Granite: Llama with factors of the embeddings, of the scores and of what each block adds, and a divisor of the
 * logits; as transformers' {@code GraniteForCausalLM}.
 */
final class Granite extends Decoder {
    private final LayerKind kind;
    private final boolean attentionBias;
    private final boolean mlpBias;
    private final float embeddingFactor;
    private final float scoreFactor;
    private final float residualFactor;
    private final float logitDivisor;

    Granite(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, false)
                .requiring("hidden_act", "silu")
                .without("sliding_window", "layer_types"));
        attentionBias = fields.flag("attention_bias", false);
        mlpBias = fields.flag("mlp_bias", false);
        embeddingFactor = (float) fields.number("embedding_multiplier", 1);
        scoreFactor = (float) fields.number("attention_multiplier", 1);
        residualFactor = (float) fields.number("residual_multiplier", 1);
        logitDivisor = (float) fields.number("logits_scaling", 1);
        fields.require("logits_scaling", logitDivisor != 0);
        kind = LayerKind.of(OptionalInt.empty(), RopeParameters.read(config));
    }

    @Override
    public Tensor embedded(TokenGrid grid, Parameters parameters) {
        return super.embedded(grid, parameters).mul(embeddingFactor);
    }

    @Override
    public Tensor logits(Tensor products) {
        return products.mul(1 / logitDivisor);
    }

    @Override
    DecoderLayer layer(String path, int index) {
        SelfAttention attention =
                attention(path, attentionBias, attentionBias).scored(scoreFactor, OptionalDouble.empty());
        return preNormalised(path, kind, attention, feedForward(path, Gate.SILU, mlpBias))
                .scalingResiduals(residualFactor);
    }
}
