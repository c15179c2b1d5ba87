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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Rendered;
import io.github.tribuollm.llm.data.jinja.Rendered.Span;
import io.github.tribuollm.llm.data.jinja.Template;
import io.github.tribuollm.llm.data.jinja.TemplateException;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code reference/render_chat_templates.py} rendered with transformers, compared with what we render. */
public final class RenderedGoldens {
    private static final Map<String, String> TOKENS =
            Map.of("bos_token", "<s>", "eos_token", "</s>", "pad_token", "<pad>", "unk_token", "<unk>");

    /** The present of the goldens. */
    public static final LocalDateTime NOW = LocalDateTime.of(2026, 7, 4, 15, 6, 7);

    private final List<String> differences = new ArrayList<>();
    private ChatLayout layout;
    private int templates;
    private int rendered;
    private int marked;
    private int refused;

    private RenderedGoldens() {}

    /** Compares a file of goldens. */
    public static RenderedGoldens compare(Path file) throws IOException {
        RenderedGoldens goldens = new RenderedGoldens();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            lines.lines()
                    .forEach(
                            line -> goldens.compare(JsonParser.parseString(line).getAsJsonObject()));
        }
        return goldens;
    }

    /** What differs, a text each. */
    public List<String> differences() {
        return differences;
    }

    /** How many texts are equal. */
    public int rendered() {
        return rendered;
    }

    /** How many conversations both sides refuse. */
    public int refused() {
        return refused;
    }

    @Override
    public String toString() {
        return String.format(
                "%d chat templates: %d renderings equal, %d of them with equal assistant spans; %d refused by both; %d"
                        + " different",
                templates, rendered, marked, refused, differences.size());
    }

    private void compare(JsonObject line) {
        if (line.has("template")) {
            templates++;
            Template template = Template.parse(
                    line.get("template").getAsString(), line.get("source").getAsString());
            layout = new ChatLayout(template, TOKENS, Mapping.EMPTY, NOW);
            return;
        }
        String difference = difference(line);
        if (!difference.isEmpty()) {
            differences.add(
                    layout.template() + ", \"" + line.get("conversation").getAsString() + "\"" + difference);
        }
    }

    private String difference(JsonObject line) {
        Rendered ours;
        try {
            ours = layout.render(
                    conversation(line), line.get("add_generation_prompt").getAsBoolean());
        } catch (TemplateException e) {
            refused += line.has("refused") ? 1 : 0;
            return line.has("refused") ? "" : ": refused, " + e.getMessage();
        }
        if (line.has("refused")) {
            return ": transformers refuses it, " + line.get("refused").getAsString();
        }
        if (!line.get("text").getAsString().equals(ours.text())) {
            return ":\n  expected " + line.get("text") + "\n  but was  " + JsonValues.json(new Text(ours.text()));
        }
        List<Span> spans = spans(line.getAsJsonArray("spans"));
        if (!spans.equals(ours.generations())) {
            return ": expected spans " + spans + " but was " + ours.generations();
        }
        rendered++;
        marked += spans.isEmpty() ? 0 : 1;
        return "";
    }

    private static Conversation conversation(JsonObject line) {
        List<Message> messages = new ArrayList<>();
        for (JsonElement message : line.getAsJsonArray("messages")) {
            messages.add(new Message((Mapping) JsonValues.of(message), false));
        }
        return new Conversation(messages, (Mapping) JsonValues.of(line.get("variables")), "golden");
    }

    private static List<Span> spans(JsonArray spans) {
        List<Span> all = new ArrayList<>();
        for (JsonElement span : spans) {
            JsonArray bounds = span.getAsJsonArray();
            all.add(new Span(bounds.get(0).getAsInt(), bounds.get(1).getAsInt()));
        }
        return all;
    }
}
