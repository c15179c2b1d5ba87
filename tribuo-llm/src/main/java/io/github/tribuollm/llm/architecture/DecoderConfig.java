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
import io.github.tribuollm.llm.checkpoint.Quantisation;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

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
 * @param dropout the dropout rates that it was trained with
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
        boolean tied,
        DropoutRates dropout) {
    private static final int MOST_LAYERS = 1 << 10;
    private static final int MOST_HEADS = 1 << 12;
    private static final int WIDEST_HEAD = 1 << 14;
    private static final int WIDEST = 1 << 24;

    /** Fields that change what a decoder computes, and that no decoder here supports. */
    private static final List<String> UNSUPPORTED =
            List.of("use_bidirectional_attention", "use_mrope", "is_encoder_decoder", "add_cross_attention");

    /**
     * Reads the fields.
     *
     * @param fields a checkpoint's config.json
     * @param tiedByDefault what a missing tie_word_embeddings means
     * @return the checked fields
     */
    static DecoderConfig read(CheckpointConfig fields, boolean tiedByDefault) {
        int heads = size(fields, "num_attention_heads", MOST_HEADS);
        int hidden = size(fields, "hidden_size", WIDEST);
        DecoderConfig config = new DecoderConfig(
                fields,
                size(fields, "vocab_size", WIDEST),
                hidden,
                size(fields, "num_hidden_layers", MOST_LAYERS),
                heads,
                fields.integer("num_key_value_heads", heads),
                fields.integer("head_dim", hidden / heads),
                size(fields, "intermediate_size", WIDEST),
                fields.integer("max_position_embeddings", 2048),
                (float) fields.number("rms_norm_eps", 1e-6),
                fields.flag("tie_word_embeddings", tiedByDefault),
                DropoutRates.read(fields));
        String headSize = fields.contains("head_dim") ? "head_dim" : "num_attention_heads";
        fields.require(headSize, config.headSize > 0 && config.headSize % 2 == 0 && config.headSize <= WIDEST_HEAD);
        fields.require("num_key_value_heads", config.keyHeads > 0 && heads % config.keyHeads == 0);
        fields.require("max_position_embeddings", config.maxPositions > 0);
        fields.require("rms_norm_eps", config.epsilon >= 0);
        Quantisation.of(fields);
        UNSUPPORTED.forEach(field -> fields.require(field, fields.isVoid(field)));
        return config;
    }

    private static int size(CheckpointConfig fields, String field, int most) {
        int size = fields.integer(field);
        fields.require(field, size > 0 && size <= most);
        return size;
    }

    /** The width of all query heads. */
    int width() {
        return heads * headSize;
    }

    /** The width of all key heads, and of all value heads. */
    int keyWidth() {
        return keyHeads * headSize;
    }

    /** The configuration, if a field has one of the values that the architecture supports, or is missing. */
    DecoderConfig requiring(String field, String... values) {
        fields.require(field, List.of(values).contains(fields.text(field, values[0])));
        return this;
    }

    /** The configuration, if fields that the architecture has no use for say nothing. */
    DecoderConfig without(String... names) {
        for (String name : names) {
            fields.require(name, fields.isVoid(name));
        }
        return this;
    }

    /** The tokens that a layer with a window sees; empty if sliding_window is null, the fallback if it is missing. */
    OptionalInt window(OptionalInt fallback) {
        if (!fields.contains("sliding_window")) {
            return fields.keys().contains("sliding_window") ? OptionalInt.empty() : fallback;
        }
        int window = fields.integer("sliding_window");
        fields.require("sliding_window", window > 0);
        return OptionalInt.of(window);
    }

    /**
     * The kind of each layer: by layer_types, or where it is missing by the architecture's rule.
     *
     * @param slides the rule: whether a layer has a window
     * @param window what the layers with a window see
     * @param everywhere the frequencies of layers that see everything
     * @param nearby the frequencies of layers with a window
     * @return a kind for each layer
     */
    List<LayerKind> kinds(
            IntPredicate slides, OptionalInt window, RotaryFrequencies everywhere, RotaryFrequencies nearby) {
        List<String> types = fields.isVoid("layer_types")
                ? IntStream.range(0, layers)
                        .mapToObj(i -> slides.test(i) ? LayerKind.SLIDING : LayerKind.FULL)
                        .toList()
                : fields.texts("layer_types");
        Map<String, LayerKind> kinds = Map.of(
                LayerKind.FULL, LayerKind.of(OptionalInt.empty(), everywhere),
                LayerKind.SLIDING, LayerKind.of(window, nearby));
        fields.require("layer_types", types.size() == layers && kinds.keySet().containsAll(types));
        fields.require("sliding_window", window.isPresent() || !types.contains(LayerKind.SLIDING));
        return types.stream().map(kinds::get).toList();
    }
}
