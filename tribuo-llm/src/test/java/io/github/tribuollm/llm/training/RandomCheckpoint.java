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
package io.github.tribuollm.llm.training;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Checkpoints with the published configurations of real models and random weights: matrices uniform with a deviation of
 * 0.02, norms the identity. The bytes depend on the configuration and the seed only.
 */
final class RandomCheckpoint {
    private static final int BLOCK = 1 << 22;
    private static final float HALF_WIDTH = (float) (0.02 * Math.sqrt(3));

    /** The models, by the names under which the hub publishes their configurations. */
    enum Model {
        LLAMA("Llama-3.2-1B", 1, """
                {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 128000,
                 "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu", "hidden_size": 2048,
                 "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 131072,
                 "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 16,
                 "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0,
                 "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
                 "rope_type": "llama3"}, "rope_theta": 500000.0, "tie_word_embeddings": true,
                 "torch_dtype": "bfloat16", "vocab_size": 128256}
                """),
        /** A shape of the same architecture that is small enough for tests. */
        SMALL_LLAMA("small-llama", 1, """
                {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 1,
                 "eos_token_id": 2, "head_dim": 16, "hidden_act": "silu", "hidden_size": 64,
                 "initializer_range": 0.02, "intermediate_size": 128, "max_position_embeddings": 1024,
                 "mlp_bias": false, "model_type": "llama", "num_attention_heads": 4, "num_hidden_layers": 2,
                 "num_key_value_heads": 2, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
                 "tie_word_embeddings": true, "torch_dtype": "bfloat16", "vocab_size": 512}
                """),
        GEMMA2("gemma-2-2b", 0, """
                {"architectures": ["Gemma2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "attn_logit_softcapping": 50.0, "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0,
                 "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
                 "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "initializer_range": 0.02,
                 "intermediate_size": 9216, "max_position_embeddings": 8192, "model_type": "gemma2",
                 "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4,
                 "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_theta": 10000.0,
                 "sliding_window": 4096, "torch_dtype": "bfloat16", "vocab_size": 256000}
                """),
        PHI3("Phi-3.5-mini-instruct", 1, """
                {"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
                 "bos_token_id": 1, "embd_pdrop": 0.0, "eos_token_id": 32000, "pad_token_id": 32000,
                 "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02, "intermediate_size": 8192,
                 "max_position_embeddings": 131072, "model_type": "phi3", "num_attention_heads": 32,
                 "num_hidden_layers": 32, "num_key_value_heads": 32, "original_max_position_embeddings": 4096,
                 "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 262144,
                 "tie_word_embeddings": false, "torch_dtype": "bfloat16", "vocab_size": 32064}
                """);

        final String published;
        private final float norm;
        private final String config;

        Model(String published, float norm, String config) {
            this.published = published;
            this.norm = norm;
            this.config = config;
        }

        /** The configuration with another number of layers. */
        JsonObject config(int layers) {
            JsonObject fields = JsonParser.parseString(config).getAsJsonObject();
            fields.addProperty("num_hidden_layers", layers);
            if (this == PHI3) {
                JsonObject rope = new JsonObject();
                rope.addProperty("type", "longrope");
                rope.add("short_factor", factors(1, 2.8));
                rope.add("long_factor", factors(1.08, 64.7));
                fields.add("rope_scaling", rope);
            }
            return fields;
        }

        int layers() {
            return JsonParser.parseString(config)
                    .getAsJsonObject()
                    .get("num_hidden_layers")
                    .getAsInt();
        }
    }

    private RandomCheckpoint() {}

    /** 48 factors that grow as the published ones do, which begin and end with these. */
    private static JsonArray factors(double first, double last) {
        JsonArray factors = new JsonArray();
        for (int i = 0; i < 48; i++) {
            factors.add(first * Math.pow(last / first, i / 47.0));
        }
        return factors;
    }

    /**
     * A checkpoint, written if it is not there.
     *
     * @param cache the directory that holds the checkpoints
     * @param model whose configuration
     * @param layers how many layers
     * @return its directory
     */
    static Path in(Path cache, Model model, int layers) throws IOException {
        Path directory = cache.resolve(model.published + "-" + layers + "-layers");
        Path weights = directory.resolve("model.safetensors");
        if (Files.exists(weights)) {
            return directory;
        }
        Files.createDirectories(directory);
        Path config = directory.resolve("config.json");
        Files.writeString(config, new Gson().toJson(model.config(layers)));
        Map<String, long[]> shapes =
                Architectures.of(CheckpointConfig.read(config)).shapes();
        Path partial = directory.resolve("model.safetensors.partial");
        write(partial, shapes, model.norm);
        Files.move(partial, weights, StandardCopyOption.ATOMIC_MOVE);
        return directory;
    }

    private static void write(Path file, Map<String, long[]> shapes, float norm) throws IOException {
        try (FileChannel channel = created(file)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, block.put(header("BF16", 2, shapes)));
            SplittableRandom random = new SplittableRandom(0);
            for (long[] shape : shapes.values()) {
                write(channel, block, shape, norm, random.split());
            }
        }
    }

    /** A file of zeros that occupies no disk. */
    static void holes(Path file, String dtype, Map<String, long[]> shapes) throws IOException {
        int bytes = dtype.equals("F32") ? 4 : 2;
        try (FileChannel channel = created(file)) {
            byte[] header = header(dtype, bytes, shapes);
            channel.write(ByteBuffer.wrap(header));
            long elements = shapes.values().stream()
                    .mapToLong(RandomCheckpoint::elements)
                    .sum();
            channel.write(ByteBuffer.allocate(1), header.length + bytes * elements - 1);
        }
    }

    private static FileChannel created(Path file) throws IOException {
        return FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static byte[] header(String dtype, int bytes, Map<String, long[]> shapes) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", Map.of("format", "pt"));
        long end = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            long start = end;
            end += bytes * elements(entry.getValue());
            long[] offsets = {start, end};
            header.put(entry.getKey(), Map.of("dtype", dtype, "shape", entry.getValue(), "data_offsets", offsets));
        }
        String text = new Gson().toJson(header);
        byte[] json = (text + " ".repeat((8 - text.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static void write(FileChannel channel, ByteBuffer block, long[] shape, float norm, SplittableRandom random)
            throws IOException {
        long left = elements(shape);
        while (left > 0) {
            int n = (int) Math.min(left, BLOCK / 2);
            block.clear();
            for (int i = 0; i < n; i++) {
                float value = shape.length == 1 ? norm : random.nextInt() * (HALF_WIDTH / (1L << 31));
                block.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
            writeAll(channel, block);
            left -= n;
        }
    }

    private static long elements(long[] shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    private static void writeAll(FileChannel channel, ByteBuffer block) throws IOException {
        block.flip();
        while (block.hasRemaining()) {
            channel.write(block);
        }
    }
}
