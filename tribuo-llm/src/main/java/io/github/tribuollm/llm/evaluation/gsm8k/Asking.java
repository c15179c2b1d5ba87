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
package io.github.tribuollm.llm.evaluation.gsm8k;

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.Prompt;
import java.util.ArrayList;
import java.util.List;

/** In what form a model is asked. */
public enum Asking {
    /** One text, without a chat layout. */
    TEXT {
        @Override
        Prompt prompt(Gsm8kFormat format, List<Shot> shots, Gsm8kRow row) {
            return new Prompt.Text(text(format, shots, row));
        }
    },
    /** A conversation in which the user says that text. */
    CHAT {
        @Override
        Prompt prompt(Gsm8kFormat format, List<Shot> shots, Gsm8kRow row) {
            Message message = new Message(Message.USER, text(format, shots, row));
            return new Prompt.Chat(new Conversation(List.of(message), row.origin()));
        }
    },
    /** A conversation in which each shot is a turn of the user and one of the assistant. */
    CHAT_TURNS {
        @Override
        Prompt prompt(Gsm8kFormat format, List<Shot> shots, Gsm8kRow row) {
            List<Message> messages = new ArrayList<>();
            for (Shot shot : shots) {
                messages.add(new Message(Message.USER, format.ask(shot.question())));
                messages.add(new Message(Message.ASSISTANT, shot.answer()));
            }
            messages.add(new Message(Message.USER, format.ask(row.question())));
            return new Prompt.Chat(new Conversation(messages, row.origin()));
        }
    };

    private static final String BETWEEN_SHOTS = "\n\n";

    abstract Prompt prompt(Gsm8kFormat format, List<Shot> shots, Gsm8kRow row);

    private static String text(Gsm8kFormat format, List<Shot> shots, Gsm8kRow row) {
        StringBuilder text = new StringBuilder();
        for (Shot shot : shots) {
            text.append(format.ask(shot.question()))
                    .append(format.delimiter())
                    .append(shot.answer())
                    .append(BETWEEN_SHOTS);
        }
        return text.append(format.ask(row.question())).toString();
    }
}
