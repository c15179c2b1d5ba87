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
package io.github.tribuollm.llm.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import java.util.Map;
import java.util.TreeMap;

/** The options of a chat template. */
final class TemplateSettings {
    private TemplateSettings() {}

    /** The template with what the options say of it. */
    static PromptTemplate applied(DataOptions options, PromptTemplate template) {
        if (options.templateDate == null && options.templateVariables == null) {
            return template;
        }
        if (!(template instanceof ChatTemplate chat)) {
            throw new UsageError("--template-date and --template-variables belong to a chat template (--template auto,"
                    + " or a Jinja file), not to " + template + "; leave them out");
        }
        ChatTemplate dated = options.templateDate == null ? chat : dated(chat, options.templateDate);
        return options.templateVariables == null ? dated : dated.withVariables(variables(options.templateVariables));
    }

    private static ChatTemplate dated(ChatTemplate chat, String date) {
        if (chat.date().isEmpty()) {
            throw new UsageError("--template-date: the template does not ask for the date; leave it out");
        }
        return chat.withDate(date);
    }

    private static Map<String, String> variables(String json) {
        try {
            if (JsonParser.parseString(json) instanceof JsonObject object) {
                Map<String, String> variables = new TreeMap<>();
                object.entrySet()
                        .forEach(e -> variables.put(e.getKey(), e.getValue().toString()));
                return variables;
            }
        } catch (JsonParseException e) {
            // said below
        }
        throw new UsageError("--template-variables: '" + json + "' is no JSON object; write it as"
                + " '{\"enable_thinking\": false}'");
    }
}
