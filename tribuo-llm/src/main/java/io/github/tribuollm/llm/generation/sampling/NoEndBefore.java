package io.github.tribuollm.llm.generation.sampling;

/**
 * Bans the end tokens of an answer that is too short.
 *
 * @param length of prompt and answer together
 * @param newTokens of the answer
 * @param ends the end tokens
 */
record NoEndBefore(int length, int newTokens, int[] ends) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        if (history.length() < length || history.generatedLength() < newTokens) {
            for (int end : ends) {
                candidates.ban(end);
            }
        }
    }
}
