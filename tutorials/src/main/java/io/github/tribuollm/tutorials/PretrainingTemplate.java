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
package io.github.tribuollm.tutorials;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import java.util.List;

/**
 * Lays out the rows of a {@link SyntheticCorpus} for pre-training: word problems as {@link QuestionAnswerTemplate}
 * does, instructions as {@link AlpacaTemplate} does. All of the text is learned, unless it is told to leave the
 * prompts out.
 */
public final class PretrainingTemplate implements PromptTemplate {
    private static final PromptTemplate PROBLEM = new QuestionAnswerTemplate();
    private static final PromptTemplate INSTRUCTION = new AlpacaTemplate();

    @Config(description = "Whether the prompts are learned too.")
    private boolean learnPrompts = true;

    /** Creates the template that learns all text. */
    public PretrainingTemplate() {}

    /**
     * Creates the template.
     *
     * @param learnPrompts whether the prompts are learned too
     */
    public PretrainingTemplate(boolean learnPrompts) {
        this.learnPrompts = learnPrompts;
    }

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        return templateOf(conversation).render(conversation, eos).stream()
                .map(s -> learnPrompts ? new Segment(s.text(), true) : s)
                .toList();
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        return templateOf(conversation).prompt(conversation, eos);
    }

    private static PromptTemplate templateOf(Conversation conversation) {
        return SyntheticCorpus.isWordProblem(conversation) ? PROBLEM : INSTRUCTION;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return "PretrainingTemplate(learnPrompts=" + learnPrompts + ")";
    }
}
