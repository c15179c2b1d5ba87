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
package io.github.tribuollm.llm.data;

import io.github.tribuollm.llm.data.EncodingTally.Fate;
import io.github.tribuollm.llm.data.EncodingTally.Outcome;
import io.github.tribuollm.objectives.token.ColumnNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * A row as tokens, before its length is looked at.
 *
 * @param tokens all of them
 * @param answers which of them are the model's to say
 * @param weight how much it counts
 * @param origin where the row comes from
 */
record EncodedRow(int[] tokens, BitSet answers, float weight, String origin) {
    /** What the rules make of the row. */
    Outcome under(EncodingRules rules) {
        int maxLength = rules.maxLength();
        if (answers.isEmpty()) {
            return Outcome.dropped(Fate.WITHOUT_COMPLETION, origin, tokens.length);
        }
        if (tokens.length <= maxLength) {
            return Outcome.kept(Fate.KEPT, origin, tokens.length, List.of(sequence(rules)));
        }
        return switch (rules.truncation()) {
            case FAIL, DROP -> Outcome.dropped(Fate.TOO_LONG, origin, tokens.length);
            case SPLIT -> Outcome.kept(Fate.KEPT, origin, tokens.length, parts(rules));
            case TRUNCATE_END -> {
                EncodedRow kept = part(0, maxLength, origin);
                yield kept.answers.isEmpty()
                        ? Outcome.dropped(Fate.COMPLETION_LOST, origin, tokens.length)
                        : Outcome.kept(Fate.TRUNCATED, origin, tokens.length, List.of(kept.sequence(rules)));
            }
        };
    }

    /** Parts that share a token at their seam, so that each token is predicted once; those without answers are none. */
    private List<TokenSequence> parts(EncodingRules rules) {
        List<TokenSequence> parts = new ArrayList<>();
        int stride = rules.maxLength() - 1;
        for (int start = 0; start < tokens.length - 1; start += stride) {
            EncodedRow part = part(start, start + rules.maxLength(), origin + " part " + (start / stride + 1));
            if (!part.answers.isEmpty()) {
                parts.add(part.sequence(rules));
            }
        }
        return parts;
    }

    private EncodedRow part(int start, int end, String name) {
        int stop = Math.min(end, tokens.length);
        BitSet own = answers.get(start, stop);
        own.clear(0);
        return new EncodedRow(Arrays.copyOfRange(tokens, start, stop), own, weight, name);
    }

    private TokenSequence sequence(EncodingRules rules) {
        if (!rules.learnsPrompts()) {
            return new TokenSequence(tokens, compact(answers), weight, origin);
        }
        BitSet all = new BitSet(tokens.length);
        all.set(1, tokens.length);
        return rules.weighsPrompts()
                ? new TokenSequence(tokens, all, weight, origin, Map.of(ColumnNames.TOKEN_WEIGHT, weights(rules)))
                : new TokenSequence(tokens, all, weight, origin);
    }

    private float[] weights(EncodingRules rules) {
        float[] weights = new float[tokens.length];
        Arrays.fill(weights, (float) rules.promptWeight());
        answers.stream().forEach(t -> weights[t] = 1);
        return weights;
    }

    /** Returns an equal set without spare room. */
    private static BitSet compact(BitSet bits) {
        return BitSet.valueOf(bits.toLongArray());
    }
}
