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
import java.util.Set;

/** Refuses what a layout of texts alone would drop: tools, tool calls, reasoning, and parts that are no text. */
final class PlainConversation {
    private static final Set<String> ROLES = Set.of(Message.SYSTEM, Message.USER, Message.ASSISTANT);

    private PlainConversation() {}

    /**
     * Checks that a conversation is texts of the system, the user and the assistant.
     *
     * @param conversation the conversation
     * @param template the layout, for the message
     * @throws DataException with the first thing that the layout has no place for
     */
    static void require(Conversation conversation, PromptTemplate template) {
        conversation.variables().entries().forEach((name, value) -> {
            if (Message.says(value)) {
                throw refusal(conversation, template, "\"" + ((Text) name).value() + "\"");
            }
        });
        for (Message message : conversation.messages()) {
            if (!ROLES.contains(message.role())) {
                throw refusal(conversation, template, "a message of the role \"" + message.role() + "\"");
            }
            for (String field : Message.TELLING) {
                if (Message.says(message.fields().get(field))) {
                    throw refusal(conversation, template, "\"" + field + "\"");
                }
            }
            requireTexts(message, conversation, template);
        }
    }

    private static void requireTexts(Message message, Conversation conversation, PromptTemplate template) {
        if (message.fields().get("content") instanceof Sequence parts) {
            for (Value part : parts.items()) {
                boolean text =
                        part instanceof Text || part instanceof Mapping fields && fields.get("text") instanceof Text;
                if (!text) {
                    throw refusal(conversation, template, "a part of the content that is no text");
                }
            }
        }
    }

    private static DataException refusal(Conversation conversation, PromptTemplate template, String what) {
        return new DataException(conversation.origin() + ": " + template + " has no place for " + what
                + "; remove it, or take a chat template that has (--template auto, or a Jinja file)");
    }
}
