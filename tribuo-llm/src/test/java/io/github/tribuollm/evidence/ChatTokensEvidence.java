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

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Token ids that {@code reference/render_smollm2.py} wrote, compared with ours; exits 0 only if they are equal.
 * Arguments: the checkpoint and the file. Prints what we refuse and transformers does not, and why.
 */
public final class ChatTokensEvidence {
    private static final Logger LOGGER = Logger.getLogger("io.github.tribuollm");
    private static final int MANY = 10_000;

    private final SequenceEncoder published;
    private final SequenceEncoder tools;
    private int equal;
    private int masks;
    private int headers;
    private int refused;
    private int leftOut;
    private int different;

    private ChatTokensEvidence(Tokenizer tokenizer, Path checkpoint) {
        String location = checkpoint.toString();
        Path file =
                Path.of(System.getProperty("test.resources"), "fixtures", "jinja", "templates", "chatml-tools.jinja");
        this.published = encoder(tokenizer, new ChatTemplate(location));
        this.tools = encoder(tokenizer, new ChatTemplate(location, file));
    }

    private static SequenceEncoder encoder(Tokenizer tokenizer, PromptTemplate template) {
        return new SequenceEncoder(tokenizer, template, 1 << 14, TruncationPolicy.FAIL);
    }

    /**
     * Compares.
     *
     * @param arguments the checkpoint and the file
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        LOGGER.setLevel(Level.OFF);
        Path checkpoint = Path.of(arguments[0]);
        try (Tokenizer tokenizer = Tokenizer.open(checkpoint)) {
            ChatTokensEvidence evidence = new ChatTokensEvidence(tokenizer, checkpoint);
            for (String line : Files.readAllLines(Path.of(arguments[1]))) {
                evidence.compare(JsonParser.parseString(line).getAsJsonObject());
            }
            double seconds = evidence.secondsForMany();
            System.out.printf(
                    "%d conversations with the ids of apply_chat_template, %d with its assistant mask (%d more but"
                            + " for a token that begins in a header); %d refused by both, %d here only, by name; %d different; %d conversations encoded in %.1f s%n",
                    evidence.equal,
                    evidence.masks,
                    evidence.headers,
                    evidence.refused,
                    evidence.leftOut,
                    evidence.different,
                    MANY,
                    seconds);
            System.exit(evidence.different == 0 && evidence.equal > 0 && seconds < 60 ? 0 : 1);
        }
    }

    private double secondsForMany() {
        Conversation row = new Conversation(
                List.of(
                        new Message("user", "What is two plus two, and why? ".repeat(10)),
                        new Message("assistant", "Four. ".repeat(40)),
                        new Message("user", "And three?"),
                        new Message("assistant", "Five, then. ".repeat(20))),
                "row");
        long start = System.nanoTime();
        published.encode(Collections.nCopies(MANY, row));
        return (System.nanoTime() - start) / 1e9;
    }

    private void compare(JsonObject line) {
        SequenceEncoder encoder = line.get("file").getAsBoolean() ? tools : published;
        Conversation conversation = conversation(line);
        try {
            int[] prompt = encoder.encodePrompt(conversation);
            if (line.has("refused")) {
                differs(line, "transformers refuses it, " + line.get("refused").getAsString());
            } else if (!Arrays.equals(ints(line, "prompt"), prompt)) {
                differs(line, "other ids of the prompt");
            } else if (conversation.hasCompletion() && !wholeIsEqual(encoder, conversation, line)) {
                differs(line, "other ids or another mask");
            } else {
                equal++;
            }
        } catch (DataException e) {
            if (line.has("refused")) {
                refused++;
            } else if (e.getMessage().contains(" has no place for ")) {
                leftOut++;
                System.out.println(e.getMessage());
            } else {
                differs(line, e.getMessage());
            }
        }
    }

    private boolean wholeIsEqual(SequenceEncoder encoder, Conversation conversation, JsonObject line) {
        TokenSequence sequence =
                encoder.encode(List.of(conversation)).sequences().get(0);
        int[] mask = ints(line, "mask");
        int[] learned = new int[mask.length];
        sequence.completion().stream().filter(i -> i < mask.length).forEach(i -> learned[i] = 1);
        boolean same = mask.length > 0 && Arrays.equals(mask, learned);
        masks += same ? 1 : 0;
        headers += same || mask.length == 0 ? 0 : 1;
        return Arrays.equals(ints(line, "ids"), sequence.tokens()) && onlyHeadersDiffer(mask, learned);
    }

    /** Whether the masks differ at most in first tokens that begin in a header, which are not learned here. */
    private static boolean onlyHeadersDiffer(int[] mask, int[] learned) {
        for (int i = 0; i < mask.length; i++) {
            boolean first = mask[i] == 1 && learned[i] == 0 && (i == 0 || mask[i - 1] == 0);
            if (mask[i] != learned[i] && !first) {
                return false;
            }
        }
        return true;
    }

    private void differs(JsonObject line, String what) {
        different++;
        System.out.println("\"" + line.get("conversation").getAsString() + "\": " + what);
    }

    private static int[] ints(JsonObject line, String field) {
        JsonArray array = line.getAsJsonArray(field);
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).getAsInt();
        }
        return values;
    }

    private static Conversation conversation(JsonObject line) {
        List<Message> messages = new ArrayList<>();
        line.getAsJsonArray("messages").forEach(message -> {
            Mapping fields = (Mapping) JsonValues.of(message);
            boolean answer = message.getAsJsonObject().get("role").getAsString().equals(Message.ASSISTANT);
            messages.add(new Message(fields, answer));
        });
        return new Conversation(
                messages,
                (Mapping) JsonValues.of(line.get("variables")),
                line.get("conversation").getAsString());
    }
}
