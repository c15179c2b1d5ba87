package io.github.tribuollm.llm.generation.sampling;

/** Keeps the k likeliest tokens, and those that are as likely as the last of them. */
record TopK(int k) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        int[] largest = Largest.of(candidates, k, candidates::logit);
        float lowest = candidates.logit(largest[largest.length - 1]);
        candidates.keep(token -> candidates.logit(token) >= lowest);
    }
}
