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
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * No layout at all: a text as it is, or a prompt with its completion right after it, then the end-of-sequence token
 * unless the text ends with one. What TRL makes of rows of {@code text}, and of {@code prompt} and {@code completion}.
 */
public final class PlainTemplate implements PromptTemplate {
    /** Creates the template. */
    public PlainTemplate() {}

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        List<Message> messages = conversation.messages();
        Message last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
        if (last == null || !last.fromAssistant()) {
            throw refusal(conversation);
        }
        List<Segment> segments = new ArrayList<>();
        if (messages.size() > 1) {
            segments.add(Segment.read(question(conversation, 2)));
        }
        String text = last.content();
        segments.add(Segment.learned(text.endsWith(eos) ? text : text + eos));
        return segments;
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        return question(conversation, 1);
    }

    private String question(Conversation conversation, int messages) {
        if (conversation.messages().size() != messages
                || !conversation.messages().get(0).role().equals(Message.USER)) {
            throw refusal(conversation);
        }
        return conversation.messages().get(0).content();
    }

    private DataException refusal(Conversation conversation) {
        return new DataException(conversation.origin() + ": " + this
                + " takes a text, or one prompt and one completion, and nothing else; use a chat template for"
                + " conversations");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return "PlainTemplate";
    }
}
