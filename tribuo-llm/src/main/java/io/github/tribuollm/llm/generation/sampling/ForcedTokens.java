package io.github.tribuollm.llm.generation.sampling;

import java.util.function.Predicate;

/**
 * Allows nothing but some tokens.
 *
 * @param place where
 * @param tokens one of which must come there
 */
record ForcedTokens(Predicate<TokenHistory> place, int... tokens) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        if (place.test(history)) {
            candidates.force(tokens);
        }
    }
}
