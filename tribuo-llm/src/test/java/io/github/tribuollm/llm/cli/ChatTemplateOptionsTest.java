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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.cli.Cli.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateOptionsTest {
    private static final String TEMPLATE = """
            {{ strftime_now('%d %b %Y') }}{% if shout %}!{% endif %}
            {% for message in messages %}
            {{ message.role }}: {{ message.content }}{{ eos_token }}
            {% endfor %}
            {% if add_generation_prompt %}assistant: {% endif %}
            """;

    @TempDir
    private Path directory;

    private Path template;
    private Path rows;

    @BeforeEach
    void write() throws IOException {
        template = Files.writeString(directory.resolve("own.jinja"), TEMPLATE);
        rows = Files.writeString(directory.resolve("rows.jsonl"), """
                {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}
                {"messages": [{"role": "user", "content": "2 + 3?"}, {"role": "assistant", "content": "5"}]}
                """);
    }

    private Outcome train(String output, Object... more) {
        Object[] options = {"--data", rows, "--format", "messages", "--template", template, "--rows", 2};
        Object[] all = new Object[options.length + more.length];
        System.arraycopy(options, 0, all, 0, options.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return Cli.run(Cli.training(directory.resolve(output), all));
    }

    @Test
    void aRunOnAJinjaFileIsMadeAgainAtItsDate() throws IOException {
        Outcome trained = train("run", "--template-date", "2024-07-26", "--template-variables", "{\"shout\": true}");
        assertEquals(0, trained.code(), trained.err());
        Path model = directory.resolve("run/model.tribuo");
        Outcome reproduced = Cli.run("reproduce", "--model", model, "--output", directory.resolve("again"));
        assertEquals(0, reproduced.code(), reproduced.err() + reproduced.out());
        Files.writeString(template, "{# changed #}" + TEMPLATE);
        Outcome changed = Cli.run("reproduce", "--model", model, "--output", directory.resolve("changed"));
        assertEquals(Main.WRONG_INPUT, changed.code(), changed.out());
        assertTrue(changed.err().contains("own.jinja has changed"), changed.err());
    }

    @Test
    void whatCannotActIsRefused() {
        assertRefused(train("a", "--template-variables", "{\"whisper\": 1}"), "has no variable 'whisper' to set");
        assertRefused(train("b", "--template-variables", "shout"), "'shout' is no JSON object");
        assertRefused(train("c", "--template-date", "yesterday"), "'yesterday' is no date; write it as 2026-07-26");
        assertRefused(train("d", "--template", "nowhere.jinja"), "--template: there is no file nowhere.jinja");
        Object[] own = Cli.training(directory.resolve("e"), "--template-date", "2024-07-26");
        assertRefused(Cli.run(own), "belong to a chat template (--template auto, or a Jinja file)");
    }

    private static void assertRefused(Outcome outcome, String reason) {
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.out());
        assertTrue(outcome.err().contains(reason), outcome.err());
    }
}
