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

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes the tokenizer's files of a GGUF file's metadata: byte-level byte-pair merges ("gpt2"), or SentencePiece's
 * ("llama") as the tokenizers library expresses them.
 */
final class GgufTokenizer {
    /** The key of the kind of tokenizer. */
    static final String MODEL = "tokenizer.ggml.model";

    private static final String ADDS_BOS = "tokenizer.ggml.add_bos_token";
    private static final String BOS = "tokenizer.ggml.bos_token_id";
    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String TEMPLATES = "tokenizer.chat_templates";
    private static final String SPACE = "\u2581";

    /** Kinds of end that generation stops at, the first of which is that of documents. */
    private static final List<String> ENDS = List.of("eos", "eot", "eom");

    /** The tokens of a Phi-3 that do not take the white space that follows. */
    private static final Set<String> KEEPING_SPACE = Set.of("<unk>", "<s>", "<|endoftext|>");

    private final GgufModel model;
    private final GgufMetadata metadata;
    private final boolean bytes;
    private final GgufVocabulary vocabulary;

    private GgufTokenizer(GgufModel model) {
        this.model = model;
        metadata = model.file().metadata();
        String kind = metadata.text(MODEL);
        if (!kind.equals("gpt2") && !kind.equals("llama")) {
            throw new CheckpointException(metadata.file() + ": the tokenizer '" + kind + "' ('" + MODEL
                    + "') is not supported; supported are gpt2 and llama");
        }
        bytes = kind.equals("gpt2");
        vocabulary = GgufVocabulary.read(metadata, bytes ? " " : SPACE);
    }

    /**
     * The tokenizer of a model.
     *
     * @throws CheckpointException when it is broken, or of a kind that is not supported
     */
    static GgufTokenizer of(GgufModel model) {
        return new GgufTokenizer(model);
    }

    /** {@return tokenizer.json} */
    byte[] json() {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new Gson().newJsonWriter(text)) {
            writer.setSerializeNulls(true);
            writer.beginObject();
            writer.name("version").value("1.0");
            writer.name("truncation").nullValue();
            writer.name("padding").nullValue();
            writeAdded(writer.name("added_tokens"));
            write(
                    writer.name("normalizer"),
                    bytes ? GgufPreTokenizer.of(metadata).normalizer() : spaces());
            write(
                    writer.name("pre_tokenizer"),
                    bytes ? GgufPreTokenizer.of(metadata).json() : JsonNull.INSTANCE);
            write(writer.name("post_processor"), addsBos() ? beginning() : JsonNull.INSTANCE);
            write(writer.name("decoder"), bytes ? GgufPreTokenizer.byteLevel(true) : pieces());
            writeModel(writer.name("model"));
            writer.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonWriter writer, JsonElement element) {
        new Gson().toJson(element, writer);
    }

    private void writeAdded(JsonWriter writer) throws IOException {
        writer.beginArray();
        for (int id = 0; id < vocabulary.texts().size(); id++) {
            GgufVocabulary.Kind kind = vocabulary.kinds().get(id);
            if (kind.isAdded()) {
                String text = vocabulary.texts().get(id);
                writer.beginObject();
                writer.name("id").value(id);
                writer.name("content").value(text);
                writer.name("single_word").value(false);
                writer.name("lstrip").value(false);
                writer.name("rstrip").value(takesSpace(text, kind));
                writer.name("normalized").value(false);
                writer.name("special").value(kind != GgufVocabulary.Kind.USER_DEFINED);
                writer.endObject();
            }
        }
        writer.endArray();
    }

    /** What the format does not say of Phi-3, and llama.cpp supposes too. */
    private boolean takesSpace(String text, GgufVocabulary.Kind kind) {
        return model.architecture() == GgufArchitecture.PHI3
                && kind == GgufVocabulary.Kind.CONTROL
                && !KEEPING_SPACE.contains(text);
    }

    private void writeModel(JsonWriter writer) throws IOException {
        writer.beginObject();
        writer.name("type").value("BPE");
        writer.name("dropout").nullValue();
        String unknown = "tokenizer.ggml.unknown_token_id";
        writer.name("unk_token").value(bytes || !metadata.contains(unknown) ? null : vocabulary.named(unknown));
        writer.name("continuing_subword_prefix").nullValue();
        writer.name("end_of_word_suffix").nullValue();
        writer.name("fuse_unk").value(!bytes);
        writer.name("byte_fallback").value(!bytes);
        writer.name("ignore_merges")
                .value(bytes && GgufPreTokenizer.of(metadata).ignoresMerges());
        writer.name("vocab").beginObject();
        for (int id = 0; id < vocabulary.texts().size(); id++) {
            writer.name(vocabulary.texts().get(id)).value(id);
        }
        writer.endObject();
        writer.name("merges").beginArray();
        for (GgufVocabulary.Merge merge : vocabulary.merges(model.architecture().isGemma())) {
            writer.beginArray().value(merge.left()).value(merge.right()).endArray();
        }
        writer.endArray();
        writer.endObject();
    }

    private boolean addsBos() {
        boolean usual = !bytes || GgufPreTokenizer.of(metadata).addsBos();
        return metadata.contains(BOS) && metadata.flag(ADDS_BOS, usual);
    }

