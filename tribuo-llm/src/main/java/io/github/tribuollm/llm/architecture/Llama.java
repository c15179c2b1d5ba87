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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Llama (Touvron et al.): a decoder of RMS-normalised layers with rotary positions, grouped-query attention and a
 * SwiGLU feed-forward network, as transformers' {@code LlamaForCausalLM}.
 */
final class Llama implements Architecture {
    private final int vocabulary;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int keyHeads;
    private final int headSize;
    private final int intermediate;
    private final int maxPositions;
    private final float epsilon;
    private final double theta;
    private final boolean tied;
    private final boolean attentionBias;
    private final boolean mlpBias;

    Llama(CheckpointConfig config) {
        vocabulary = config.integer("vocab_size");
        hidden = config.integer("hidden_size");
        layers = config.integer("num_hidden_layers");
        heads = config.integer("num_attention_heads");
        keyHeads = config.integer("num_key_value_heads", heads);
        headSize = config.integer("head_dim", hidden / Math.max(1, heads));
        intermediate = config.integer("intermediate_size");
        maxPositions = config.integer("max_position_embeddings", 2048);
        epsilon = (float) config.number("rms_norm_eps", 1e-6);
        theta = ropeTheta(config);
        tied = config.flag("tie_word_embeddings", false);
        attentionBias = config.flag("attention_bias", false);
        mlpBias = config.flag("mlp_bias", false);
        require(config, "vocab_size", vocabulary > 0);
        require(config, "num_attention_heads", heads > 0 && headSize > 0 && headSize % 2 == 0);
        require(config, "num_key_value_heads", keyHeads > 0 && heads % keyHeads == 0);
        require(config, "num_hidden_layers", layers > 0);
        require(config, "hidden_size", hidden > 0);
        require(config, "intermediate_size", intermediate > 0);
        require(config, "hidden_act", config.text("hidden_act", "silu").equals("silu"));
    }

    /** transformers 5 keeps theta in {@code rope_parameters}, earlier versions at the top. */
    private static double ropeTheta(CheckpointConfig config) {
        for (String section : List.of("rope_scaling", "rope_parameters")) {
            String kind = config.section(section)
                    .map(s -> s.text("rope_type", s.text("type", "default")))
                    .orElse("default");
            if (!kind.equals("default")) {
                throw new CheckpointException(config.file() + ": field " + section + ": the rope type \"" + kind
                        + "\" is not supported; only default is");
            }
        }
        double fallback = config.number("rope_theta", 10000);
        return config.section("rope_parameters")
                .map(s -> s.number("rope_theta", fallback))
                .orElse(fallback);
    }

    private static void require(CheckpointConfig config, String field, boolean holds) {
        if (!holds) {
            throw new CheckpointException(config.file() + ": field " + field + ": the value " + config.excerpt(field)
                    + " is not supported in a Llama");
        }
    }

    @Override
    public Tensor hidden(TokenGrid grid, boolean recompute, Parameters parameters) {
        Graph graph = grid.graph();
        RotaryPositions rotary = new RotaryPositions(graph, theta, headSize, grid.maxLength(), grid.positions());
        Tensor mask = AttentionMask.causal(grid, OptionalInt.empty());
        Tensor h = embedding(parameters)
                .gather(grid.tokens().reshape(grid.tokens().shape().elements()));
        for (int i = 0; i < layers; i++) {
            Layer layer = new Layer("model.layers." + i, parameters, grid, mask, rotary);
            h = graph.scoped(layer.name(), recompute ? checkpointed(layer, h) : plain(layer, h));
        }
        return h.rmsNorm(parameters.weight("model.norm.weight", hidden), epsilon);
    }

    private static Supplier<Tensor> plain(Layer layer, Tensor h) {
        return () -> layer.apply(h);
    }

    private static Supplier<Tensor> checkpointed(Layer layer, Tensor h) {
        return () -> h.graph().checkpoint(h, layer::apply);
    }

    private Tensor embedding(Parameters parameters) {
        return parameters.weight("model.embed_tokens.weight", vocabulary, hidden);
    }

    @Override
    public Tensor head(Parameters parameters) {
        return tied ? embedding(parameters) : parameters.weight("lm_head.weight", vocabulary, hidden);
    }

