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
import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import java.util.List;

/**
 * Stanford Alpaca's training layout, with the answer directly after {@code ### Response:}, then the end-of-sequence
 * token. A question with the input that {@link AlpacaSource} appended gets the preamble for inputs.
 */
public final class AlpacaTemplate implements PromptTemplate {
    private static final String WITHOUT_INPUT = "Below is an instruction that describes a task. Write a response that"
            + " appropriately completes the request.\n\n### Instruction:\n";
    private static final String WITH_INPUT = "Below is an instruction that describes a task, paired with an input that"
            + " provides further context. Write a response that appropriately completes the request.\n\n###"
            + " Instruction:\n";
    private static final String RESPONSE = "\n\n### Response:";

    /** Creates the template. */
    public AlpacaTemplate() {}

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        Message answer = Dialogue.of(conversation, this).onlyAnswer();
        return List.of(Segment.read(prompt(conversation, eos)), Segment.learned(answer.content() + eos));
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        String question = Dialogue.of(conversation, this).onlyQuestion().content();
        return (question.contains(AlpacaSource.INPUT_HEADING) ? WITH_INPUT : WITHOUT_INPUT) + question + RESPONSE;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return "AlpacaTemplate";
    }
}
