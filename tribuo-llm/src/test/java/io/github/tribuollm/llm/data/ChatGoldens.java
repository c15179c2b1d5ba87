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
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import io.github.tribuollm.llm.data.template.Gemma3Template;
import io.github.tribuollm.llm.data.template.GemmaTemplate;
import io.github.tribuollm.llm.data.template.Llama3Template;
import io.github.tribuollm.llm.data.template.Phi3Template;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import io.github.tribuollm.llm.data.template.Qwen3Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What transformers makes of conversations, compared with what we make of them.
 *
 * @param conversations how many were compared
 * @param refused how many of them both sides refuse
 * @param answered how many have an answer to learn
 * @param theirMask in how many of those the learned tokens are transformers' own assistant mask, too; in the others
 *     that mask counts a token of a header
 * @param differing the conversations that differ
 * @param differences what differs, a line each
 */
public record ChatGoldens(
        int conversations, int refused, int answered, int theirMask, int differing, List<String> differences) {
    public static final Path FIXTURES = Path.of(System.getProperty("test.resources"), "fixtures", "chat");

    /** The folders of the families. */
    public static List<Path> families(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The template that a family publishes, with the date that the goldens were made with. */
    public static ChatTemplate published(Path family) {
        ChatTemplate template = new ChatTemplate(family.toString());
        return family.endsWith("llama-3.2") ? template.withVariables(Map.of("date_string", "26 Jul 2024")) : template;
    }

    /** The layout of ours that is the same as the one a family publishes. */
    public static PromptTemplate builtIn(Path family) {
        return switch (family.getFileName().toString()) {
            case "llama-3" -> new Llama3Template("");
            case "llama-3.2" -> new Llama3Template();
            case "gemma-2" -> new GemmaTemplate();
            case "gemma-3" -> new Gemma3Template();
            case "phi-3.5" -> new Phi3Template();
            case "qwen2" -> new Qwen2Template(Qwen2Template.QWEN2);
            case "qwen2.5" -> new Qwen2Template();
            case "qwen3" -> new Qwen3Template();
            default -> throw new IllegalArgumentException("No layout of ours for " + family);
        };
    }

    /** Compares what a template makes of a family's conversations with what transformers makes of them. */
    public static ChatGoldens compare(Path family, PromptTemplate template) {
        JsonObject goldens = json(family.resolve("golden.json"));
        List<String> differences = new ArrayList<>();
        int refused = 0;
        int answered = 0;
        int theirMask = 0;
        int differing = 0;
        try (Tokenizer tokenizer = Tokenizer.open(family)) {
            SequenceEncoder encoder = new SequenceEncoder(tokenizer, template, 1 << 14, TruncationPolicy.FAIL);
            for (Conversation conversation : conversations(family.resolveSibling("conversations.json"))) {
                JsonObject golden = goldens.getAsJsonObject(conversation.origin());
                List<String> found;
                if (golden.has("refused")) {
                    refused++;
                    found = notRefused(encoder, conversation);
                } else {
                    answered += conversation.hasCompletion() ? 1 : 0;
                    theirMask += conversation.hasCompletion() && !golden.has("transformers") ? 1 : 0;
                    found = differences(encoder, conversation, golden);
                }
                differing += found.isEmpty() ? 0 : 1;
                differences.addAll(found);
            }
        }
        return new ChatGoldens(goldens.size(), refused, answered, theirMask, differing, differences);
    }

    private static List<String> notRefused(SequenceEncoder encoder, Conversation conversation) {
        try {
            encoder.encodePrompt(conversation);
            return List.of(conversation.origin() + ": transformers refuses it");
        } catch (DataException refusal) {
            boolean helps = refusal.getMessage().contains("remove it or put it")
                    || refusal.getMessage().contains("the chat template refuses the conversation");
            return helps ? List.of() : List.of(conversation.origin() + ": " + refusal.getMessage());
        }
    }

    private static List<String> differences(SequenceEncoder encoder, Conversation conversation, JsonObject golden) {
        List<String> found = new ArrayList<>();
        compare(found, conversation, "prompt", ids(golden, "prompt"), encoder.encodePrompt(conversation));
        if (conversation.hasCompletion()) {
            TokenSequence sequence =
                    encoder.encode(List.of(conversation)).sequences().get(0);
            compare(found, conversation, "ids", ids(golden, "ids"), sequence.tokens());
            int[] learned = sequence.completion().stream().toArray();
            compare(found, conversation, "learned", learned(golden), learned);
        }
        return found;
    }

    private static void compare(List<String> found, Conversation row, String what, int[] expected, int[] actual) {
        if (!Arrays.equals(expected, actual)) {
            found.add(row.origin() + ", " + what + ": expected " + Arrays.toString(expected) + " but was "
                    + Arrays.toString(actual));
        }
    }

    private static int[] ids(JsonObject golden, String field) {
        return numbers(golden.getAsJsonArray(field));
    }

    private static int[] numbers(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    private static int[] learned(JsonObject golden) {
        BitSet learned = new BitSet();
        for (JsonElement run : golden.getAsJsonArray("learned")) {
            int[] bounds = numbers(run.getAsJsonArray());
            learned.set(bounds[0], bounds[1]);
        }
        return learned.stream().toArray();
    }

    private static List<Conversation> conversations(Path file) {
        return json(file).entrySet().stream()
                .map(entry -> new Conversation(messages(entry.getValue().getAsJsonArray()), entry.getKey()))
                .toList();
    }

    private static List<Message> messages(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(message -> new Message(
                        message.get("role").getAsString(),
                        message.get("content").getAsString()))
                .toList();
    }

    private static JsonObject json(Path file) {
        try {
            return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
