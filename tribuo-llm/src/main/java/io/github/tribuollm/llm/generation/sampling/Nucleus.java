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

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** The first tokens of an order that together have a share of the probability. */
final class Nucleus {
    private static final int FIRST = 64;
    private static final int GROWTH = 8;

    private Nucleus() {}

    /**
     * Finds them without putting the others in order.
     *
     * @param candidates of which
     * @param mass the share, in [0, 1)
     * @param key tokens of large keys come first
     * @return the tokens before which less than the share lies; at least one
     */
    static int[] of(Candidates candidates, double mass, IntToDoubleFunction key) {
        Softmax softmax = candidates.softmax();
        for (int n = FIRST; ; n = GROWTH * n) {
            int[] largest = Largest.of(candidates, n, key);
            int enough = enough(softmax, largest, mass);
            if (enough <= largest.length || largest.length == candidates.count()) {
                return Arrays.copyOf(largest, Math.min(enough, largest.length));
            }
        }
    }

    /** How many of the tokens it takes; one more than there are if they do not suffice. */
    private static int enough(Softmax softmax, int[] tokens, double mass) {
        double cumulated = 0;
        for (int i = 0; i < tokens.length; i++) {
            cumulated += softmax.probability(tokens[i]);
            if (cumulated >= mass) {
                return i + 1;
            }
        }
        return tokens.length + 1;
    }
}
