/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
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
