package io.github.tribuollm.llm.generation.sampling;

/**
 * Divides positive and multiplies negative logits of all tokens that were there, in the prompt or the answer (Keskar et
 * al., 2019).
 */
record RepetitionPenalty(float penalty) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        history.forEachSeen(token -> {
            if (token < candidates.vocabularySize()) {
                candidates.change(token, logit -> logit < 0 ? logit * penalty : logit / penalty);
            }
        });
    }
}
