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

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import java.util.List;

/**
 * One question and one answer: {@code Question: Q\nAnswer: A}, then the end-of-sequence token.
 *
 * <p>The space after {@code Answer:} is learned, because most tokenizers make it part of the answer's first token.
 */
public final class QuestionAnswerTemplate implements PromptTemplate {
    /** Creates the template. */
    public QuestionAnswerTemplate() {}

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        Message answer = Dialogue.of(conversation, this).onlyAnswer();
        return List.of(Segment.read(prompt(conversation, eos)), Segment.learned(" " + answer.content() + eos));
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        Message question = Dialogue.of(conversation, this).onlyQuestion();
        return "Question: " + question.content() + "\nAnswer:";
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return "QuestionAnswerTemplate";
    }
}
