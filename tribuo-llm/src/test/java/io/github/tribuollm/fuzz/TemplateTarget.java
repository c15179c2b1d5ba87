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
package io.github.tribuollm.fuzz;

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.MessagesSource;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Chat templates, which are programs of strangers. */
final class TemplateTarget {
    private static final String CHECKPOINT = Path.of(System.getProperty("test.resources"), "tiny-llama")
            .toAbsolutePath()
            .toString();
    private static final int LONGEST = 8 << 20;

    private static final String MARKED = """
            {%- macro say(role, text, end="<|im_end|>") -%}
            {{- '<|im_start|>' + role + '\n' + text | trim + end + '\n' -}}
            {%- endmacro -%}
            {%- set ns = namespace(found=false, last=messages | length - 1) -%}
            {%- if messages[0].role == 'system' %}{{ say('system', messages[0]['content']) }}{% set ns.found = true %}
            {%- elif tools %}{{ say('system', tools | tojson(indent=2)) }}{% endif %}
            {%- for message in messages if message.role != 'system' %}
            {%- if message.role == 'assistant' -%}
            {{ '<|im_start|>assistant\n' }}{% generation %}{{ message.content.strip() }}<|im_end|>{% endgeneration %}
            {%- else -%}
            {{ say(message.role, message.content.split('</think>')[-1].lstrip('\n') ~ loop.index0 ~ "x" * 2) }}
            {%- endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
            """;
    private static final String COMPARED = """
            {{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}
            {{ raise_exception('Roles must alternate: ' ~ m.role) }}{% endif %}[{{ m.role | upper }}]
            {%- for key, value in {'a': 1, 'b': [2.5, none]}.items() %} {{ key }}={{ value | string }}{% endfor %}
            {{ m['content'] | replace('a', 'b') if m.content is string else m.content | map(attribute='text') | join }}
            {{- eos_token if m.role == 'assistant' else '' }}
            {% endfor %}{{ strftime_now('%d %b %Y') if false }}{% if add_generation_prompt %}[ASSISTANT]{% endif %}
            """;
    private static final String ROWS = """
            {"messages": [{"role": "user", "content": "Name a fruit."}, {"role": "assistant", "content": " An apple. "},\
             {"role": "user", "content": "<b>q</b>"}, {"role": "assistant", "content": "a"}], "tools": []}
            """;

    private TemplateTarget() {}

    static Target templates() {
        Map<String, byte[]> files =
                Map.of("marked.jinja", bytes(MARKED), "compared.jinja", bytes(COMPARED), "rows.jsonl", bytes(ROWS));
        List<String> templates = List.of("marked.jinja", "compared.jinja");
        return Target.of("chat templates", files, templates, directory -> {
            for (String template : templates) {
                render(new ChatTemplate(CHECKPOINT, directory.resolve(template)), directory);
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void render(PromptTemplate template, Path directory) {
        ConversationSource rows = new MessagesSource(directory.resolve("rows.jsonl"));
        for (Conversation row : rows) {
            long length = template.render(row, "</s>").stream()
                    .map(Segment::text)
                    .mapToLong(String::length)
                    .sum();
            Checks.require(length <= LONGEST, "a rendering of " + length + " characters");
            template.prompt(row.withMessages(row.messages().subList(0, 3)), "</s>");
        }
    }
}