    /** h + attention(norm(h)), then h + mlp(norm(h)). */
    private final class Layer {
        private final String name;
        private final Parameters parameters;
        private final TokenGrid grid;
        private final Tensor mask;
        private final RotaryPositions rotary;

        Layer(String name, Parameters parameters, TokenGrid grid, Tensor mask, RotaryPositions rotary) {
            this.name = name;
            this.parameters = parameters;
            this.grid = grid;
            this.mask = mask;
            this.rotary = rotary;
        }

        String name() {
            return name;
        }

        Tensor apply(Tensor h) {
            Tensor attended = h.add(attention(norm("input_layernorm", h)));
            return attended.add(mlp(norm("post_attention_layernorm", attended)));
        }

        private Tensor norm(String norm, Tensor h) {
            return h.rmsNorm(parameters.weight(name + "." + norm + ".weight", hidden), epsilon);
        }

        private Tensor attention(Tensor x) {
            Tensor q = rotary.rotate(split(projection("q_proj", x, heads), heads));
            Tensor k = rotary.rotate(split(projection("k_proj", x, keyHeads), keyHeads));
            Tensor v = split(projection("v_proj", x, keyHeads), keyHeads);
            Tensor o = Attention.of(q, k, v, mask, (float) (1 / Math.sqrt(headSize)));
            Tensor joined = o.transpose(0, 2, 1, 3).reshape(x.shape().dim(0), Dim.of((long) heads * headSize));
            return parameters.linear(name + ".self_attn.o_proj", joined, hidden, attentionBias);
        }

        private Tensor projection(String module, Tensor x, int count) {
            return parameters.linear(name + ".self_attn." + module, x, (long) count * headSize, attentionBias);
        }

        /** [B*T, count*size] to [B, count, T, size]. */
        private Tensor split(Tensor x, int count) {
            return x.reshape(grid.batch(), grid.time(), Dim.of(count), Dim.of(headSize))
                    .transpose(0, 2, 1, 3);
        }

        /** SwiGLU: down(silu(gate(x)) up(x)). */
        private Tensor mlp(Tensor x) {
            Tensor gate = parameters.linear(name + ".mlp.gate_proj", x, intermediate, mlpBias);
            Tensor up = parameters.linear(name + ".mlp.up_proj", x, intermediate, mlpBias);
            return parameters.linear(name + ".mlp.down_proj", gate.swiGlu(up), hidden, mlpBias);
        }
    }

    @Override
    public boolean tiedHead() {
        return tied;
    }

    @Override
    public int vocabularySize() {
        return vocabulary;
    }

    @Override
    public int hiddenSize() {
        return hidden;
    }

    @Override
    public int maxPositions() {
        return maxPositions;
    }

    @Override
    public List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i;
            linear.add(new LinearLayer(layer + ".self_attn.q_proj", hidden, heads * headSize));
            linear.add(new LinearLayer(layer + ".self_attn.k_proj", hidden, keyHeads * headSize));
            linear.add(new LinearLayer(layer + ".self_attn.v_proj", hidden, keyHeads * headSize));
            linear.add(new LinearLayer(layer + ".self_attn.o_proj", heads * headSize, hidden));
            linear.add(new LinearLayer(layer + ".mlp.gate_proj", hidden, intermediate));
            linear.add(new LinearLayer(layer + ".mlp.up_proj", hidden, intermediate));
            linear.add(new LinearLayer(layer + ".mlp.down_proj", intermediate, hidden));
        }
        return linear;
    }

    @Override
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new long[] {vocabulary, hidden});
        for (LinearLayer layer : linearLayers()) {
            if (layer.name().equals("q_proj")) {
                String prefix = layer.module().replace(".self_attn.q_proj", "");
                shapes.put(prefix + ".input_layernorm.weight", new long[] {hidden});
                shapes.put(prefix + ".post_attention_layernorm.weight", new long[] {hidden});
            }
            shapes.put(layer.module() + ".weight", new long[] {layer.out(), layer.in()});
            if (layer.module().contains(".mlp.") ? mlpBias : attentionBias) {
                shapes.put(layer.module() + ".bias", new long[] {layer.out()});
            }
        }
        shapes.put("model.norm.weight", new long[] {hidden});
        if (!tied) {
            shapes.put("lm_head.weight", new long[] {vocabulary, hidden});
        }
        return shapes;
    }
}
