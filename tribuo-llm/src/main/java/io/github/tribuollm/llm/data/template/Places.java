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
import io.github.tribuollm.llm.data.jinja.Rendered;
import io.github.tribuollm.llm.data.jinja.Template;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses what a chat template would leave out without a word. A variable that the template does not speak of is left
 * out; a field or a role that it does not speak of is, if the text is the same without it.
 */
final class Places {
    private static final Set<String> REASONING = Set.of("reasoning_content", "reasoning", "thinking");
    private static final Set<String> USUAL_ROLES =
            Set.of(Message.SYSTEM, Message.USER, Message.ASSISTANT, Message.TOOL, "developer", "function");

    private final ChatTemplate template;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Places(ChatTemplate template) {
        this.template = template;
    }

    /**
     * Checks a conversation.
     *
     * @param conversation the conversation
     * @param generationPrompt how it was rendered
     * @param rendered what it became
     * @throws DataException with the first thing that is left out
     */
    void check(Conversation conversation, boolean generationPrompt, Rendered rendered) {
        Template jinja = template.layout(conversation).template();
        conversation.variables().entries().forEach((name, value) -> {
            String variable = ((Text) name).value();
            if (Message.says(value) && !jinja.mentions(variable)) {
                throw refusal(conversation, "\"" + variable + "\"");
            }
        });
        for (int i = 0; i < conversation.messages().size(); i++) {
            Message message = conversation.messages().get(i);
            checkRole(conversation, i, generationPrompt, rendered);
            for (String field : Message.TELLING) {
                if (Message.says(message.fields().get(field)) && !speaksOf(jinja, field)) {
                    Message without = new Message(message.fields().without(field), false);
                    checkEffect(
                            replaced(conversation, i, List.of(without)),
                            generationPrompt,
                            rendered,
                            refusal(conversation, "\"" + field + "\""));
                }
            }
            if (message.fields().get("content") instanceof Sequence && !jinja.mentions("text")) {
                throw refusal(conversation, "content in parts");
            }
        }
    }

    private static boolean speaksOf(Template jinja, String field) {
        return REASONING.contains(field) ? REASONING.stream().anyMatch(jinja::mentions) : jinja.mentions(field);
    }

    private void checkRole(Conversation conversation, int place, boolean generationPrompt, Rendered rendered) {
        Message message = conversation.messages().get(place);
        String role = message.role();
        Template jinja = template.layout(conversation).template();
        if (jinja.mentions(role) || message.content().isBlank() || known.contains(jinja + role)) {
            return;
        }
        DataException refusal = refusal(conversation, "a message of the role \"" + role + "\"");
        if (!USUAL_ROLES.contains(role)) {
            throw refusal;
        }
        checkEffect(replaced(conversation, place, List.of()), generationPrompt, rendered, refusal);
        known.add(jinja + role);
    }

    private static Conversation replaced(Conversation conversation, int place, List<Message> by) {
        List<Message> messages = new ArrayList<>(conversation.messages());
        messages.remove(place);
        messages.addAll(place, by);
        return conversation.withMessages(messages);
    }

    private void checkEffect(Conversation without, boolean generationPrompt, Rendered rendered, DataException refusal) {
        String text;
        try {
            text = template.layout(without).render(without, generationPrompt).text();
        } catch (io.github.tribuollm.llm.data.jinja.TemplateException e) {
            return; // without it the template says something else
        }
        if (text.equals(rendered.text())) {
            throw refusal;
        }
    }

    private DataException refusal(Conversation conversation, String what) {
        return new DataException(conversation.origin() + ": the chat template of "
                + template.layout(conversation).template() + " has no place for " + what
                + "; remove it, or give a template that has (--template FILE)");
    }
}
