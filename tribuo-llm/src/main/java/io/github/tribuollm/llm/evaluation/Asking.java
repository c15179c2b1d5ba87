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
import java.util.ArrayList;
import java.util.List;

/** In what form a model is asked. */
public enum Asking {
    /** One text, without a chat layout. */
    TEXT {
        @Override
        public ModelInput prompt(List<Shot> shots, String delimiter, Message question, String origin) {
            return new ModelInput.Text(text(shots, delimiter, question));
        }
    },
    /** A conversation in which the user says that text. */
    CHAT {
        @Override
        public ModelInput prompt(List<Shot> shots, String delimiter, Message question, String origin) {
            Message message = new Message(Message.USER, text(shots, delimiter, question));
            return new ModelInput.Chat(new Conversation(List.of(message), origin));
        }
    },
    /** A conversation in which each shot is a turn of the user and one of the assistant. */
    CHAT_TURNS {
        @Override
        public ModelInput prompt(List<Shot> shots, String delimiter, Message question, String origin) {
            List<Message> messages = new ArrayList<>();
            for (Shot shot : shots) {
                messages.add(new Message(Message.USER, shot.question()));
                messages.add(new Message(Message.ASSISTANT, shot.answer()));
            }
            messages.add(question);
            return new ModelInput.Chat(new Conversation(messages, origin));
        }
    };

    private static final String BETWEEN_SHOTS = "\n\n";

    /**
     * Puts shots before a question.
     *
     * @param shots what goes before
     * @param delimiter what stands between the question of a shot and its answer in a text
     * @param question the question as the user says it
     * @param origin where it comes from, for error messages
     * @return what the model reads
     */
    public abstract ModelInput prompt(List<Shot> shots, String delimiter, Message question, String origin);

    /**
     * A question without shots.
     *
     * @param question the question
     * @param origin where it comes from, for error messages
     * @return what the model reads
     */
    public ModelInput prompt(String question, String origin) {
        return prompt(List.of(), "", new Message(Message.USER, question), origin);
    }

    private static String text(List<Shot> shots, String delimiter, Message question) {
        StringBuilder text = new StringBuilder();
        for (Shot shot : shots) {
            text.append(shot.question()).append(delimiter).append(shot.answer()).append(BETWEEN_SHOTS);
        }
        return text.append(question.content()).toString();
    }
}
