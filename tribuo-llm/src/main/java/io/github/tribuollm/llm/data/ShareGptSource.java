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

import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * ShareGPT's layout: {@code conversations}, an array of {@code from} and {@code value}.
 *
 * <p>{@code human} and {@code user} are the user, {@code gpt}, {@code chatgpt}, {@code bing}, {@code bard} and {@code
 * assistant} the model, {@code observation} and {@code tool} a tool. The value of a {@code function_call} is the JSON
 * of one call, {@code name} and {@code arguments}, or of an array of calls, which the model makes. A row may have a
 * {@code system} text and {@code tools} beside; {@code "weight": 0} on an answer says that it is not learned. Other
 * fields are ignored.
 */
public final class ShareGptSource extends FileConversationSource {
    private static final String FUNCTION_CALL = "function_call";
    private static final List<String> KEPT = Stream.concat(Message.TELLING.stream(), Stream.of("name", "tool_call_id"))
            .toList();

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
        row.rows("conversations").forEach(turn -> messages.add(message(turn)));
        String system = row.textOrEmpty("system");
        if (!system.isEmpty()) {
            if (!messages.isEmpty() && messages.get(0).role().equals(Message.SYSTEM)) {
                throw row.wrong("system", "is there beside a first turn of the system; keep one of them");
            }
            messages.add(0, new Message(Message.SYSTEM, system));
        }
        return new Conversation(messages, TemplateVariables.of(row), row.origin());
    }

    private static Message message(JsonRow turn) {
        String from = turn.text("from");
        String role = role(turn, from);
        String value = turn.text("value");
        boolean call = from.equals(FUNCTION_CALL);
        Mapping fields = new Message(role, call ? "" : value).fields();
        for (String field : KEPT) {
            if (turn.has(field)) {
                fields = fields.with(field, turn.value(field));
            }
        }
        return new Message(call ? ToolCalls.addTo(fields, turn) : fields, LearnSwitch.learned(turn, role));
    }

    private static String role(JsonRow turn, String from) {
        return switch (from) {
            case "human", "user" -> Message.USER;
            case "gpt", "chatgpt", "bing", "bard", "assistant", FUNCTION_CALL -> Message.ASSISTANT;
            case "system" -> Message.SYSTEM;
            case "observation", "tool", "function_response" -> Message.TOOL;
            default ->
                throw turn.wrong(
                        "from",
                        "is \"" + from
                                + "\"; expected human, gpt, system, function_call, observation, user, assistant or"
                                + " tool");
        };
    }
}
