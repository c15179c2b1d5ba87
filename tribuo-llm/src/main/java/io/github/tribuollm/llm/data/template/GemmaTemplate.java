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
import java.util.List;

/**
 * The layout of Gemma and Gemma 2: {@code <start_of_turn>user\nQ<end_of_turn>\n<start_of_turn>model\nA<end_of_turn>\n}.
 *
 * <p>User and model alternate, the user first, and there is no system message, which {@link Gemma3Template} has a place
 * for; contents are trimmed.
 */
public final class GemmaTemplate extends GemmaTurns {
    /** Creates the template. */
    public GemmaTemplate() {}

    @Override
    protected List<Message> turns(Conversation conversation) {
        return trimmed(Dialogue.of(conversation, this).withoutSystem());
    }
}
