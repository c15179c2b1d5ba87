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

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Template;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Variables of a template that a setting gives. */
final class TemplateSettings {
    private static final Set<String> OWN = Set.of("messages", "add_generation_prompt");

    private TemplateSettings() {}

    /** The values of settings, which the template must speak of. */
    static Mapping values(Map<String, String> settings, Template template) {
        Mapping values = Mapping.EMPTY;
        for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
            String name = setting.getKey();
            if (OWN.contains(name) || !template.mentions(name)) {
                throw new PropertyException(
                        "",
                        "variables",
                        "The chat template of " + template + " has no variable '" + name + "' to set; remove it");
            }
            values = values.with(name, value(setting.getValue()));
        }
        return values;
    }

    private static Value value(String written) {
        try {
            return JsonValues.of(JsonParser.parseString(written));
        } catch (JsonParseException | IllegalArgumentException e) {
            return new Text(written);
        }
    }
}
