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

import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import io.github.tribuollm.llm.data.template.Gemma3Template;
import io.github.tribuollm.llm.data.template.GemmaTemplate;
import io.github.tribuollm.llm.data.template.Llama3Template;
import io.github.tribuollm.llm.data.template.Phi3Template;
import io.github.tribuollm.llm.data.template.PlainTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import io.github.tribuollm.llm.data.template.Qwen3Template;
import io.github.tribuollm.llm.data.template.VicunaTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** How conversations are laid out as text. */
enum TemplateName {
    AUTO(ChatTemplate::new),
    ALPACA(checkpoint -> new AlpacaTemplate()),
    PLAIN(checkpoint -> new PlainTemplate()),
    QUESTION_ANSWER(checkpoint -> new QuestionAnswerTemplate()),
    GEMMA(checkpoint -> new GemmaTemplate()),
    GEMMA3(checkpoint -> new Gemma3Template()),
    LLAMA3(checkpoint -> new Llama3Template()),
    PHI3(checkpoint -> new Phi3Template()),
    QWEN2(checkpoint -> new Qwen2Template()),
    QWEN3(checkpoint -> new Qwen3Template()),
    VICUNA(checkpoint -> new VicunaTemplate());

    private static final String NAMED = "auto:";

    private final Function<String, PromptTemplate> template;

    TemplateName(Function<String, PromptTemplate> template) {
        this.template = template;
    }

    /**
     * The template that an option names: one of these, {@code auto:NAME}, or a Jinja file.
     *
     * @param written the option's value
     * @param checkpoint the checkpoint whose conversations they are
     */
    static PromptTemplate template(String written, String checkpoint) {
        if (written.startsWith(NAMED)) {
            return new ChatTemplate(checkpoint, written.substring(NAMED.length()));
        }
        if (written.endsWith(".jinja") || written.contains("/") || Files.isRegularFile(Path.of(written))) {
            if (!Files.isRegularFile(Path.of(written))) {
                throw new UsageError("--template: there is no file " + written);
            }
            return new ChatTemplate(checkpoint, Path.of(written));
        }
        return Choices.among("--template", written, TemplateName.class).template(checkpoint);
    }

    /** The template, for conversations with the model of a checkpoint. */
    PromptTemplate template(String checkpoint) {
        return template.apply(checkpoint);
    }
}
