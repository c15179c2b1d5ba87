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

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Makes the config.json of a GGUF file's hyperparameters, all of which must be understood. */
final class GgufConfig {
    /** Keys that say nothing more than others do, or nothing about what a model computes. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "vocab_size",
            "tensor_data_layout",
            "attention.value_length",
            "attention.causal",
            "rope.dimension_count",
            "rope.scaling.finetuned");

    /** The parameters of Llama 3.1's frequencies in all of its published checkpoints. */
    private static final Llama3Frequencies PUBLISHED = new Llama3Frequencies(1, 4, 8192);

    private static final int MOST_PAIRS = 1 << 13;

    private final GgufModel model;
    private final GgufMetadata metadata;
    private final String prefix;
    private final Set<String> understood = new TreeSet<>(WITHOUT_EFFECT);

    private GgufConfig(GgufModel model) {
        this.model = model;
        metadata = model.file().metadata();
        prefix = model.architecture().prefix();
    }

    /**
     * The config.json of a model.
     *
     * @throws CheckpointException when a key is missing or has a wrong value, or one is not understood
     */
    static JsonObject of(GgufModel model) {
        GgufConfig config = new GgufConfig(model);
        JsonObject json = config.common();
        model.architecture().describe(config, json);
        config.requireUnderstood();
        return json;
    }

    private JsonObject common() {
        JsonObject json = new JsonObject();
        JsonArray classes = new JsonArray();
        classes.add(model.architecture().modelClass());
        json.add("architectures", classes);
        json.addProperty("model_type", model.architecture().modelType());
        json.addProperty("vocab_size", shape(GgufModel.EMBEDDING)[0]);
        json.addProperty("hidden_size", natural("embedding_length"));
        json.addProperty("intermediate_size", natural("feed_forward_length"));
        json.addProperty("num_hidden_layers", natural("block_count"));
        int heads = natural("attention.head_count");
        json.addProperty("num_attention_heads", heads);
        json.addProperty("num_key_value_heads", natural("attention.head_count_kv", heads));
        json.addProperty("head_dim", headSize());
        json.addProperty("max_position_embeddings", natural("context_length"));
        json.addProperty("rms_norm_eps", number("attention.layer_norm_rms_epsilon"));
        json.addProperty("rope_theta", number("rope.freq_base", 10000));
        json.addProperty("hidden_act", "silu");
        json.addProperty("tie_word_embeddings", !has(GgufModel.HEAD));
        json.addProperty("torch_dtype", "float32");
        Map.of("bos_token_id", "bos", "eos_token_id", "eos", "pad_token_id", "padding")
                .forEach((field, kind) -> {
                    String key = "tokenizer.ggml." + kind + "_token_id";
                    if (metadata.contains(key)) {
                        json.addProperty(field, metadata.natural(key));
                    }
                });
        return json;
    }

    private int headSize() {
        natural("attention.key_length", 0);
        require("attention.value_length", natural("attention.value_length", model.headSize()) == model.headSize());
        require("attention.causal", metadata.flag(prefix + "attention.causal", true));
        require("expert_count", natural("expert_count", 0) == 0);
        natural("expert_used_count", 0);
        return model.headSize();
    }

    /** The rotated components of a head, of which most architectures have all. */
    private int rotated() {
        return natural("rope.dimension_count", model.headSize());
    }

    private void requireUnderstood() {
        for (String key : metadata.keys()) {
            if (key.startsWith(prefix) && !understood.contains(key.substring(prefix.length()))) {
                throw new CheckpointException(
                        metadata.file() + ": the key '" + key + "' is not understood, so the model"
                                + " may compute something else than what it would be taken for; take another file");
            }
        }
    }

    private void require(String key, boolean supported) {
        if (!supported) {
            throw new CheckpointException(
                    metadata.file() + ": the value of '" + prefix + key + "' is not supported in the architecture "
                            + model.architecture().modelType());
        }
    }

