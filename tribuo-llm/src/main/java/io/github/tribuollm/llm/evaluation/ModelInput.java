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
package io.github.tribuollm.llm.evaluation;

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a model reads before it answers. */
public sealed interface ModelInput {
    /**
     * Lays the prompt out.
     *
     * @param template the layout of conversations
     * @param eos the text of the tokenizer's end-of-sequence token
     * @return the text up to the point where the model is to answer
     */
    String text(PromptTemplate template, String eos);

    /**
     * The same with a system prompt ahead.
     *
     * @param system what is said first: of a text its beginning, in a conversation the first message
     */
    ModelInput withSystemPrompt(String system);

    /**
     * A text that is read as it is, without a layout of conversations.
     *
     * @param text the text, which ends where the model is to answer
     */
    record Text(String text) implements ModelInput {
        /**
         * Creates a prompt.
         *
         * @param text the text
         */
        public Text {
            Objects.requireNonNull(text, "text");
        }

        @Override
        public String text(PromptTemplate template, String eos) {
            return text;
        }

        @Override
        public ModelInput withSystemPrompt(String system) {
            return new Text(system + text);
        }
    }

    /**
     * A conversation, laid out as the model was trained to read it.
     *
     * @param conversation the conversation, which ends with a message of the user
     */
    record Chat(Conversation conversation) implements ModelInput {
        /**
         * Creates a prompt.
         *
         * @param conversation the conversation
         */
        public Chat {
            Objects.requireNonNull(conversation, "conversation");
        }

        @Override
        public String text(PromptTemplate template, String eos) {
            return template.prompt(conversation, eos);
        }

        @Override
        public ModelInput withSystemPrompt(String system) {
            List<Message> messages = new ArrayList<>(List.of(new Message(Message.SYSTEM, system)));
            messages.addAll(conversation.messages());
            return new Chat(conversation.withMessages(messages));
        }
    }
}
