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

import java.nio.file.Path;
import java.util.List;

/**
 * The layout of chat services: {@code messages}, an array of {@code role} (system, user, assistant, tool, or another
 * that the chat template knows) and {@code content}, a text or a list of parts.
 *
 * <p>A message keeps its other fields, such as {@code tool_calls} and {@code reasoning_content}, for the chat template.
 * {@code "weight": 0} (or {@code train}, {@code training}, {@code loss} false) on an answer says that it is read but
 * not learned. Beside the messages, a row may have {@code tools}, {@code documents} and {@code chat_template_kwargs};
 * other fields of a row are ignored.
 */
public final class MessagesSource extends FileConversationSource {
    private MessagesSource() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public MessagesSource(Path path) {
        this(path, 0, ALL);
    }

    /**
     * Creates a source over a range of a file's rows.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there or the range is wrong
     */
    public MessagesSource(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        return new Conversation(messages(row, "messages"), TemplateVariables.of(row), row.origin());
    }

    /** Reads an array of messages. */
    static List<Message> messages(JsonRow row, String field) {
        return row.rows(field).stream().map(MessagesSource::message).toList();
    }

    private static Message message(JsonRow turn) {
        String role = turn.text("role");
        if (role.isEmpty()) {
            throw turn.wrong("role", "is empty; expected system, user, assistant or tool");
        }
        boolean saysMore = Message.TELLING.stream().anyMatch(turn::has);
        if (!turn.isArray("content") && (turn.has("content") || !saysMore)) {
            turn.text("content");
        }
        boolean learned = LearnSwitch.learned(turn, role);
        return new Message(turn.values().without(LearnSwitch.FIELDS.toArray(String[]::new)), learned);
    }
}
