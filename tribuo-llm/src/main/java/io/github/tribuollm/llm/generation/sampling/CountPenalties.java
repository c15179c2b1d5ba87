package io.github.tribuollm.llm.generation.sampling;

/**
 * Lowers the logit of each generated token, once for being there and once for each time, as OpenAI's and vLLM's
 * interfaces do; the prompt does not count. transformers has no such penalties.
 *
 * @param presence what being there costs
 * @param frequency what each time costs
 */
record CountPenalties(double presence, double frequency) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        history.counts()
                .forEach((token, times) -> candidates.change(token, logit -> logit - presence - frequency * times));
    }
}
