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
package io.github.tribuollm.llm.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a byte-level tokenizer whose tokens are bytes, a few merges and the special tokens of all templates. */
public final class TinyTokenizer {
    /** The id of the token that begins a sequence. */
    public static final int BOS = 0;

    /** The id of the token that ends a sequence. */
    public static final int EOS = 1;

    private static final List<String> SPECIAL = List.of(
            "<s>",
            "</s>",
            "<start_of_turn>",
            "<end_of_turn>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eot_id|>",
            "<|user|>",
            "<|assistant|>",
            "<|system|>",
            "<|end|>",
            "<|im_start|>",
            "<|im_end|>");

    /** How many tokens there are: the special ones, 256 bytes and three merges. */
    public static final int SIZE = SPECIAL.size() + 256 + 3;

    private TinyTokenizer() {}

    /** Writes tokenizer.json, tokenizer_config.json and config.json. */
    public static Path write(Path directory, boolean addsBos, boolean trimOffsets) {
        return write(directory, addsBos, tokenizer(trimOffsets));
    }

    /** Writes a tokenizer that, like some converted ones, does not find special tokens inside a text. */
    public static Path writeSpelling(Path directory) {
        JsonObject tokenizer = tokenizer(true);
        tokenizer.add("normalizer", object("{\"type\": \"Prepend\", \"prepend\": \" \"}"));
        tokenizer
                .getAsJsonArray("added_tokens")
                .forEach(token -> token.getAsJsonObject().addProperty("normalized", true));
        return write(directory, true, tokenizer);
    }

    private static Path write(Path directory, boolean addsBos, JsonObject tokenizer) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("tokenizer.json"), tokenizer.toString());
            Files.writeString(
                    directory.resolve("tokenizer_config.json"),
                    "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"pad_token\": \"</s>\", \"add_bos_token\": "
                            + addsBos + "}");
            Files.writeString(
                    directory.resolve("config.json"), "{\"model_type\": \"llama\", \"vocab_size\": " + SIZE + "}");
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject tokenizer(boolean trimOffsets) {
        JsonObject root =
                object("{\"version\": \"1.0\", \"truncation\": null, \"padding\": null," + " \"normalizer\": null}");
        JsonArray added = new JsonArray();
        JsonObject vocabulary = new JsonObject();
        for (int i = 0; i < SPECIAL.size(); i++) {
            JsonObject token = object("{\"single_word\": false, \"lstrip\": false, \"rstrip\": false,"
                    + " \"normalized\": false, \"special\": true}");
            token.addProperty("id", i);
            token.addProperty("content", SPECIAL.get(i));
            added.add(token);
            vocabulary.addProperty(SPECIAL.get(i), i);
        }
        for (int b = 0; b < 256; b++) {
            vocabulary.addProperty(letter(b), SPECIAL.size() + b);
        }
        List<String> merges = List.of("\u0120 A", "\u0120A n", "s w");
        for (String merge : merges) {
            vocabulary.addProperty(merge.replace(" ", ""), vocabulary.size());
        }
        root.add("added_tokens", added);
        String level = "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"use_regex\": true, \"trim_offsets\": "
                + trimOffsets + "}";
        root.add("pre_tokenizer", object(level));
        root.add("post_processor", object(level));
        root.add("decoder", object(level));
        JsonObject model = object("{\"type\": \"BPE\", \"dropout\": null, \"unk_token\": null, \"fuse_unk\": false,"
                + " \"byte_fallback\": false, \"ignore_merges\": false}");
        model.add("vocab", vocabulary);
        JsonArray list = new JsonArray();
        merges.forEach(list::add);
        model.add("merges", list);
        root.add("model", model);
        return root;
    }

    private static JsonObject object(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    /** GPT-2's letter for a byte: itself where it is printable, else one from U+0100 on. */
    private static String letter(int wanted) {
        int spare = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            int letter = printable ? b : spare++;
            if (b == wanted) {
                return Character.toString(letter);
            }
        }
        throw new IllegalArgumentException("not a byte: " + wanted);
    }
}
