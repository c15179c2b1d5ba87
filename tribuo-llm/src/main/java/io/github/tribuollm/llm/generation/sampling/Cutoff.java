package io.github.tribuollm.llm.generation.sampling;

import java.util.function.ToDoubleFunction;

/**
 * Keeps the tokens with at least a probability, and the likeliest in any case (Hewitt et al., 2022).
 *
 * @param lowest the probability, of the prediction
 */
record Cutoff(ToDoubleFunction<Softmax> lowest) implements LogitsProcessor {
    static Cutoff epsilon(double epsilon) {
        return new Cutoff(softmax -> epsilon);
    }

    /** min(epsilon, sqrt(epsilon) exp(-H)): the more uncertain the prediction, the less is cut off. */
    static Cutoff eta(double epsilon) {
        return new Cutoff(softmax -> Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-softmax.entropy())));
    }

    @Override
    public void process(Candidates candidates, TokenHistory history) {
        Softmax softmax = candidates.softmax();
        double least = lowest.applyAsDouble(softmax);
        candidates.keep(token ->
                softmax.probability(token) >= least || candidates.logit(token) >= softmax.highest());
    }
}
