package io.github.tribuollm.llm.generation.sampling;

import io.github.tribuollm.objectives.token.CounterRandom;

/**
 * The random numbers of one answer: a pure function of the seed, the prompt's tokens, the number of the sample and the
 * position in the answer, so that neither the other answers of a batch nor a restart change them.
 *
 * @param key the bits of seed, prompt and sample
 */
record Draw(long key) {
    static Draw of(long seed, int[] prompt, int sample) {
        long bits = CounterRandom.bits(seed, prompt.length);
        for (int token : prompt) {
            bits = CounterRandom.extended(bits, token);
        }
        return new Draw(CounterRandom.extended(bits, sample));
    }

    /** A multiple of 2^-53 in [0, 1). */
    double at(int position) {
        return (CounterRandom.extended(key, position) >>> 11) * 0x1p-53;
    }
}
