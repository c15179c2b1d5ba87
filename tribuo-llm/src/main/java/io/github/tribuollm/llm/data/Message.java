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

import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.List;
import java.util.Objects;

/**
 * One turn of a conversation: all that its row says, as a published chat template sees it.
 *
 * <p>Of the fields, {@code role} and {@code content} are in every conversation. Models that call tools know {@code
 * tool_calls}, {@code tool_call_id} and {@code name}, models that think {@code reasoning_content}.
 *
 * @param fields the fields, a role among them; None where a field is null
 * @param learned whether the model learns to say this: only what the assistant says is learned
 */
public record Message(Mapping fields, boolean learned) {
    /** The role of instructions that hold for the whole conversation. */
    public static final String SYSTEM = "system";

    /** The role of whoever asks. */
    public static final String USER = "user";

    /** The role of the model: these turns are learned. */
    public static final String ASSISTANT = "assistant";

    /** The role of what a tool answers. */
    public static final String TOOL = "tool";

    /** The fields that say something beside the content. */
    public static final List<String> TELLING =
            List.of("tool_calls", "function_call", "reasoning_content", "reasoning", "thinking", "refusal", "audio");

    /**
     * Creates a message from its fields.
     *
     * @param fields the fields
     * @param learned whether the model learns to say this
     * @throws IllegalArgumentException if the role is missing or empty, the content is neither a string, a list of
     *     parts nor null, or something is to be learned that the assistant does not say
     */
    public Message {
        if (!(fields.get("role") instanceof Text role) || role.value().isEmpty()) {
            throw new IllegalArgumentException("A message needs a role, such as " + USER + " or " + ASSISTANT);
        }
        if (fields.has("content")
                && !(fields.get("content") instanceof Text)
                && !(fields.get("content") instanceof Sequence)) {
            throw new IllegalArgumentException("The content of a message is a string or a list of parts");
        }
        if (learned && !role.value().equals(ASSISTANT)) {
            throw new IllegalArgumentException(
                    "Only what the assistant says is learned, not what the role \"" + role.value() + "\" says");
        }
    }

    /**
     * Creates a message of a text; it is learned where the assistant says it.
     *
     * @param role who speaks: {@link #SYSTEM}, {@link #USER}, {@link #ASSISTANT}, {@link #TOOL}, or another role that
     *     the model's chat template knows
     * @param content what is said; may be empty
     * @throws IllegalArgumentException if the role is empty
     * @throws NullPointerException if an argument is null
     */
    public Message(String role, String content) {
        this(
                Mapping.EMPTY
                        .with("role", new Text(role))
                        .with("content", new Text(Objects.requireNonNull(content, "content"))),
                role.equals(ASSISTANT));
    }

    /** {@return who speaks} */
    public String role() {
        return ((Text) fields.get("role")).value();
    }

    /** {@return what is said; the texts of a list of parts joined; empty where nothing is} */
    public String content() {
        Value content = fields.get("content");
        if (content instanceof Text text) {
            return text.value();
        }
        StringBuilder joined = new StringBuilder();
        if (content instanceof Sequence parts) {
            parts.items().forEach(part -> joined.append(text(part).value()));
        }
        return joined.toString();
    }

    private static Text text(Value part) {
        if (part instanceof Text text) {
            return text;
        }
        return part instanceof Mapping fields && fields.get("text") instanceof Text text ? text : Text.EMPTY;
    }

    /**
     * {@return whether the model says this}
     */
    public boolean fromAssistant() {
        return role().equals(ASSISTANT);
    }

    /**
     * This message with another text, all else as it is.
     *
     * @param content what is said
     * @return the message
     */
    public Message withContent(String content) {
        return new Message(fields.with("content", new Text(content)), learned);
    }

    /** {@return this message, read but not learned} */
    public Message notLearned() {
        return new Message(fields, false);
    }

    /**
     * Tells whether a field's value says anything.
     *
     * @param value the value, or null
     * @return false where it is missing, None, or an empty string, list or dictionary
     */
    public static boolean says(Value value) {
        return value != null && !value.isEmpty();
    }
}
