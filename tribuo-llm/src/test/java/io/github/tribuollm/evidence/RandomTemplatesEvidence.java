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
package io.github.tribuollm.evidence;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Template;
import io.github.tribuollm.llm.data.jinja.TemplateException;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import io.github.tribuollm.llm.data.template.RenderedGoldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders what {@code reference/render_random_templates.py} rendered, and prints where the texts differ or what only
 * transformers refuses; exits 0 only if there is nothing of that. Argument: the file that the script wrote.
 */
public final class RandomTemplatesEvidence {
    private static final double MOST_REFUSED = 0.02;

    private final Map<String, Value> variables = new HashMap<>();
    private int equal;
    private int refused;
    private int refusedHere;
    private int different;

    private RandomTemplatesEvidence(Mapping variables) {
        variables.entries().forEach((name, value) -> this.variables.put(((Text) name).value(), value));
    }

    /**
     * Compares.
     *
     * @param arguments the file
     * @throws IOException if it cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        List<JsonObject> lines = Files.readAllLines(Path.of(arguments[0])).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        RandomTemplatesEvidence evidence =
                new RandomTemplatesEvidence((Mapping) JsonValues.of(lines.get(0).get("variables")));
        lines.subList(1, lines.size()).forEach(evidence::compare);
        System.out.printf(
                "%d random templates: %d texts equal, %d refused by both, %d refused here only, %d different%n",
                lines.size() - 1, evidence.equal, evidence.refused, evidence.refusedHere, evidence.different);
        boolean holds = evidence.different == 0 && evidence.refusedHere < MOST_REFUSED * evidence.equal;
        System.exit(holds && evidence.equal > 0 ? 0 : 1);
    }

    private void compare(JsonObject line) {
        String template = line.get("template").getAsString();
        try {
            String text = Template.parse("random", template)
                    .render(variables, RenderedGoldens.NOW)
                    .text();
            if (line.has("text") && line.get("text").getAsString().equals(text)) {
                equal++;
            } else {
                different++;
                System.out.println(line + "\n  but was " + JsonValues.json(new Text(text)));
            }
        } catch (TemplateException e) {
            refused += line.has("refused") ? 1 : 0;
            refusedHere += line.has("refused") ? 0 : 1;
        }
    }
}
