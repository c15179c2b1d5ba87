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

/**
 * What the Gemmas share: embeddings scaled by the root of their width, norms whose weights are stored as differences
 * from 1, GeGLU with the tanh approximation, heads of a size of their own and, by default, a tied output layer.
 *
 * <p>The factor of the embeddings is rounded to float32, the type that all weights are widened to, as transformers
 * rounds it to the type of the weights it has loaded.
 */
abstract class GemmaDecoder extends Decoder {
    private final float embeddingScale;
    private final boolean bias;
    private final OptionalDouble logitCap;

    /**
     * Reads what the Gemmas share.
     *
     * @param fields config.json
     * @param fallback the bound of the logits if final_logit_softcapping is missing; empty for none
     */
    GemmaDecoder(CheckpointConfig fields, OptionalDouble fallback) {
        super(DecoderConfig.read(fields, true)
                .requiring("hidden_activation", "gelu_pytorch_tanh")
                .requiring("hidden_act", "gelu_pytorch_tanh", "gelu")
                .without("mlp_bias"));
        fields.integer("head_dim");
        embeddingScale = (float) Math.sqrt(config.hidden());
        bias = fields.flag("attention_bias", false);
        logitCap = cap("final_logit_softcapping", fallback);
    }

    /** The bound in a field; none if it is null, the fallback if it is missing. */
    final OptionalDouble cap(String field, OptionalDouble fallback) {
        CheckpointConfig fields = config.fields();
        if (!fields.contains(field)) {
            return fields.keys().contains(field) ? OptionalDouble.empty() : fallback;
        }
        fields.require(field, fields.number(field) > 0);
        return OptionalDouble.of(fields.number(field));
    }

    /** What the scores are multiplied by where query_pre_attn_scalar takes the place of the head size. */
    final float scoreScale() {
        double scalar = config.fields().number("query_pre_attn_scalar");
        config.fields().require("query_pre_attn_scalar", scalar > 0);
        return (float) (1 / Math.sqrt(scalar));
    }

    @Override
    public final Tensor embedded(TokenGrid grid, Parameters parameters) {
        return super.embedded(grid, parameters).mul(embeddingScale);
    }

    @Override
    public final Tensor logits(Tensor products) {
        return logitCap.isEmpty() ? products : products.softCap((float) logitCap.getAsDouble());
    }

    @Override
    final float normOffset() {
        return 1;
    }

    final SelfAttention attention(String path) {
        return attention(path, bias, bias);
    }

    final FeedForward feedForward(String path) {
        return feedForward(path, Gate.GELU_TANH, false);
    }

    /** A layer with a norm before and after each block: Gemma 2 and 3. */
    final DecoderLayer surroundedByNorms(String path, LayerKind kind, SelfAttention attention) {
        return new DecoderLayer(
                path,
                kind,
                attention,
                BlockNorms.around(norm(path + ".input_layernorm"), norm(path + ".post_attention_layernorm")),
                feedForward(path),
                BlockNorms.around(
                        norm(path + ".pre_feedforward_layernorm"), norm(path + ".post_feedforward_layernorm")));
    }
}
