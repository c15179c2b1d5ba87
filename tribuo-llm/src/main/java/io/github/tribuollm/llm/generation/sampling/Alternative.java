package io.github.tribuollm.llm.generation.sampling;

/**
 * A token that could have come.
 *
 * @param token its id
 * @param logProbability under the model, before any processing; at most 0
 */
public record Alternative(int token, double logProbability) {}
