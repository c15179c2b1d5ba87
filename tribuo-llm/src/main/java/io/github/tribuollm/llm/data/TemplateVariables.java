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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a row says to a chat template beside its messages. */
final class TemplateVariables {
    private static final List<String> LISTS = List.of("tools", "documents");
    private static final String OTHERS = "chat_template_kwargs";
    private static final Set<String> RESERVED = Set.of("messages", "tools", "documents", "add_generation_prompt");

    private TemplateVariables() {}

    /** Reads {@code tools} and {@code documents}, lists or JSON texts of lists, and {@code chat_template_kwargs}. */
    static Mapping of(JsonRow row) {
        if (row.has("functions")) {
            throw row.wrong("functions", "is the former name of tools; write \"tools\", each of the type function");
        }
        Mapping variables = Mapping.EMPTY;
        for (String name : LISTS) {
            if (row.has(name)) {
                variables = variables.with(name, list(row, name));
            }
        }
        if (row.has(OTHERS)) {
            variables = withOthers(variables, row);
        }
        return variables;
    }

    private static Sequence list(JsonRow row, String field) {
        Value value = row.value(field);
        if (value instanceof Text text) {
            value = parsed(row, field, text.value());
        }
        if (value instanceof Sequence sequence && sequence.items().stream().allMatch(item -> item instanceof Mapping)) {
            return sequence;
        }
        throw row.wrong(field, "is neither an array of objects nor the JSON of one");
    }

    private static Value parsed(JsonRow row, String field, String json) {
        try {
            return json.isBlank() ? Sequence.list(List.of()) : JsonValues.of(JsonParser.parseString(json));
        } catch (JsonParseException | IllegalArgumentException e) {
            throw row.wrong(field, "is a text that is no JSON");
        }
    }

    private static Mapping withOthers(Mapping variables, JsonRow row) {
        if (!(row.value(OTHERS) instanceof Mapping others)) {
            throw row.wrong(OTHERS, "is not an object");
        }
        Mapping all = variables;
        for (Map.Entry<Value, Value> other : others.entries().entrySet()) {
            String name = ((Text) other.getKey()).value();
            if (RESERVED.contains(name)) {
                throw row.wrong(OTHERS + "." + name, "is set by the row itself");
            }
            all = all.with(name, other.getValue());
        }
        return all;
    }

    /** Adds the fields from which {@link #of} reads the same variables. */
    static void write(Mapping variables, JsonObject row) {
        JsonObject others = new JsonObject();
        variables.entries().forEach((key, value) -> {
            String name = ((Text) key).value();
            JsonElement json = JsonValues.json(value);
            (LISTS.contains(name) ? row : others).add(name, json);
        });
        if (others.size() > 0) {
            row.add(OTHERS, others);
        }
    }
}
