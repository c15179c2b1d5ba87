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
