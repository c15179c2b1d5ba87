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
package io.github.tribuollm.llm.data.template;

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import java.util.List;

/** A conversation that a strict layout has a place for: an optional system message, then user and assistant in turn. */
record Dialogue(String system, List<Message> turns, String origin, PromptTemplate template) {

    static Dialogue of(Conversation conversation, PromptTemplate template) {
        List<Message> messages = conversation.messages();
        boolean hasSystem = conversation.startsWithSystem();
        String system = hasSystem ? messages.get(0).content() : null;
        List<Message> turns = messages.subList(hasSystem ? 1 : 0, messages.size());
        for (int i = 0; i < turns.size(); i++) {
            String wanted = i % 2 == 0 ? Message.USER : Message.ASSISTANT;
            if (!turns.get(i).role().equals(wanted)) {
                throw new DataException(conversation.origin() + ": " + template
                        + " wants user and assistant in turn, but"
                        + " turn " + (i + 1) + " is of the role " + turns.get(i).role()
                        + "; remove or merge the message, or use a template that takes it");
            }
        }
        return new Dialogue(system, turns, conversation.origin(), template);
    }

    List<Message> withoutSystem() {
        if (system != null) {
            throw new DataException(origin + ": " + template + " has no place for a system message; remove it or put it"
                    + " in front of the user's");
        }
        return turns;
    }

    Message onlyQuestion() {
        if (turns.isEmpty() || turns.size() > 2) {
            throw new DataException(origin + ": " + template + " takes one question and one answer, not " + turns.size()
                    + " messages; use a chat template for conversations");
        }
        return withoutSystem().get(0);
    }

    Message onlyAnswer() {
        if (turns.size() != 2) {
            throw new DataException(origin + ": " + template + " takes one question and one answer, not " + turns.size()
                    + " messages; use a chat template for conversations");
        }
        return withoutSystem().get(1);
    }
}
