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

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations of published models imply as many parameters as their publishers count. */
class PublishedModelsTest {
    @TempDir
    private Path directory;

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of("Llama-3.2-1B", 1_235_814_400L, """
                        {"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
                        "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64,
                        "vocab_size": 128256, "max_position_embeddings": 131072, "tie_word_embeddings": true,
                        "rope_theta": 500000.0, "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0,
                        "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"},
                        "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false, "pretraining_tp": 1,
                        "hidden_act": "silu", "rms_norm_eps": 1e-05}"""),
                Arguments.of("gemma-2b", 2_506_172_416L, """
                        {"model_type": "gemma", "hidden_size": 2048, "intermediate_size": 16384,
                        "num_hidden_layers": 18, "num_attention_heads": 8, "num_key_value_heads": 1, "head_dim": 256,
                        "vocab_size": 256000, "max_position_embeddings": 8192, "hidden_act": "gelu",
                        "hidden_activation": null, "rope_theta": 10000.0, "rope_scaling": null,
                        "attention_bias": false, "attention_dropout": 0.0, "rms_norm_eps": 1e-06}"""),
                Arguments.of("gemma-2-2b", 2_614_341_888L, """
                        {"model_type": "gemma2", "hidden_size": 2304, "intermediate_size": 9216,
                        "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
                        "vocab_size": 256000, "max_position_embeddings": 8192, "hidden_act": "gelu_pytorch_tanh",
                        "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256,
                        "sliding_window": 4096, "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0,
                        "cache_implementation": "hybrid", "rope_theta": 10000.0, "rms_norm_eps": 1e-06}"""),
                Arguments.of("gemma-3-1b-it", 999_885_952L, """
                        {"model_type": "gemma3_text", "hidden_size": 1152, "intermediate_size": 6912,
                        "num_hidden_layers": 26, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256,
                        "vocab_size": 262144, "max_position_embeddings": 32768,
                        "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 256, "sliding_window": 512,
                        "sliding_window_pattern": 6, "attn_logit_softcapping": null, "final_logit_softcapping": null,
                        "rope_theta": 1000000, "rope_local_base_freq": 10000, "rope_scaling": null,
                        "rms_norm_eps": 1e-06}"""),
                Arguments.of("Phi-3.5-mini-instruct", 3_821_079_552L, """
                        {"model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192,
                        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32,
                        "vocab_size": 32064, "max_position_embeddings": 131072,
                        "original_max_position_embeddings": 4096, "sliding_window": 262144, "rope_theta": 10000.0,
                        "rope_scaling": {"type": "longrope", "short_factor": %s, "long_factor": %s},
                        "tie_word_embeddings": false, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "attention_dropout": 0.0,
                        "attention_bias": false, "hidden_act": "silu", "rms_norm_eps": 1e-05}
                        """.formatted(
                                Collections.nCopies(48, 1.1), Collections.nCopies(48, 3.5))),
                Arguments.of("Qwen2.5-7B-Instruct", 7_615_616_512L, """
                        {"model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944,
                        "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
                        "vocab_size": 152064, "max_position_embeddings": 32768, "max_window_layers": 28,
                        "sliding_window": 131072, "use_sliding_window": false, "rope_theta": 1000000.0,
                        "tie_word_embeddings": false, "attention_dropout": 0.0, "hidden_act": "silu",
                        "rms_norm_eps": 1e-06}"""),
                Arguments.of("Qwen3-0.6B", 596_049_920L, """
                        {"model_type": "qwen3", "hidden_size": 1024, "intermediate_size": 3072,
                        "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
                        "vocab_size": 151936, "max_position_embeddings": 40960, "max_window_layers": 28,
                        "sliding_window": null, "use_sliding_window": false, "rope_theta": 1000000,
                        "rope_scaling": null, "tie_word_embeddings": true, "attention_bias": false,
                        "hidden_act": "silu", "rms_norm_eps": 1e-06}"""),
                Arguments.of("Mistral-7B-v0.1", 7_241_732_096L, """
                        {"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336,
                        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
                        "vocab_size": 32000, "max_position_embeddings": 32768, "sliding_window": 4096,
                        "rope_theta": 10000.0, "tie_word_embeddings": false, "hidden_act": "silu",
                        "rms_norm_eps": 1e-05}"""),
                Arguments.of("Phi-4-mini-instruct", 3_836_021_760L, """
                        {"model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192,
                        "num_hidden_layers": 32, "num_attention_heads": 24, "num_key_value_heads": 8,
                        "vocab_size": 200064, "max_position_embeddings": 131072,
                        "original_max_position_embeddings": 4096, "partial_rotary_factor": 0.75,
                        "sliding_window": 262144, "rope_theta": 10000.0,
                        "rope_scaling": {"type": "longrope", "short_factor": %s, "long_factor": %s},
                        "tie_word_embeddings": true, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "attention_dropout": 0.0,
                        "attention_bias": false, "mlp_bias": false, "lm_head_bias": false, "full_attn_mod": 1,
                        "interpolate_factor": 1, "hidden_act": "silu", "rms_norm_eps": 1e-05}
                        """.formatted(
                                Collections.nCopies(48, 1.0), Collections.nCopies(48, 9.5))),
                Arguments.of("SmolLM3-3B", 3_075_098_624L, """
                        {"model_type": "smollm3", "hidden_size": 2048, "intermediate_size": 11008,
                        "num_hidden_layers": 36, "num_attention_heads": 16, "num_key_value_heads": 4,
                        "vocab_size": 128256, "max_position_embeddings": 65536, "no_rope_layer_interval": 4,
                        "no_rope_layers": %s, "layer_types": [%s], "max_window_layers": 28, "sliding_window": null,
                        "use_sliding_window": false, "rope_theta": 5000000.0, "rope_scaling": null,
                        "attention_bias": false, "mlp_bias": false, "attention_dropout": 0.0, "pretraining_tp": 2,
                        "tie_word_embeddings": true, "hidden_act": "silu", "rms_norm_eps": 1e-06}
                        """.formatted(
                                IntStream.rangeClosed(1, 36)
                                        .map(i -> Integer.signum(i % 4))
                                        .boxed()
                                        .toList(),
                                String.join(", ", Collections.nCopies(36, "\"full_attention\"")))),
                Arguments.of("OLMo-2-0425-1B", 1_484_916_736L, """
                        {"model_type": "olmo2", "hidden_size": 2048, "intermediate_size": 8192,
                        "num_hidden_layers": 16, "num_attention_heads": 16, "num_key_value_heads": 16,
                        "vocab_size": 100352, "max_position_embeddings": 4096, "rope_theta": 500000,
                        "rope_scaling": null, "attention_bias": false, "attention_dropout": 0.0,
                        "tie_word_embeddings": false, "hidden_act": "silu", "rms_norm_eps": 1e-06}"""),
                Arguments.of("granite-3.3-2b-instruct", 2_533_539_840L, """
                        {"model_type": "granite", "hidden_size": 2048, "intermediate_size": 8192,
                        "num_hidden_layers": 40, "num_attention_heads": 32, "num_key_value_heads": 8,
                        "vocab_size": 49159, "max_position_embeddings": 131072, "rope_theta": 10000000.0,
                        "rope_scaling": null, "attention_bias": false, "mlp_bias": false, "attention_dropout": 0.0,
                        "attention_multiplier": 0.015625, "embedding_multiplier": 12.0, "logits_scaling": 8.0,
                        "residual_multiplier": 0.22, "tie_word_embeddings": true, "hidden_act": "silu",
                        "rms_norm_eps": 1e-05}"""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void haveAsManyParametersAsPublished(String name, long parameters, String config) throws IOException {
        Path file = Files.writeString(directory.resolve("config.json"), config);
        Architecture architecture = Architectures.of(CheckpointConfig.read(file));
        long counted = architecture.shapes().values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
                .sum();
        assertEquals(parameters, counted);
    }
}
