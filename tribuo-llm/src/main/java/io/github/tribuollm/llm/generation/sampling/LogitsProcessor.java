package io.github.tribuollm.llm.generation.sampling;

/** Changes what may come next. */
@FunctionalInterface
interface LogitsProcessor {
    /**
     * Bans candidates, or changes their logits.
     *
     * @param candidates the next tokens
     * @param history the tokens before them
     */
    void process(Candidates candidates, TokenHistory history);
}
