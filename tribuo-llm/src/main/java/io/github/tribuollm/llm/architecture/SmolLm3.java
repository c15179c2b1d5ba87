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
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * SmolLM3: Llama without positions in every fourth layer, or where no_rope_layers has a 0, and with a window there if
 * use_sliding_window says so; as transformers' {@code SmolLM3ForCausalLM}.
 */
final class SmolLm3 extends Decoder {
    private static final String ROTATED = "no_rope_layers";

    private final List<LayerKind> kinds;
    private final boolean attentionBias;
    private final boolean mlpBias;

    SmolLm3(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, true).requiring("hidden_act", "silu"));
        attentionBias = fields.flag("attention_bias", false);
        mlpBias = fields.flag("mlp_bias", false);
        List<Boolean> rotated = rotated(fields);
        List<LayerKind> withPositions = kinds(rotated, RopeParameters.read(config, 2e6));
        List<LayerKind> without = kinds(rotated, RotaryFrequencies.NONE);
        kinds = IntStream.range(0, config.layers())
                .mapToObj(i -> (rotated.get(i) ? withPositions : without).get(i))
                .toList();
    }

    /** Whether positions rotate queries and keys, for each layer: no_rope_layers says 1 where they do. */
    private List<Boolean> rotated(CheckpointConfig fields) {
        if (!fields.contains(ROTATED)) {
            int interval = fields.integer("no_rope_layer_interval", 4);
            fields.require("no_rope_layer_interval", interval > 0);
            return IntStream.rangeClosed(1, config.layers())
                    .mapToObj(i -> i % interval != 0)
                    .toList();
        }
        List<Integer> flags = fields.integers(ROTATED);
        fields.require(ROTATED, flags.size() >= config.layers() && List.of(0, 1).containsAll(flags));
        return flags.stream().map(flag -> flag == 1).toList();
    }

    private List<LayerKind> kinds(List<Boolean> rotated, RotaryFrequencies frequencies) {
        OptionalInt window = config.window(OptionalInt.empty());
        boolean windows = config.fields().flag("use_sliding_window", false) && window.isPresent();
        return config.kinds(i -> windows && !rotated.get(i), window, frequencies, frequencies);
    }

    @Override
    DecoderLayer layer(String path, int index) {
        SelfAttention attention = attention(path, attentionBias, attentionBias);
        return preNormalised(path, kinds.get(index), attention, feedForward(path, Gate.SILU, mlpBias));
    }
}
