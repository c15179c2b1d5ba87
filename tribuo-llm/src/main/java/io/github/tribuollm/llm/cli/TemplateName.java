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

import io.github.tribuollm.llm.data.AlpacaTemplate;
import io.github.tribuollm.llm.data.GemmaTemplate;
import io.github.tribuollm.llm.data.Llama3Template;
import io.github.tribuollm.llm.data.Phi3Template;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.Qwen2Template;
import io.github.tribuollm.llm.data.VicunaTemplate;

/** How conversations are laid out as text. */
enum TemplateName {
    ALPACA(AlpacaTemplate.class),
    QUESTION_ANSWER(QuestionAnswerTemplate.class),
    GEMMA(GemmaTemplate.class),
    LLAMA3(Llama3Template.class),
    PHI3(Phi3Template.class),
    QWEN2(Qwen2Template.class),
    VICUNA(VicunaTemplate.class);

    private final Class<? extends PromptTemplate> template;

    TemplateName(Class<? extends PromptTemplate> template) {
        this.template = template;
    }

    Class<? extends PromptTemplate> template() {
        return template;
    }
}
