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

/**
 * Qwen2 and Qwen2.5: Llama with a bias on queries, keys and values, and with a window in the upper layers if
 * use_sliding_window says so, as transformers' {@code Qwen2ForCausalLM}.
 */
class Qwen2 extends Decoder {
    private final List<LayerKind> kinds;

    Qwen2(CheckpointConfig fields) {
        super(DecoderConfig.read(fields, false).requiring("hidden_act", "silu").without("mlp_bias"));
        boolean windows = fields.flag("use_sliding_window", false);
        OptionalInt window = windows ? config.window(OptionalInt.of(4096)) : OptionalInt.empty();
        int first = fields.integer("max_window_layers", 28);
        RotaryFrequencies frequencies = RopeParameters.read(config);
        kinds = config.kinds(i -> window.isPresent() && i >= first, window, frequencies, frequencies);
    }

    SelfAttention attention(String path) {
        return attention(path, true, false);
    }

    @Override
    final DecoderLayer layer(String path, int index) {
        return preNormalised(path, kinds.get(index), attention(path), feedForward(path, Gate.SILU, false));
    }
}