    private static JsonObject step(String type) {
        JsonObject step = new JsonObject();
        step.addProperty("type", type);
        return step;
    }

    private static JsonObject sequence(String list, Stream<JsonObject> steps) {
        JsonArray all = new JsonArray();
        steps.forEach(all::add);
        JsonObject sequence = step("Sequence");
        sequence.add(list, all);
        return sequence;
    }

    private static JsonObject replacing(String found, String by) {
        JsonObject pattern = new JsonObject();
        pattern.addProperty("String", found);
        JsonObject step = step("Replace");
        step.add("pattern", pattern);
        step.addProperty("content", by);
        return step;
    }

    private boolean prependsSpace() {
        return metadata.flag("tokenizer.ggml.add_space_prefix", true);
    }

    /** Spaces as SentencePiece spells them. */
    private JsonObject spaces() {
        JsonObject first = step("Prepend");
        first.addProperty("prepend", SPACE);
        Stream<JsonObject> prefix = prependsSpace() ? Stream.of(first) : Stream.empty();
        return sequence("normalizers", Stream.concat(prefix, Stream.of(replacing(" ", SPACE))));
    }

    /** The text of SentencePiece's pieces. */
    private JsonObject pieces() {
        JsonObject strip = step("Strip");
        strip.addProperty("content", " ");
        strip.addProperty("start", 1);
        strip.addProperty("stop", 0);
        Stream<JsonObject> suffix = prependsSpace() ? Stream.of(strip) : Stream.empty();
        return sequence(
                "decoders",
                Stream.concat(Stream.of(replacing(SPACE, " "), step("ByteFallback"), step("Fuse")), suffix));
    }

    /** What puts the first token before a text. */
    private JsonObject beginning() {
        String bos = vocabulary.named(BOS);
        JsonObject token = new JsonObject();
        token.addProperty("id", bos);
        token.add("ids", array(new JsonPrimitive(metadata.natural(BOS))));
        token.add("tokens", array(new JsonPrimitive(bos)));
        JsonObject tokens = new JsonObject();
        tokens.add(bos, token);
        JsonObject template = step("TemplateProcessing");
        template.add("single", array(part("SpecialToken", bos, 0), part("Sequence", "A", 0)));
        template.add(
                "pair",
                array(
                        part("SpecialToken", bos, 0),
                        part("Sequence", "A", 0),
                        part("SpecialToken", bos, 1),
                        part("Sequence", "B", 1)));
        template.add("special_tokens", tokens);
        return template;
    }

    private static JsonArray array(JsonElement... elements) {
        JsonArray array = new JsonArray();
        Stream.of(elements).forEach(array::add);
        return array;
    }

    private static JsonObject part(String kind, String id, int type) {
        JsonObject named = new JsonObject();
        named.addProperty("id", id);
        named.addProperty("type_id", type);
        JsonObject part = new JsonObject();
        part.add(kind, named);
        return part;
    }

    /** {@return tokenizer_config.json} */
    JsonObject config() {
        JsonObject config = new JsonObject();
        config.addProperty("tokenizer_class", "PreTrainedTokenizerFast");
        config.addProperty("clean_up_tokenization_spaces", false);
        config.addProperty("add_bos_token", addsBos());
        addToken(config, "bos_token", BOS);
        addToken(config, "eos_token", "tokenizer.ggml.eos_token_id");
        addToken(config, "unk_token", "tokenizer.ggml.unknown_token_id");
        addToken(config, "pad_token", "tokenizer.ggml.padding_token_id");
        addTemplates(config);
        return config;
    }

    private void addToken(JsonObject config, String field, String key) {
        if (metadata.contains(key)) {
            config.addProperty(field, vocabulary.named(key));
        }
    }

    private void addTemplates(JsonObject config) {
        List<String> names = metadata.textsIfPresent(TEMPLATES);
        if (names.isEmpty()) {
            metadata.textIfPresent(TEMPLATE).ifPresent(text -> config.addProperty("chat_template", text));
            return;
        }
        JsonArray templates = new JsonArray();
        metadata.textIfPresent(TEMPLATE).ifPresent(text -> templates.add(template(ChatFiles.DEFAULT, text)));
        names.forEach(name -> templates.add(template(name, metadata.text(TEMPLATE + "." + name))));
        config.add("chat_template", templates);
    }

    private static JsonObject template(String name, String text) {
        JsonObject template = new JsonObject();
        template.addProperty("name", name);
        template.addProperty("template", text);
        return template;
    }

    /** {@return generation_config.json: the tokens that end an answer} */
    JsonObject generation() {
        JsonArray ends = new JsonArray();
        ENDS.stream()
                .map(kind -> "tokenizer.ggml." + kind + "_token_id")
                .filter(metadata::contains)
                .map(metadata::natural)
                .distinct()
                .forEach(ends::add);
        JsonObject generation = new JsonObject();
        if (metadata.contains(BOS)) {
            generation.addProperty("bos_token_id", metadata.natural(BOS));
        }
        generation.add("eos_token_id", ends);
        return generation;
    }
}
