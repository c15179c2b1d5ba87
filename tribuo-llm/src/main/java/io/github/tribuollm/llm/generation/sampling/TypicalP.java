package io.github.tribuollm.llm.generation.sampling;

import java.util.function.IntToDoubleFunction;

/**
 * Keeps the tokens whose information, -log p, is nearest to the entropy, until they have a share of the probability, and
 * those as near as the last of them (Meister et al., 2023).
 */
record TypicalP(double mass) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        Softmax softmax = candidates.softmax();
        double entropy = softmax.entropy();
        IntToDoubleFunction nearness = token -> -Math.abs(-softmax.logProbability(token) - entropy);
        int[] typical = Nucleus.of(candidates, mass, nearness);
        double farthest = nearness.applyAsDouble(typical[typical.length - 1]);
        candidates.keep(token -> nearness.applyAsDouble(token) >= farthest);
    }
}
