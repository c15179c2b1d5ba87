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

import io.github.tribuollm.llm.progress.Numbers;

/**
 * What became of the rows of a source.
 *
 * @param rows how many rows were read
 * @param sequences how many became sequences
 * @param truncated how many of those sequences lost their end
 * @param tooLong how many rows were dropped for their length
 * @param completionLost how many rows were dropped because truncation left nothing to learn
 * @param withoutCompletion how many rows were dropped because they had no answer to learn in the first place
 * @param refused how many rows were left out because they cannot be used
 * @param tokens how many tokens the sequences have
 * @param completionTokens how many of those tokens are targets whose loss counts
 */
public record EncodingReport(
        int rows,
        int sequences,
        int truncated,
        int tooLong,
        int completionLost,
        int withoutCompletion,
        int refused,
        long tokens,
        long completionTokens) {

    /**
     * {@return how many rows were dropped}
     */
    public int dropped() {
        return tooLong + completionLost + withoutCompletion + refused;
    }

    /**
     * {@return the counts as one line of text}
     */
    @Override
    public String toString() {
        return Numbers.counted(sequences, "sequence") + " from " + Numbers.counted(rows, "row") + ", "
                + Numbers.counted(tokens, "token") + ", " + Numbers.grouped(completionTokens) + " learned; "
                + Numbers.grouped(truncated) + " truncated; dropped " + Numbers.grouped(tooLong) + " too long, "
                + Numbers.grouped(completionLost) + " whose answer was truncated away, "
                + Numbers.grouped(withoutCompletion) + " without an answer"
                + (refused == 0 ? "" : ", " + Numbers.grouped(refused) + " that cannot be used");
    }
}
