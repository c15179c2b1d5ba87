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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma 3's text model: query and key heads are normalised, every sixth layer sees everything and rotates at rates of
 * its own, and norms surround each block; as transformers' {@code Gemma3ForCausalLM}.
 */
final class Gemma3 extends GemmaDecoder {
    private final List<LayerKind> kinds;
    private final float scale;

    Gemma3(CheckpointConfig fields) {
        super(fields, OptionalDouble.empty());
        config.without("attn_logit_softcapping");
        int pattern = fields.integer("sliding_window_pattern", 6);
        fields.require("sliding_window_pattern", pattern > 0);
        kinds = config.kinds(
                i -> (i + 1) % pattern != 0,
                config.window(OptionalInt.of(4096)),
                frequencies(LayerKind.FULL, fields.section("rope_scaling"), fields.number("rope_theta", 1e6)),
                frequencies(LayerKind.SLIDING, Optional.empty(), fields.number("rope_local_base_freq", 1e4)));
        scale = scoreScale();
    }

    /** transformers 5 has a section for each kind of layer; earlier versions scale only the layers that see all. */
    private RotaryFrequencies frequencies(String kind, Optional<CheckpointConfig> scaling, double theta) {
        CheckpointConfig fields = config.fields();
        Optional<CheckpointConfig> sections = fields.section("rope_parameters");
        sections.ifPresent(s -> {
            fields.require("rope_scaling", fields.isVoid("rope_scaling"));
            s.keys().forEach(key -> s.require(key, key.equals(LayerKind.FULL) || key.equals(LayerKind.SLIDING)));
        });
        CheckpointConfig section =
                sections.map(s -> s.section(kind)).orElse(scaling).orElseGet(fields::emptySection);
        return RopeParameters.read(config, section, theta);
    }

    @Override
    DecoderLayer layer(String path, int index) {
        SelfAttention attention = attention(path).scored(scale, OptionalDouble.empty());
        return surroundedByNorms(path, kinds.get(index), headsNormalised(path, attention));
    }
}
