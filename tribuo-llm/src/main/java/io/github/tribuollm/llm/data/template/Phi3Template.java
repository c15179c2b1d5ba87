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

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.TurnTemplate;
import java.util.List;

/**
 * The layout of Phi-3 and Phi-3.5-mini: {@code <|user|>\nQ<|end|>\n<|assistant|>\nA<|end|>\n}, then the
 * end-of-sequence token.
 *
 * <p>The model learns {@code <|end|>}, at which it stops; the end-of-sequence token after it is only read. An empty
 * system message is left out. The tokenizer drops spaces and lines after the tokens of this layout.
 */
public final class Phi3Template extends TurnTemplate {
    /** Creates the template. */
    public Phi3Template() {}

    @Override
    protected String header(String role) {
        return "<|" + role + "|>\n";
    }

    @Override
    protected String endOfTurn() {
        return "<|end|>";
    }

    @Override
    protected String gap() {
        return "\n";
    }

    @Override
    protected String closing(String eos) {
        return eos;
    }

    @Override
    protected List<Message> turns(Conversation conversation) {
        return conversation.messages().stream()
                .filter(message -> !message.role().equals(Message.SYSTEM)
                        || !message.content().isEmpty())
                .toList();
    }
}
