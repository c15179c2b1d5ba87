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

import java.util.List;

/**
 * The sequences that an encoder made, and what became of the rows it made them from.
 *
 * @param sequences the sequences, in the order of their rows
 * @param report the counts
 */
public record EncodedConversations(List<TokenSequence> sequences, EncodingReport report) {
    /**
     * Creates the result from a copy of the list.
     *
     * @param sequences the sequences
     * @param report the counts
     */
    public EncodedConversations {
        sequences = List.copyOf(sequences);
    }
}
