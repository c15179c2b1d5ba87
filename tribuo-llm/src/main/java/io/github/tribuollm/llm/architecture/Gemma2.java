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
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma 2: attention scores and logits are capped, every other layer has a window, and norms surround each block; as
 * transformers' {@code Gemma2ForCausalLM}.
 */
final class Gemma2 extends GemmaDecoder {
    private final List<LayerKind> kinds;
    private final float scale;
    private final OptionalDouble scoreCap;

    Gemma2(CheckpointConfig fields) {
        super(fields, OptionalDouble.of(30));
        RotaryFrequencies frequencies = RopeParameters.read(config);
        kinds = config.kinds(i -> i % 2 == 0, config.window(OptionalInt.of(4096)), frequencies, frequencies);
        scale = scoreScale();
        scoreCap = cap("attn_logit_softcapping", OptionalDouble.of(50));
    }

    @Override
    DecoderLayer layer(String path, int index) {
        return surroundedByNorms(path, kinds.get(index), attention(path).scored(scale, scoreCap));
    }
}
