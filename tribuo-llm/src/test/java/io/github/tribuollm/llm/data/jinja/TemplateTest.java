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
package io.github.tribuollm.llm.data.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import io.github.tribuollm.llm.data.template.RenderedGoldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TemplateTest {
    private static final Path FIXTURES = Path.of(System.getProperty("test.resources"), "fixtures", "jinja");

    private static List<JsonObject> lines() throws IOException {
        return Files.readAllLines(FIXTURES.resolve("snippets.jsonl")).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    static List<JsonObject> snippets() throws IOException {
        return lines().stream().filter(line -> line.has("template")).toList();
    }

    private static Map<String, Value> variables() throws IOException {
        Map<String, Value> variables = new HashMap<>();
        ((Mapping) JsonValues.of(lines().get(0).get("variables")))
                .entries()
                .forEach((name, value) -> variables.put(((Text) name).value(), value));
        return variables;
    }

    private static String rendered(String template, Map<String, Value> variables) {
        return Template.parse("t", template)
                .render(variables, RenderedGoldens.NOW)
                .text();
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void isRenderedAsInPython(JsonObject golden) throws IOException {
        String template = golden.get("template").getAsString();
        Map<String, Value> variables = variables();
        if (golden.has("refused")) {
            assertThrows(TemplateException.class, () -> rendered(template, variables));
        } else {
            assertEquals(golden.get("text").getAsString(), rendered(template, variables));
        }
    }

    @Test
    void wholeConversationsAreRenderedAsInPython() throws IOException {
        RenderedGoldens goldens = RenderedGoldens.compare(FIXTURES.resolve("conversations.jsonl"));
        assertEquals("", String.join("\n", goldens.differences()));
        assertTrue(goldens.rendered() > 100, goldens.toString());
        assertTrue(goldens.refused() > 10, goldens.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a\\n\\n{{ x ! }} ~ t line 3: unexpected character '!'",
                "a\\n{% if x %}\\n ~ t line 2: the template ends where elif or else or endif is missing",
                "a\\n{{ 1 / 0 }} ~ t line 2: division by zero",
                "{% for i in x %}\\n\\n{{ i.a.b }}{% endfor %} ~ t line 3: 'str' has no attribute 'a'",
                "{{ raise_exception('no') }} ~ t line 1: no",
                "{{ x|random }} ~ t line 1: the filter 'random' is not supported",
                "{% include 'a' %} ~ t line 1: the tag 'include' is not supported: a chat template is one file",
                "{{ 9223372036854775807 + 1 }} ~ t line 1: a whole number has more than 64 bits"
            })
    void aFailureNamesTheLine(String template, String message) {
        Map<String, Value> variables = Map.of("x", new Text("s"));
        TemplateException failure =
                assertThrows(TemplateException.class, () -> rendered(template.replace("\\n", "\n"), variables));
        assertEquals(message, failure.getMessage());
        assertEquals(message.endsWith("no"), failure.isRaised());
    }

    @Test
    void aGenerationBlockInAMacroIsRefused() {
        String template = "{% macro m() %}{% generation %}a{% endgeneration %}{% endmacro %}{{ m() }}";
        TemplateException failure = assertThrows(TemplateException.class, () -> rendered(template, Map.of()));
        assertTrue(failure.getMessage().contains("a generation block stands in a macro"), failure.getMessage());
    }

    @Test
    void wordsOfATemplateAreItsNamesAttributesAndStrings() {
        Template template = Template.parse("t", "documents {{ a.tools['calls'] }} {# b #}{% set c = 1 %}");
        assertTrue(template.mentions("tools") && template.mentions("calls") && template.mentions("c"));
        assertTrue(!template.mentions("documents") && !template.mentions("b"));
    }
}
