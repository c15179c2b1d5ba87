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
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of Gemma 3: that of {@link GemmaTemplate}, and a system message stands, untrimmed and followed by a blank
 * line, before what the user says first.
 */
public final class Gemma3Template extends GemmaTurns {
    /** Creates the template. */
    public Gemma3Template() {}

    @Override
    protected List<Message> turns(Conversation conversation) {
        Dialogue dialogue = Dialogue.of(conversation, this);
        List<Message> turns = new ArrayList<>(trimmed(dialogue.turns()));
        if (dialogue.system() != null && !turns.isEmpty()) {
            String first = dialogue.system() + "\n\n" + turns.get(0).content();
            turns.set(0, turns.get(0).withContent(first));
        }
        return turns;
    }
}
