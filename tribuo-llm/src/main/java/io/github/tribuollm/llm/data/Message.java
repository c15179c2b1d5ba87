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
package io.github.tribuollm.llm.data;

import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role who speaks: {@link #SYSTEM}, {@link #USER} or {@link #ASSISTANT}
 * @param content what is said; may be empty
 */
public record Message(String role, String content) {
    /** The role of instructions that hold for the whole conversation. */
    public static final String SYSTEM = "system";

    /** The role of whoever asks. */
    public static final String USER = "user";

    /** The role of the model: these turns are learned. */
    public static final String ASSISTANT = "assistant";

    /**
     * Creates a message.
     *
     * @param role who speaks
     * @param content what is said
     * @throws IllegalArgumentException if the role is none of the three
     * @throws NullPointerException if a component is null
     */
    public Message {
        Objects.requireNonNull(content, "content");
        if (!role.equals(SYSTEM) && !role.equals(USER) && !role.equals(ASSISTANT)) {
            throw new IllegalArgumentException(
                    "Unknown role \"" + role + "\"; use " + SYSTEM + ", " + USER + " or " + ASSISTANT);
        }
    }

    /**
     * {@return whether the model says this, so that it is learned}
     */
    public boolean fromAssistant() {
        return role.equals(ASSISTANT);
    }
}
