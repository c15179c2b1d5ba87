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
import io.github.tribuollm.llm.data.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of Qwen3 as it is published, thinking not switched off: turns as in {@link Qwen2Template}, no default
 * system message.
 *
 * <p>The thoughts of an answer stand before {@code </think>}. They are shown only after the last question: an earlier
 * answer loses them, and the answer that ends the conversation has a block of thoughts, {@code
 * <think>\n\n</think>\n\n} where it has none. The model learns the block together with the answer.
 */
public final class Qwen3Template extends ChatMlTemplate {
    private static final String THINK = "<think>";
    private static final String END = "</think>";

    /** Creates the template. */
    public Qwen3Template() {}

    @Override
    protected List<Message> turns(Conversation conversation) {
        List<Message> messages = conversation.messages();
        int question = lastQuestion(messages);
        List<Message> turns = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (message.fromAssistant()) {
                Answer answer = Answer.of(message.content());
                boolean last = i == messages.size() - 1;
                boolean thinks = i > question && (last || !answer.thoughts().isEmpty());
                message = message.withContent(thinks ? answer.withThoughts() : answer.content());
            }
            turns.add(message);
        }
        return turns;
    }

    /** The place of the last message that the user wrote, and no tool. */
    private static int lastQuestion(List<Message> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            Message message = messages.get(i);
            if (message.role().equals(Message.USER) && !isToolResponse(message.content())) {
                return i;
            }
        }
        return messages.size() - 1;
    }

    private static boolean isToolResponse(String content) {
        return content.startsWith("<tool_response>") && content.endsWith("</tool_response>");
    }

    /** What is thought, and what is said. */
    private record Answer(String thoughts, String content) {
        static Answer of(String text) {
            int first = text.indexOf(END);
            if (first < 0) {
                return new Answer("", text);
            }
            String before = text.substring(0, first);
            int begin = before.lastIndexOf(THINK);
            String thoughts = begin < 0 ? before : before.substring(begin + THINK.length());
            String after = text.substring(text.lastIndexOf(END) + END.length());
            return new Answer(stripped(thoughts, c -> c == '\n'), withoutLeadingLines(after));
        }

        String withThoughts() {
            return THINK + "\n" + thoughts + "\n" + END + "\n\n" + withoutLeadingLines(content);
        }

        private static String withoutLeadingLines(String text) {
            return strippedAtStart(text, c -> c == '\n');
        }
    }
}
