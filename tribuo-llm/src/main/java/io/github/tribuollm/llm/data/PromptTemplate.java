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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/**
 * How a conversation is laid out as text for a model.
 *
 * <p>Unless it {@linkplain #isWhole() is whole}, a template never writes the token that begins a sequence: the {@link
 * SequenceEncoder} adds it once where the tokenizer says so. Contents are laid out as they are: a text that spells a special token of the model becomes that
 * token, as it does in transformers' {@code apply_chat_template}, so text from strangers should be cleaned of them
 * first.
 */
public interface PromptTemplate extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Lays out a conversation for training.
     *
     * @param conversation the conversation, with at least one message of the assistant
     * @param eos the text of the tokenizer's end-of-sequence token
     * @return the segments whose concatenation is the text; every answer is trained, together with the token that ends
     *     it
     * @throws DataException if the layout has no place for this conversation; the message names its origin
     */
    List<Segment> render(Conversation conversation, String eos);

    /**
     * Lays out a conversation up to the point where the model is to answer.
     *
     * @param conversation the conversation, which ends with a message of the user, or of a tool
     * @param eos the text of the tokenizer's end-of-sequence token
     * @return the text
     * @throws DataException if the layout has no place for this conversation; the message names its origin
     */
    String prompt(Conversation conversation, String eos);

    /**
     * Tells whether this is a whole layout, as a checkpoint publishes it: it writes the token that begins a sequence
     * where the model wants one, and lays out tools, tool calls, reasoning and other roles, or refuses them. The {@link
     * SequenceEncoder} then adds nothing. To any other layout it gives only texts of the system, the user and the
     * assistant, and refuses other conversations.
     *
     * @return false unless a template says otherwise
     */
    default boolean isWhole() {
        return false;
    }
}
