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
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;

/**
 * The tokens that may come next, with their logits. What is banned has the logit -infinity; what was kept out by a
 * warper is no longer looked at, so that a step over a large vocabulary costs little after the first restriction.
 */
final class Candidates {
    private final float[] logits;
    /** Null while all are looked at. */
    private int[] tokens;

    private int count;

    /**
     * All tokens.
     *
     * @param logits one for each token of the vocabulary; they are changed
     * @throws GenerationException naming the first that is NaN or +infinity
     */
    Candidates(float[] logits) {
        this.logits = logits;
        for (int token = 0; token < logits.length; token++) {
            if (!(logits[token] < Float.POSITIVE_INFINITY)) {
                throw new GenerationException("The model's logit of token " + token + " is " + logits[token]
                        + ", so that no next token can be chosen; check the checkpoint and its adapter with score");
            }
        }
        count = logits.length;
    }

    /** How many tokens are looked at. */
    int count() {
        return count;
    }

    int vocabularySize() {
        return logits.length;
    }

    /** A token that is looked at; in the order of their ids. */
    int token(int index) {
        return tokens == null ? index : tokens[index];
    }

    float logit(int token) {
        return logits[token];
    }

    void change(int token, DoubleUnaryOperator change) {
        logits[token] = (float) change.applyAsDouble(logits[token]);
    }

    /** A token beyond the vocabulary is none that could come. */
    void ban(int token) {
        if (token < logits.length) {
            logits[token] = Float.NEGATIVE_INFINITY;
        }
    }

    void divideBy(float divisor) {
        for (int i = 0; i < count; i++) {
            logits[token(i)] /= divisor;
        }
    }

    /** Bans all but those. */
    void keep(IntPredicate kept) {
        int[] those = tokens == null ? new int[count] : tokens;
        int left = 0;
        for (int i = 0; i < count; i++) {
            int token = token(i);
            if (kept.test(token)) {
                those[left++] = token;
            } else {
                logits[token] = Float.NEGATIVE_INFINITY;
            }
        }
        tokens = those;
        count = left;
    }

    /** Allows those tokens and no other, with the logit 0. */
    void force(int... forced) {
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        for (int token : forced) {
            logits[token] = 0;
        }
    }

    /** The likeliest token; of several the one with the lowest id. */
    int best() {
        int best = token(0);
        for (int i = 1; i < count; i++) {
            int token = token(i);
            if (logits[token] > logits[best]) {
                best = token;
            }
        }
        return best;
    }

    /** The probabilities of what is looked at. */
    Softmax softmax() {
        return Softmax.of(this);
    }

    /** The logits of the whole vocabulary. */
    float[] logits() {
        return logits;
    }
}
