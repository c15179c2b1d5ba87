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
import io.github.tribuollm.llm.data.jinja.Rendered;
import io.github.tribuollm.llm.data.jinja.Template;
import io.github.tribuollm.llm.data.jinja.TemplateException;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Bool;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.None;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A chat template with what it is given beside a conversation: it renders as transformers' {@code apply_chat_template}
 * does.
 *
 * @param template the template
 * @param specialTokens texts of special tokens by the names that templates call them, such as {@code bos_token}
 * @param variables other variables, such as {@code enable_thinking}; a conversation's own go before them
 * @param now what {@code strftime_now} takes for the present
 */
public record ChatLayout(Template template, Map<String, String> specialTokens, Mapping variables, LocalDateTime now) {
    private static final List<String> REASONING = List.of("reasoning_content", "thinking", "reasoning");

    /** Creates a layout from copies. */
    public ChatLayout {
        specialTokens = Map.copyOf(specialTokens);
    }

    /**
     * Renders a conversation.
     *
     * @param conversation the conversation
     * @param generationPrompt whether the text ends where the model is to answer
     * @return the text, and what of it stands in {@code generation} blocks
     * @throws TemplateException if the template refuses the conversation or fails on it
     */
    public Rendered render(Conversation conversation, boolean generationPrompt) {
        Map<String, Value> names = new HashMap<>();
        names.put("tools", Value.NONE);
        names.put("documents", Value.NONE);
        specialTokens.forEach((name, token) -> names.put(name, new Text(token)));
        variables.entries().forEach((name, value) -> names.put(((Text) name).value(), value));
        conversation.variables().entries().forEach((name, value) -> names.put(((Text) name).value(), value));
        List<Mapping> messages =
                conversation.messages().stream().map(ChatLayout::shown).toList();
        names.put("messages", Sequence.list(messages));
        names.put("add_generation_prompt", Bool.of(generationPrompt));
        return template.render(names, now);
    }

    /** A message without what is null, and its reasoning under each of the names that templates look for. */
    private static Mapping shown(Message message) {
        Map<Value, Value> fields = new LinkedHashMap<>(message.fields().entries());
        fields.values().removeIf(value -> value instanceof None);
        for (String name : REASONING) {
            Value reasoning = fields.get(new Text(name));
            if (reasoning != null) {
                Map<Value, Value> all = new LinkedHashMap<>();
                all.put(new Text("thinking"), reasoning);
                all.putAll(fields);
                all.put(new Text("reasoning_content"), reasoning);
                return new Mapping(all);
            }
        }
        return new Mapping(fields);
    }
}
