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
import java.util.List;
import java.util.Objects;

/**
 * The messages of one training row, in order.
 *
 * @param messages the messages; may be empty
 * @param variables what a published chat template sees beside the messages, such as {@code tools}, {@code documents}
 *     and {@code enable_thinking}; mostly empty
 * @param weight how much the row counts beside others, finite and at least 0; its losses are multiplied by it, and at 0
 *     it is not learned
 * @param origin where the row comes from, as {@code file:line} or {@code file row n}, for error messages
 */
public record Conversation(List<Message> messages, Mapping variables, float weight, String origin) {
    /** The origin of a conversation that was made in memory. */
    public static final String MEMORY = "memory";

    /**
     * Creates a conversation from a copy of the messages.
     *
     * @param messages the messages
     * @param variables what a published chat template sees beside the messages
     * @param weight how much the row counts
     * @param origin where the row comes from
     * @throws NullPointerException if a component is null
     * @throws IllegalArgumentException if the weight is negative or not finite
     */
    public Conversation {
        messages = List.copyOf(messages);
        if (!(weight >= 0) || Float.isInfinite(weight)) {
            throw new IllegalArgumentException(origin + ": weight " + weight + " is not a finite number of at least 0");
        }
        Objects.requireNonNull(variables, "variables");
        Objects.requireNonNull(origin, "origin");
    }

    /**
     * Creates a conversation that counts like any other.
     *
     * @param messages the messages
     * @param variables what a published chat template sees beside the messages
     * @param origin where the row comes from
     * @throws NullPointerException if an argument is null
     */
    public Conversation(List<Message> messages, Mapping variables, String origin) {
        this(messages, variables, 1, origin);
    }

    /**
     * Creates a conversation of messages alone.
     *
     * @param messages the messages
     * @param origin where the row comes from
     * @throws NullPointerException if an argument is null
     */
    public Conversation(List<Message> messages, String origin) {
        this(messages, Mapping.EMPTY, origin);
    }

    /**
     * Creates the conversation of one question and one answer.
     *
     * @param prompt what the user says
     * @param completion what the model is to answer
     * @param origin where the row comes from
     * @return the two-message conversation
     */
    public static Conversation of(String prompt, String completion, String origin) {
        return new Conversation(
                List.of(new Message(Message.USER, prompt), new Message(Message.ASSISTANT, completion)), origin);
    }

    /**
     * Creates the conversation of one question and one answer, made in memory.
     *
     * @param prompt what the user says
     * @param completion what the model is to answer
     * @return the two-message conversation
     */
    public static Conversation of(String prompt, String completion) {
        return of(prompt, completion, MEMORY);
    }

    /**
     * {@return whether there is something to learn: a message of the model that is not switched off, in a row that
     * counts}
     */
    public boolean hasCompletion() {
        return weight > 0 && messages.stream().anyMatch(Message::learned);
    }

    /**
     * This conversation with other messages.
     *
     * @param others the messages
     * @return the conversation
     */
    public Conversation withMessages(List<Message> others) {
        return new Conversation(others, variables, weight, origin);
    }

    /**
     * This conversation with another weight.
     *
     * @param other how much it counts, finite and at least 0
     * @return the conversation
     * @throws IllegalArgumentException if the weight is negative or not finite
     */
    public Conversation withWeight(float other) {
        return new Conversation(messages, variables, other, origin);
    }

    /** {@return whether the first message is of the system} */
    public boolean startsWithSystem() {
        return !messages.isEmpty() && messages.get(0).role().equals(Message.SYSTEM);
    }
}
