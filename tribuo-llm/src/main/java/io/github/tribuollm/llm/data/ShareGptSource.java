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
import java.util.ArrayList;
import java.util.List;

/**
 * ShareGPT's layout: {@code conversations}, an array of {@code from} and {@code value}; other fields are ignored.
 *
 * <p>{@code human} and {@code user} are the user, {@code gpt}, {@code chatgpt}, {@code bing}, {@code bard} and {@code
 * assistant} the model. Answers before the first question are dropped: they answer something that the file cut off.
 */
public final class ShareGptSource extends FileConversationSource {
    private ShareGptSource() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public ShareGptSource(Path path) {
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
    public ShareGptSource(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        List<Message> messages = new ArrayList<>();
        boolean asked = false;
        for (JsonRow turn : row.rows("conversations")) {
            Message message = new Message(role(turn), turn.text("value"));
            asked |= message.role().equals(Message.USER);
            if (asked || !message.fromAssistant()) {
                messages.add(message);
            }
        }
        return new Conversation(messages, row.origin());
    }

    private static String role(JsonRow turn) {
        String from = turn.text("from");
        return switch (from) {
            case "human", "user" -> Message.USER;
            case "gpt", "chatgpt", "bing", "bard", "assistant" -> Message.ASSISTANT;
            case "system" -> Message.SYSTEM;
            default -> throw turn.wrong("from", "is \"" + from + "\"; expected human, gpt, system, user or assistant");
        };
    }
}
