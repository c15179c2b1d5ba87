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
package io.github.tribuollm.evidence;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.FullPass;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file as we read it, compared with what {@code reference/read_gguf.py} wrote of it: parameters to the bit, token
 * ids, chats, and logits to 1e-4. Arguments: the file and the folder that the script wrote. Exits 0 only if all is equal.
 */
public final class GgufEvidence {
    private static final double TOLERANCE = 1e-4;
    private static final int EVERY = 8;

    private final Path file;
    private final Checkpoint checkpoint;
    private final JsonObject reference;
    private final List<String> differences = new ArrayList<>();

    private GgufEvidence(Path file, Checkpoint checkpoint, JsonObject reference) {
        this.file = file;
        this.checkpoint = checkpoint;
        this.reference = reference;
    }

    /**
     * Compares.
     *
     * @param arguments the GGUF file, and the folder with reference.json and logits.safetensors
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]);
        JsonObject reference = JsonParser.parseString(Files.readString(folder.resolve("reference.json")))
                .getAsJsonObject();
        try (Checkpoint checkpoint = Checkpoint.open(file);
                SafetensorsFile logits = SafetensorsFile.open(folder.resolve("logits.safetensors"))) {
            GgufEvidence evidence = new GgufEvidence(file, checkpoint, reference);
            int parameters = evidence.parameters();
            int texts = evidence.texts();
            int chats = evidence.chats();
            double difference = evidence.logits(logits);
            evidence.differences.stream().limit(10).forEach(System.out::println);
            System.out.printf(
                    "%d parameters to the bit, ids of %d texts, %d chats, logits %.1e; %d differences%n",
                    parameters, texts, chats, difference, evidence.differences.size());
            if (!evidence.differences.isEmpty() || !(difference <= TOLERANCE)) {
                System.exit(1);
            }
        }
    }

    private void compare(Object expected, Object actual, String of) {
        if (!expected.equals(actual)) {
            differences.add(of + ": expected " + expected + ", found " + actual);
        }
    }

    private int parameters() {
        Map<String, JsonElement> hashes =
                reference.getAsJsonObject("parameters").asMap();
        compare(hashes.keySet(), checkpoint.weights().names(), "the names of parameters");
        hashes.forEach((name, hash) -> compare(hash.getAsString(), sha256(name), name));
        return hashes.size();
    }

    private String sha256(String name) {
        float[] floats = checkpoint.weights().stored(name).floats();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * floats.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(floats);
        return new Sha256().add(bytes).hex();
    }

    private int texts() {
        for (JsonElement text : reference.getAsJsonArray("texts")) {
            String written = text.getAsJsonObject().get("text").getAsString();
            List<Integer> expected = text.getAsJsonObject().getAsJsonArray("ids").asList().stream()
                    .map(JsonElement::getAsInt)
                    .toList();
            int[] ids = checkpoint.tokenizer().encode(written);
            compare(expected, Arrays.stream(ids).boxed().toList(), "the text '" + written + "'");
        }
        return reference.getAsJsonArray("texts").size();
    }

    private int chats() {
        ChatTemplate template = new ChatTemplate(file.toString());
        int eos = checkpoint.tokenizer().eos().orElseThrow();
        for (JsonElement chat : reference.getAsJsonArray("chats")) {
            List<Message> messages = chat.getAsJsonObject().getAsJsonArray("messages").asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(m -> new Message(
                            m.get("role").getAsString(), m.get("content").getAsString()))
                    .toList();
            String prompt = template.prompt(
                    new Conversation(messages, "chat"), checkpoint.tokenizer().token(eos));
            compare(chat.getAsJsonObject().get("text").getAsString(), prompt, "a chat");
        }
        return reference.getAsJsonArray("chats").size();
    }

    /** The largest difference after every eighth token. */
    private double logits(SafetensorsFile expected) {
        StoredTensor stored = expected.stored("input_ids");
        int[] ids = new int[stored.elements()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) stored.data().getLong(Long.BYTES * i);
        }
        float[] logits = expected.stored("logits").floats();
        int vocabulary = logits.length / ids.length;
        double largest = 0;
        try (FullPass pass = new FullPass(ScoredModel.of(checkpoint, Optional.empty(), ids.length))) {
            for (int length = ids.length; length > 0; length -= EVERY) {
                float[] own = pass.logits(Arrays.copyOf(ids, length));
                for (int token = 0; token < vocabulary; token++) {
                    double difference = Math.abs(own[token] - logits[(length - 1) * vocabulary + token]);
                    largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
                }
            }
        }
        return largest;
    }
}
