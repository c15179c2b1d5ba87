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
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** How a text is cut before byte-pair merges, by the names of {@code tokenizer.ggml.pre}. */
enum GgufPreTokenizer {
    /** Words with the space before them. */
    GPT2(Set.of("gpt-2", "olmo")) {
        @Override
        void addSteps(JsonArray steps) {
            steps.add(byteLevel(true));
        }
    },
    /** The same after each digit has been set apart. */
    DIGITS(Set.of("smollm", "starcoder", "refact")) {
        @Override
        void addSteps(JsonArray steps) {
            JsonObject digits = new JsonObject();
            digits.addProperty("type", "Digits");
            digits.addProperty("individual_digits", true);
            steps.add(digits);
            steps.add(byteLevel(true));
        }
    },
    /** Llama 3: up to three digits together; a word that is a token needs no merges. */
    LLAMA3(Set.of("llama3", "llama-v3", "llama-bpe")) {
        @Override
        void addSteps(JsonArray steps) {
            steps.add(split(UP_TO_THREE_DIGITS));
            steps.add(byteLevel(false));
        }

        @Override
        boolean ignoresMerges() {
            return true;
        }

        @Override
        boolean addsBos() {
            return true;
        }
    },
    /** The same with merges for all. */
    GPT4(Set.of("dbrx", "smaug-bpe")) {
        @Override
        void addSteps(JsonArray steps) {
            steps.add(split(UP_TO_THREE_DIGITS));
            steps.add(byteLevel(false));
        }
    },
    /** Qwen 2 and 3: each digit by itself, and composed characters. */
    QWEN2(Set.of("qwen2")) {
        @Override
        void addSteps(JsonArray steps) {
            steps.add(split(SINGLE_DIGITS));
            steps.add(byteLevel(false));
        }

        @Override
        JsonElement normalizer() {
            JsonObject nfc = new JsonObject();
            nfc.addProperty("type", "NFC");
            return nfc;
        }
    };

    private static final String WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String REST = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String UP_TO_THREE_DIGITS = WORDS + "\\p{N}{1,3}" + REST;
    private static final String SINGLE_DIGITS = WORDS + "\\p{N}" + REST;
    private static final String KEY = "tokenizer.ggml.pre";

    private final Set<String> names;

    GgufPreTokenizer(Set<String> names) {
        this.names = names;
    }

    /**
     * How a file's texts are cut.
     *
     * @throws CheckpointException if the file does not say it, or names another way
     */
    static GgufPreTokenizer of(GgufMetadata metadata) {
        String name = metadata.text(KEY);
        return Arrays.stream(values())
                .filter(pre -> pre.names.contains(name))
                .findFirst()
                .orElseThrow(
                        () -> new CheckpointException(metadata.file() + ": the way '" + name + "' of cutting texts ('"
                                + KEY + "') is not supported; supported are "
                                + Arrays.stream(values())
                                        .flatMap(pre -> pre.names.stream())
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + "; take the checkpoint that the file was made from"));
    }

    abstract void addSteps(JsonArray steps);

    /** The {@code pre_tokenizer} of tokenizer.json. */
    JsonObject json() {
        JsonObject sequence = new JsonObject();
        sequence.addProperty("type", "Sequence");
        JsonArray steps = new JsonArray();
        addSteps(steps);
        sequence.add("pretokenizers", steps);
        return sequence;
    }

    /** The {@code normalizer} of tokenizer.json. */
    JsonElement normalizer() {
        return JsonNull.INSTANCE;
    }

    /** Whether a piece that is a token is taken whole. */
    boolean ignoresMerges() {
        return false;
    }

    /** Whether texts begin with a token of their own where the file does not say it. */
    boolean addsBos() {
        return false;
    }

    /** Bytes as characters. */
    static JsonObject byteLevel(boolean cuts) {
        JsonObject step = new JsonObject();
        step.addProperty("type", "ByteLevel");
        step.addProperty("add_prefix_space", false);
        step.addProperty("trim_offsets", true);
        step.addProperty("use_regex", cuts);
        return step;
    }

    private static JsonObject split(String expression) {
        JsonObject pattern = new JsonObject();
        pattern.addProperty("Regex", expression);
        JsonObject step = new JsonObject();
        step.addProperty("type", "Split");
        step.add("pattern", pattern);
        step.addProperty("behavior", "Isolated");
        step.addProperty("invert", false);
        return step;
    }
}
