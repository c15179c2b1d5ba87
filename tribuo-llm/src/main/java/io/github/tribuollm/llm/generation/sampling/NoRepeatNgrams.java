package io.github.tribuollm.llm.generation.sampling;

/**
 * Bans each token that would repeat n tokens in a row of prompt and answer.
 *
 * @param n at least 1
 */
record NoRepeatNgrams(int n) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        int suffix = history.length() + 1 - n;
        for (int start = 0; start + n <= history.length(); start++) {
            if (history.same(start, suffix, n - 1)) {
                candidates.ban(history.token(start + n - 1));
            }
        }
    }
}
