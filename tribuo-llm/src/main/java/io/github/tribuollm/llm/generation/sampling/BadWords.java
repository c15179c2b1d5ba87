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
package io.github.tribuollm.llm.generation.sampling;

import java.util.Arrays;
import java.util.List;

/** Bans the last token of a sequence wherever those before it were just there. */
record BadWords(List<int[]> sequences) implements LogitsProcessor {
    /** An end token alone stays allowed, as in transformers. */
    static BadWords of(List<int[]> sequences, int[] ends) {
        return new BadWords(sequences.stream()
                .filter(sequence -> Arrays.stream(ends).noneMatch(end -> Arrays.equals(sequence, new int[] {end})))
                .toList());
    }

    @Override
    public void process(Candidates candidates, TokenHistory history) {
        for (int[] sequence : sequences) {
            int before = sequence.length - 1;
            if (history.has(history.length() - before, sequence, before)) {
                candidates.ban(sequence[before]);
            }
        }
    }
}
