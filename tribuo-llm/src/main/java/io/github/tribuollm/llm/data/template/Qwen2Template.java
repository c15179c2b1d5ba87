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
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of Qwen 2 and 2.5 (ChatML): {@code <|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n}.
 *
 * <p>A conversation without a system message gets the default one, which differs: {@link #QWEN2} and {@link #QWEN25}.
 */
public final class Qwen2Template extends ChatMlTemplate {
    /** Qwen2's default system message. */
    public static final String QWEN2 = "You are a helpful assistant.";

    /** Qwen2.5's default system message. */
    public static final String QWEN25 = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

    @Config(description = "The system message of a conversation that has none; empty for none.")
    private String system = QWEN25;

    /** Creates the template with Qwen2.5's system message. */
    public Qwen2Template() {}

    /**
     * Creates the template.
     *
     * @param system the system message of a conversation that has none; empty for none
     */
    public Qwen2Template(String system) {
        this.system = system;
    }

    @Override
    protected List<Message> turns(Conversation conversation) {
        List<Message> turns = new ArrayList<>(conversation.messages());
        if (!conversation.startsWithSystem() && !system.isEmpty()) {
            turns.add(0, new Message(Message.SYSTEM, system));
        }
        return turns;
    }

    @Override
    public String toString() {
        return "Qwen2Template(system=" + system + ")";
    }
}
