package io.github.tribuollm.llm.generation.sampling;

import java.util.function.Predicate;

/**
 * Bans tokens.
 *
 * @param place where
 * @param tokens which
 */
record SuppressedTokens(Predicate<TokenHistory> place, int... tokens) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        if (place.test(history)) {
            for (int token : tokens) {
                candidates.ban(token);
            }
        }
    }
}
