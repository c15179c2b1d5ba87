package io.github.tribuollm.llm.generation.sampling;

/** Keeps the tokens that have at least a share of the likeliest token's probability. */
record MinP(double share) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        double highest = candidates.logit(candidates.best());
        candidates.keep(token -> Math.exp(candidates.logit(token) - highest) >= share);
    }
}
