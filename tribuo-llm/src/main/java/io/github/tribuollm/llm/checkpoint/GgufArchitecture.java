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
package io.github.tribuollm.llm.checkpoint;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The architectures that GGUF files have and config.json can describe: what is particular to each. */
enum GgufArchitecture {
    LLAMA("llama", "LlamaForCausalLM", Family.PAIRED, GgufConfig::llama),
    QWEN2("qwen2", "Qwen2ForCausalLM", Family.PLAIN, GgufConfig::scaledPositions),
    QWEN3("qwen3", "Qwen3ForCausalLM", Family.PLAIN, GgufConfig::scaledPositions),
    GEMMA("gemma", "GemmaForCausalLM", Family.GEMMA, GgufConfig::gemma),
    GEMMA2("gemma2", "Gemma2ForCausalLM", Family.GEMMA_AROUND, GgufConfig::gemma2),
    GEMMA3("gemma3", "Gemma3ForCausalLM", Family.GEMMA_AROUND, GgufConfig::gemma3) {
        @Override
        String modelType() {
            return "gemma3_text";
        }
    },
    PHI3("phi3", "Phi3ForCausalLM", Family.FUSED, GgufConfig::phi3),
    GRANITE("granite", "GraniteForCausalLM", Family.PAIRED, GgufConfig::granite),
    OLMO2("olmo2", "Olmo2ForCausalLM", Family.AFTER, GgufConfig::scaledPositions),
    SMOLLM3("smollm3", "SmolLM3ForCausalLM", Family.PAIRED, GgufConfig::smollm3);

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));

    /** What architectures have in common with some others. */
    private enum Family {
        /** Nothing particular. */
        PLAIN(Map.of()),
        /** Components of queries and keys that rotate together lie side by side. */
        PAIRED(Map.of()),
        /** One matrix for queries, keys and values, and one for gate and up. */
        FUSED(Map.of("attn_qkv", "self_attn.qkv_proj", "ffn_up", "mlp.gate_up_proj")),
        /** Norms after the blocks. */
        AFTER(Map.of("post_attention_norm", "post_attention_layernorm", "post_ffw_norm", "post_feedforward_layernorm")),
        /** Weights of norms are differences from 1. */
        GEMMA(Map.of()),
        /** The same with norms before and after the blocks. */
        GEMMA_AROUND(Map.of(
                "post_attention_norm",
                "post_attention_layernorm",
                "ffn_norm",
                "pre_feedforward_layernorm",
                "post_ffw_norm",
                "post_feedforward_layernorm"));

        private final Map<String, String> names;

        Family(Map<String, String> names) {
            this.names = names;
        }
    }

    private final String name;
    private final String modelClass;
    private final Family family;
    private final BiConsumer<GgufConfig, JsonObject> own;

    GgufArchitecture(String name, String modelClass, Family family, BiConsumer<GgufConfig, JsonObject> own) {
        this.name = name;
        this.modelClass = modelClass;
        this.family = family;
        this.own = own;
    }

    /**
     * The architecture of a file.
     *
     * @throws CheckpointException if it is none of these
     */
    static GgufArchitecture of(GgufMetadata metadata) {
        String name = metadata.text("general.architecture");
        return Arrays.stream(values())
                .filter(a -> a.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(metadata.file() + ": the architecture '" + name
                        + "' ('general.architecture') is not supported; supported are "
                        + Arrays.stream(values()).map(a -> a.name).collect(Collectors.joining(", "))));
    }

    /** What begins the keys of its hyperparameters. */
    String prefix() {
        return name + ".";
    }

    /** The {@code model_type} in config.json. */
    String modelType() {
        return name;
    }

    /** The name of its class in transformers. */
    String modelClass() {
        return modelClass;
    }

    /** Adds to config.json what no other architecture has. */
    void describe(GgufConfig config, JsonObject json) {
        own.accept(config, json);
    }

    /** Whether its tokenizer is one of Gemma's. */
    boolean isGemma() {
        return List.of(Family.GEMMA, Family.GEMMA_AROUND).contains(family);
    }

    /** The name that a checkpoint gives a part of a layer; empty for one that is not known. */
    Optional<String> module(String part) {
        return Stream.of(family.names, NAMES)
                .map(names -> names.get(part))
                .flatMap(Stream::ofNullable)
                .findFirst();
    }

    /**
     * How a tensor is laid out.
     *
     * @param name its name in the file
     * @param headSize the width of a head
     */
    GgufLayout layout(String name, int headSize) {
        boolean rotates = name.matches("blk\\.\\d+\\.attn_[qk]\\.(weight|bias)");
        if (family == Family.PAIRED && rotates) {
            return new GgufLayout.Paired(headSize);
        }
        return isGemma() && name.endsWith("norm.weight") ? GgufLayout.LESS_ONE : GgufLayout.SAME;
    }
}
