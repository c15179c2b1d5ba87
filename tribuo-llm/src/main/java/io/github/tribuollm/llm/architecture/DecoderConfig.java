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

/**
 * The fields that the configurations of all decoders share, checked.
 *
 * @param fields the whole configuration
 * @param vocabulary V, the number of tokens
 * @param hidden D, the width of the hidden states
 * @param layers the number of layers
 * @param heads the number of query heads
 * @param keyHeads the number of key and value heads, a divisor
 * @param headSize the width of a head, even
 * @param intermediate the width of the feed-forward network
 * @param maxPositions the longest document, in tokens
 * @param epsilon of the norms
 * @param tied whether the output layer is the token embedding
 */
record DecoderConfig(
        CheckpointConfig fields,
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int keyHeads,
        int headSize,
        int intermediate,
        int maxPositions,
        float epsilon,
        boolean tied) {
    /**
     * Reads the fields.
     *
     * @param fields a checkpoint's config.json
     * @param tiedByDefault what a missing tie_word_embeddings means
     * @return the checked fields
     */
    static DecoderConfig read(CheckpointConfig fields, boolean tiedByDefault) {
        int heads = fields.integer("num_attention_heads");
        int hidden = fields.integer("hidden_size");
        DecoderConfig config = new DecoderConfig(
                fields,
                fields.integer("vocab_size"),
                hidden,
                fields.integer("num_hidden_layers"),
                heads,
                fields.integer("num_key_value_heads", heads),
                fields.integer("head_dim", hidden / Math.max(1, heads)),
                fields.integer("intermediate_size"),
                fields.integer("max_position_embeddings", 2048),
                (float) fields.number("rms_norm_eps", 1e-6),
                fields.flag("tie_word_embeddings", tiedByDefault));
        fields.require("vocab_size", config.vocabulary > 0);
        fields.require("num_attention_heads", heads > 0 && config.headSize > 0 && config.headSize % 2 == 0);
        fields.require("num_key_value_heads", config.keyHeads > 0 && heads % config.keyHeads == 0);
        fields.require("num_hidden_layers", config.layers > 0);
        fields.require("hidden_size", hidden > 0);
        fields.require("intermediate_size", config.intermediate > 0);
        return config;
    }
}
