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

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Collects what became of rows, in their order. */
final class EncodingTally {
    private static final Logger logger = Logger.getLogger(SequenceEncoder.class.getName());
    private static final int SHOWN = 10;

    /** What becomes of a row. */
    enum Fate {
        KEPT,
        TRUNCATED,
        TOO_LONG,
        COMPLETION_LOST,
        WITHOUT_COMPLETION,
        REFUSED
    }

    /** What became of one row: its sequences, or why there is none. */
    record Outcome(Fate fate, String origin, int length, List<TokenSequence> sequences, DataException refusal) {
        static Outcome kept(Fate fate, String origin, int length, List<TokenSequence> sequences) {
            return new Outcome(fate, origin, length, sequences, null);
        }

        static Outcome dropped(Fate fate, String origin, int length) {
            return kept(fate, origin, length, List.of());
        }

        static Outcome refused(DataException refusal) {
            return new Outcome(Fate.REFUSED, "", 0, List.of(), refusal);
        }
    }

    private final EncodingRules rules;
    private final List<TokenSequence> sequences = new ArrayList<>();
    private final int[] counts = new int[Fate.values().length];
    private int rows;
    private long tokens;
    private long completionTokens;

    EncodingTally(EncodingRules rules) {
        this.rules = rules;
    }

    /**
     * Counts a row.
     *
     * @throws DataException if it is bad and bad rows are not skipped, or too long where that is not allowed
     */
    void add(Outcome outcome) {
        if (outcome.fate() == Fate.REFUSED) {
            skip(outcome.refusal());
        }
        if (outcome.fate() == Fate.TOO_LONG && rules.truncation() == TruncationPolicy.FAIL) {
            throw new DataException(outcome.origin() + ": the row has " + outcome.length() + " tokens, more than"
                    + " maxLength " + rules.maxLength() + "; raise it, or choose TRUNCATE_END, DROP or SPLIT");
        }
        rows++;
        counts[outcome.fate().ordinal()]++;
        for (TokenSequence sequence : outcome.sequences()) {
            sequences.add(sequence);
            tokens += sequence.length();
            completionTokens += sequence.completionTokens();
        }
    }

    private void skip(DataException refusal) {
        if (!rules.skipBadRows()) {
            throw refusal;
        }
        if (count(Fate.REFUSED) < SHOWN) {
            logger.warning(() -> "Skipped a row. " + refusal.getMessage());
        }
    }

    int size() {
        return sequences.size();
    }

    private int count(Fate fate) {
        return counts[fate.ordinal()];
    }

    EncodedConversations result() {
        EncodingReport report = new EncodingReport(
                rows,
                sequences.size(),
                count(Fate.TRUNCATED),
                count(Fate.TOO_LONG),
                count(Fate.COMPLETION_LOST),
                count(Fate.WITHOUT_COMPLETION),
                count(Fate.REFUSED),
                tokens,
                completionTokens);
        if (sequences.isEmpty()) {
            throw new DataException("No row has anything to learn within maxLength " + rules.maxLength() + ": " + report
                    + "; raise maxLength, or check that the rows have answers");
        }
        logger.logp(report.dropped() > 0 ? Level.WARNING : Level.INFO, logger.getName(), null, report.toString());
        return new EncodedConversations(sequences, report);
    }
}
