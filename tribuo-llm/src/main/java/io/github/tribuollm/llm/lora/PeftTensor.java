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
package io.github.tribuollm.llm.lora;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a tensor of {@code adapter_model.safetensors} is, by its name. A state that was saved with its adapter's own name
 * in it, {@code default}, is loaded by PEFT too.
 *
 * @param module the path of the module that it belongs to
 * @param part which of the module's tensors it is
 * @param key its name in the file
 */
record PeftTensor(String module, Part part, String key) {
    private static final String PREFIX = "base_model.model.";

    /** A tensor of a module. */
    enum Part {
        A("\\.lora_A(\\.default)?\\.weight"),
        B("\\.lora_B(\\.default)?\\.weight"),
        BIAS_OF_B("\\.lora_B(\\.default)?\\.bias"),
        EMBEDDING_A("\\.lora_embedding_A(\\.default)?"),
        EMBEDDING_B("\\.lora_embedding_B(\\.default)?"),
        MAGNITUDE("\\.lora_magnitude_vector(\\.default)?(\\.weight)?"),
        ROWS("\\.token_adapter\\.trainable_tokens_delta(\\.default)?"),
        ADAPTED_WEIGHT("\\.base_layer\\.weight"),
        ADAPTED_BIAS("\\.base_layer\\.bias"),
        WEIGHT("(\\.modules_to_save(\\.default)?)?\\.weight"),
        BIAS("(\\.modules_to_save(\\.default)?)?\\.bias");

        private final Pattern name;

        Part(String end) {
            name = Pattern.compile(Pattern.quote(PREFIX) + "(?<module>.+?)" + end);
        }
    }

    /** What a name means; empty if it is none of PEFT's. */
    static Optional<PeftTensor> of(String key) {
        for (Part part : Part.values()) {
            Matcher name = part.name.matcher(key);
            if (name.matches()) {
                return Optional.of(new PeftTensor(name.group("module"), part, key));
            }
        }
        return Optional.empty();
    }

    /** The name in a file. */
    static String key(String tensor) {
        return PREFIX + tensor;
    }
}
