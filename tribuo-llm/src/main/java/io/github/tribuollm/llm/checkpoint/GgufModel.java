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

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The model in a GGUF file: its architecture, and the names and layouts of its tensors.
 *
 * @param file the open file
 * @param architecture its architecture
 * @param headSize the width of a head
 */
record GgufModel(GgufFile file, GgufArchitecture architecture, int headSize) {
    /** The tensor that embeds tokens. */
    static final String EMBEDDING = "token_embd.weight";

    /** The tensor of the output layer, left out where it is the embedding. */
    static final String HEAD = "output.weight";

    /** What divides the frequencies of positions, one number for each pair of components. */
    static final String FREQUENCIES = "rope_freqs.weight";

    /** The same up to the length that a model was trained on first. */
    static final String SHORT_FACTORS = "rope_factors_short.weight";

    /** The same beyond. */
    static final String LONG_FACTORS = "rope_factors_long.weight";

    private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d{1,4})\\.([a-z_]+)\\.(weight|bias)");
    private static final Map<String, String> OUTSIDE =
            Map.of(EMBEDDING, Weights.EMBEDDING, "output_norm.weight", "model.norm.weight", HEAD, Weights.HEAD);

    /**
     * Describes a file.
     *
     * @throws CheckpointException when its architecture is not known, or its heads do not fit its layers
     */
    static GgufModel of(GgufFile file) {
        GgufArchitecture architecture = GgufArchitecture.of(file.metadata());
        GgufModel model = new GgufModel(file, architecture, headSize(file.metadata(), architecture.prefix()));
        file.tensors().values().forEach(model::requireWholeHeads);
        return model;
    }

    private static int headSize(GgufMetadata metadata, String prefix) {
        int heads = metadata.natural(prefix + "attention.head_count");
        int width = metadata.natural(prefix + "embedding_length");
        int size = metadata.natural(prefix + "attention.key_length", width / Math.max(1, heads));
        if (size < 2 || size % 2 != 0) {
            throw new CheckpointException(metadata.file() + ": heads of a width of " + size + " ('" + prefix
                    + "attention.key_length') are not supported; take another file");
        }
        return size;
    }

    private void requireWholeHeads(GgufTensor tensor) {
        if (layout(tensor) instanceof GgufLayout.Paired && tensor.shape()[0] % headSize != 0) {
            throw new CheckpointException(file.file() + ": tensor '" + tensor.name() + "' has " + tensor.shape()[0]
                    + " rows, no multiple of the " + headSize + " of a head; take another file");
        }
    }

    /** A checkpoint's name of a tensor; empty for one that config.json describes. Unknown ones keep their names. */
    Optional<String> name(GgufTensor tensor) {
        String name = tensor.name();
        if (name.equals(FREQUENCIES) || name.equals(SHORT_FACTORS) || name.equals(LONG_FACTORS)) {
            return Optional.empty();
        }
        Matcher layer = IN_LAYER.matcher(name);
        if (!layer.matches()) {
            return Optional.of(OUTSIDE.getOrDefault(name, name));
        }
        return Optional.of(architecture
                .module(layer.group(2))
                .map(module -> "model.layers." + layer.group(1) + "." + module + "." + layer.group(3))
                .orElse(name));
    }

    /** How a tensor is laid out. */
    GgufLayout layout(GgufTensor tensor) {
        return architecture.layout(tensor.name(), headSize);
    }
}