    private int natural(String key) {
        understood.add(key);
        return metadata.natural(prefix + key);
    }

    private int natural(String key, int fallback) {
        understood.add(key);
        return metadata.natural(prefix + key, fallback);
    }

    private double number(String key) {
        understood.add(key);
        return metadata.number(prefix + key);
    }

    private double number(String key, double fallback) {
        understood.add(key);
        return metadata.number(prefix + key, fallback);
    }

    private boolean has(String tensor) {
        return model.file().tensors().containsKey(tensor);
    }

    private long[] shape(String tensor) {
        if (!has(tensor)) {
            throw new CheckpointException(metadata.file() + ": has no tensor '" + tensor + "'; take a whole model");
        }
        return model.file().tensors().get(tensor).shape();
    }

    void llama(JsonObject json) {
        json.addProperty("attention_bias", has("blk.0.attn_q.bias"));
        json.addProperty("mlp_bias", has("blk.0.ffn_up.bias"));
        scaledPositions(json);
    }

    void smollm3(JsonObject json) {
        json.addProperty("attention_bias", has("blk.0.attn_q.bias"));
        json.addProperty("mlp_bias", has("blk.0.ffn_up.bias"));
        json.addProperty("no_rope_layer_interval", 4);
        scaledPositions(json);
    }

    void granite(JsonObject json) {
        json.addProperty("embedding_multiplier", number("embedding_scale", 1));
        json.addProperty("attention_multiplier", number("attention.scale", 1));
        json.addProperty("residual_multiplier", number("residual_scale", 1));
        json.addProperty("logits_scaling", number("logit_scale", 1));
        llama(json);
    }

    void gemma(JsonObject json) {
        json.addProperty("hidden_act", "gelu_pytorch_tanh");
        json.addProperty("hidden_activation", "gelu_pytorch_tanh");
        scaledPositions(json);
    }

    void gemma2(JsonObject json) {
        gemma(json);
        json.addProperty("attn_logit_softcapping", number("attn_logit_softcapping", 50));
        json.addProperty("final_logit_softcapping", number("final_logit_softcapping", 30));
        json.addProperty("sliding_window", natural("attention.sliding_window", 4096));
        json.addProperty("query_pre_attn_scalar", scoresOfWidth(json, 46));
    }

    void gemma3(JsonObject json) {
        gemma(json);
        json.addProperty("rope_theta", number("rope.freq_base", 1e6));
        json.addProperty("rope_local_base_freq", number("rope.freq_base_swa", 10000));
        json.addProperty("sliding_window", natural("attention.sliding_window"));
        json.addProperty("sliding_window_pattern", natural("attention.sliding_window_pattern", 6));
        json.addProperty("query_pre_attn_scalar", scoresOfWidth(json, 62));
        if (metadata.contains(prefix + "final_logit_softcapping")) {
            json.addProperty("final_logit_softcapping", number("final_logit_softcapping"));
        }
    }

    /** What the format does not say: the largest Gemma of a generation divides scores as if heads shared the width. */
    private int scoresOfWidth(JsonObject json, int layersOfLargest) {
        return natural("block_count") == layersOfLargest
                ? json.get("hidden_size").getAsInt()
                        / json.get("num_attention_heads").getAsInt()
                : model.headSize();
    }

    void phi3(JsonObject json) {
        int original = natural("rope.scaling.original_context_length", natural("context_length"));
        json.addProperty("original_max_position_embeddings", original);
        json.addProperty("partial_rotary_factor", (double) rotated() / model.headSize());
        int window = natural("attention.sliding_window", 0);
        if (window > 0) {
            json.addProperty("sliding_window", window);
        }
        number("rope.scaling.attn_factor", 1);
        if (has(GgufModel.SHORT_FACTORS)) {
            JsonObject scaling = scaling("longrope");
            scaling.add("short_factor", numbers(floats(GgufModel.SHORT_FACTORS)));
            scaling.add("long_factor", numbers(floats(GgufModel.LONG_FACTORS)));
            json.add("rope_scaling", scaling);
        }
    }

