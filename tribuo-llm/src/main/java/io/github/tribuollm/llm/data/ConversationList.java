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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Conversations held in memory.
 *
 * <p>A configuration cannot hold them, so a model that was trained on them is not made again from its provenance, which
 * has only their number and the SHA-256 of the file that {@link #save} writes. Train on the source that {@code save}
 * returns where a model should be reproducible.
 */
public final class ConversationList implements ConversationSource {
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    @Config(mandatory = true, description = "How many conversations there are.")
    private int rows;

    @Config(mandatory = true, description = "The SHA-256 of the file that save writes.")
    private String sha256;

    private List<Conversation> conversations;
    private ConversationListProvenance provenance;

    /** For OLCUT, which then fails in {@link #postConfig()}. */
    private ConversationList() {}

    /**
     * Conversations in their order. One without an origin of its own is called {@code memory row n}.
     *
     * @param conversations at least one; copied
     * @throws DataException if there is none
     */
    public ConversationList(List<Conversation> conversations) {
        if (conversations.isEmpty()) {
            throw new DataException("A list of conversations needs at least one");
        }
        this.conversations = numbered(conversations);
        this.rows = conversations.size();
        this.sha256 = Sha256.of(json());
    }

    /**
     * Conversations of one question and one answer each.
     *
     * @param promptsAndCompletions a prompt, its completion, the next prompt, its completion, and so on
     * @return the conversations in this order
     * @throws DataException if the last prompt has no completion, or there is none
     */
    public static ConversationList ofPairs(String... promptsAndCompletions) {
        if (promptsAndCompletions.length % 2 != 0) {
            throw new DataException("The last of " + (promptsAndCompletions.length + 1) / 2
                    + " prompts has no completion; give prompts and completions in turns");
        }
        List<Conversation> pairs = new ArrayList<>();
        for (int i = 0; i < promptsAndCompletions.length; i += 2) {
            pairs.add(Conversation.of(promptsAndCompletions[i], promptsAndCompletions[i + 1]));
        }
        return new ConversationList(pairs);
    }

    private static List<Conversation> numbered(List<Conversation> conversations) {
        List<Conversation> numbered = new ArrayList<>(conversations.size());
        for (Conversation conversation : conversations) {
            numbered.add(
                    conversation.origin().equals(Conversation.MEMORY)
                            ? new Conversation(
                                    conversation.messages(),
                                    conversation.variables(),
                                    conversation.weight(),
                                    Conversation.MEMORY + " row " + (numbered.size() + 1))
                            : conversation);
        }
        return List.copyOf(numbered);
    }

    /**
     * Refuses: a configuration does not hold the conversations.
     *
     * @throws PropertyException with the remedy
     */
    @Override
    public void postConfig() {
        if (conversations == null) {
            throw new PropertyException(
                    "",
                    "sha256",
                    "The data were " + rows + " conversations in memory (SHA-256 " + sha256 + "), which a configuration"
                            + " does not hold; write them to a file with ConversationList.save, and train on the source"
                            + " that it returns");
        }
    }

    /** {@return the conversations, in their order} */
    public List<Conversation> conversations() {
        return conversations;
    }

    @Override
    public Iterator<Conversation> iterator() {
        return conversations.iterator();
    }

    /**
     * Writes the conversations as JSON lines of {@code messages}, without their origins.
     *
     * @param file the file, which is replaced
     * @return the source of this file
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the file cannot be written
     */
    public MessagesSource save(Path file) {
        AtomicFile.write(file, json());
        return new MessagesSource(file);
    }

    private String json() {
        StringBuilder lines = new StringBuilder();
        conversations.forEach(
                conversation -> lines.append(GSON.toJson(row(conversation))).append('\n'));
        return lines.toString();
    }

    private static JsonObject row(Conversation conversation) {
        JsonArray messages = new JsonArray();
        for (Message message : conversation.messages()) {
            boolean off = message.fromAssistant() && !message.learned();
            messages.add(JsonValues.json(off ? message.fields().with("weight", new Int(0)) : message.fields()));
        }
        JsonObject row = new JsonObject();
        row.add("messages", messages);
        TemplateVariables.write(conversation.variables(), row);
        if (conversation.weight() != 1) {
            row.addProperty(RowFields.WEIGHT, conversation.weight());
        }
        return row;
    }

    /** {@return the SHA-256 of the file that {@link #save} writes, in hexadecimal} */
    public String sha256() {
        return sha256;
    }

    @Override
    public synchronized ConversationListProvenance getProvenance() {
        if (provenance == null) {
            provenance = new ConversationListProvenance(this);
        }
        return provenance;
    }

    @Override
    public String toString() {
        return "ConversationList(" + rows + " in memory)";
    }
}
