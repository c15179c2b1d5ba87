package io.github.tribuollm.llm.generation.sampling;

/** What is told of each generated token beside its id; all but ids takes a pass over the vocabulary a token. */
public sealed interface TokenStatistics {
    /** Ids alone: all other numbers are NaN. */
    record None() implements TokenStatistics {}

    /**
     * Log-probabilities and entropies.
     *
     * @param alternatives how many of the likeliest tokens are told, at least 0
     */
    record OfPrediction(int alternatives) implements TokenStatistics {
        /** Checks the number. */
        public OfPrediction {
            if (alternatives < 0) {
                throw new IllegalArgumentException("There are at least 0 alternatives, not " + alternatives);
            }
        }
    }
}
