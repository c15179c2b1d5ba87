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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import java.util.ArrayList;
import java.util.List;

/** The layout of Vicuna 1.1: {@code SYSTEM USER: Q ASSISTANT: A</s>USER: Q ASSISTANT: A</s>}. */
public final class VicunaTemplate implements PromptTemplate {
    /** Vicuna's own system message. */
    public static final String DEFAULT_SYSTEM =
            "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful,"
                    + " detailed, and polite answers to the user's questions.";

    @Config(description = "The system message of a conversation that has none; empty for none.")
    private String system = DEFAULT_SYSTEM;

    /** Creates the template with the {@link #DEFAULT_SYSTEM} message. */
    public VicunaTemplate() {}

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        Dialogue dialogue = Dialogue.of(conversation, this);
        String own = dialogue.system() == null ? system : dialogue.system();
        List<Segment> segments = new ArrayList<>();
        segments.add(Segment.read(own.isEmpty() ? "" : own + " "));
        for (Message turn : dialogue.turns()) {
            segments.add(
                    turn.fromAssistant()
                            ? new Segment(" " + turn.content() + eos, turn.learned())
                            : Segment.read("USER: " + turn.content() + " ASSISTANT:"));
        }
        return segments;
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        StringBuilder text = new StringBuilder();
        render(conversation, eos).forEach(segment -> text.append(segment.text()));
        return text.toString();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return "VicunaTemplate";
    }
}
