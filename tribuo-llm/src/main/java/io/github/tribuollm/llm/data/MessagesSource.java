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
 * The layout of chat services: {@code messages}, an array of {@code role} (system, user or assistant) and {@code
 * content}.
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
        List<Message> messages = row.rows("messages").stream()
                .map(turn -> new Message(role(turn), turn.text("content")))
                .toList();
        return new Conversation(messages, row.origin());
    }

    private static String role(JsonRow turn) {
        String role = turn.text("role");
        return switch (role) {
            case Message.SYSTEM, Message.USER, Message.ASSISTANT -> role;
            default -> throw turn.wrong("role", "is \"" + role + "\"; expected system, user or assistant");
        };
    }
}
