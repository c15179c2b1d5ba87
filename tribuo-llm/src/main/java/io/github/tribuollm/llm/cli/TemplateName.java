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

import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.ChatTemplates;
import io.github.tribuollm.llm.data.template.Gemma3Template;
import io.github.tribuollm.llm.data.template.GemmaTemplate;
import io.github.tribuollm.llm.data.template.Llama3Template;
import io.github.tribuollm.llm.data.template.Phi3Template;
import io.github.tribuollm.llm.data.template.PlainTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import io.github.tribuollm.llm.data.template.Qwen3Template;
import io.github.tribuollm.llm.data.template.VicunaTemplate;
import java.nio.file.Path;
import java.util.function.Function;

/** How conversations are laid out as text. */
enum TemplateName {
    AUTO(ChatTemplates::publishedBy),
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

    private final Function<Path, PromptTemplate> template;

    TemplateName(Function<Path, PromptTemplate> template) {
        this.template = template;
    }

    /** The template, for conversations with the model of a checkpoint. */
    PromptTemplate template(Path checkpoint) {
        return template.apply(checkpoint);
    }
}