    /** Adds how positions are scaled, if they are. */
    void scaledPositions(JsonObject json) {
        require("rope.dimension_count", rotated() == model.headSize());
        understood.add("rope.scaling.type");
        String type = metadata.textIfPresent(prefix + "rope.scaling.type").orElse("none");
        require("rope.scaling.type", Set.of("none", "linear", "yarn").contains(type));
        if (!type.equals("none")) {
            JsonObject scaling = scaling(type);
            scaling.addProperty("factor", number("rope.scaling.factor"));
            if (type.equals("yarn")) {
                scaling.addProperty(
                        "original_max_position_embeddings", natural("rope.scaling.original_context_length"));
            }
            json.add("rope_scaling", scaling);
        }
        if (has(GgufModel.FREQUENCIES)) {
            require("rope.scaling.type", type.equals("none"));
            json.add("rope_scaling", dividedFrequencies(json));
        }
    }

    private static JsonObject scaling(String type) {
        JsonObject scaling = new JsonObject();
        scaling.addProperty("rope_type", type);
        return scaling;
    }

    /** Llama 3.1's rule where it gives these divisors, else the divisors themselves. */
    private JsonObject dividedFrequencies(JsonObject json) {
        float[] divisors = floats(GgufModel.FREQUENCIES);
        double factor = IntStream.range(0, divisors.length)
                .mapToDouble(i -> divisors[i])
                .max()
                .orElse(1);
        if (PUBLISHED.explains(divisors, json.get("rope_theta").getAsDouble(), factor)) {
            return PUBLISHED.json(factor);
        }
        JsonObject scaling = scaling("longrope");
        scaling.addProperty("attention_factor", 1.0);
        scaling.add("short_factor", numbers(divisors));
        scaling.add("long_factor", numbers(divisors));
        return scaling;
    }

    private static JsonArray numbers(float[] values) {
        JsonArray list = new JsonArray();
        for (float value : values) {
            list.add(Double.parseDouble(Float.toString(value)));
        }
        return list;
    }

    private float[] floats(String name) {
        long[] shape = shape(name);
        GgufTensor tensor = model.file().tensors().get(name);
        if (shape.length != 1 || shape[0] > MOST_PAIRS) {
            throw new CheckpointException(metadata.file() + ": tensor '" + name
                    + "' does not have one number for each pair of a head's components; take another file");
        }
        byte[] bytes = new byte[(int) (tensor.to() - tensor.from())];
        model.file().read(tensor, 0, ByteBuffer.wrap(bytes));
        float[] values = tensor.type().unpack(bytes);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new CheckpointException(
                        metadata.file() + ": tensor '" + name + "' is not finite; copy or download the file again");
            }
        }
        return values;
    }

    /** The rule of Llama 3.1: long waves are stretched by a factor, short ones kept, those between interpolated. */
    private record Llama3Frequencies(double low, double high, int original) {
        boolean explains(float[] divisors, double theta, double factor) {
            return IntStream.range(0, divisors.length).allMatch(i -> {
                double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / divisors.length);
                double kept = (original / wavelength - low) / (high - low);
                double divisor = 1 / ((1 - kept) / factor + kept);
                double expected = wavelength > original / low ? factor : wavelength < original / high ? 1 : divisor;
                return Math.abs(divisors[i] - expected) <= 1e-4 * expected;
            });
        }

        JsonObject json(double factor) {
            JsonObject scaling = scaling("llama3");
            scaling.addProperty("factor", factor);
            scaling.addProperty("low_freq_factor", low);
            scaling.addProperty("high_freq_factor", high);
            scaling.addProperty("original_max_position_embeddings", original);
            return scaling;
        }
    }
}
