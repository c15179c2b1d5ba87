package io.github.tribuollm.llm.generation.sampling;

import java.util.Arrays;
import java.util.BitSet;

/** Keeps the fewest likeliest tokens that together have the probability p (Holtzman et al., 2020). */
record TopP(double p) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        BitSet kept = new BitSet();
        Arrays.stream(Nucleus.of(candidates, p, candidates::logit)).forEach(kept::set);
        candidates.keep(kept::get);
    }
}
