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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.ColumnNames;
import java.util.BitSet;
import java.util.List;

/** How much each token counts beside others, where the data say so: prompts that are learned a little. */
public final class TokenWeights {
    private TokenWeights() {}

    /**
     * An objective that honours what the data say.
     *
     * @param objective what is minimised
     * @param data the sequences
     * @return the objective itself, where no sequence has the column {@link ColumnNames#TOKEN_WEIGHT}; else one under
     *     which tokens count by it
     * @throws TrainingException naming the row and token whose weight is negative or not finite
     */
    public static Objective honoured(Objective objective, List<TokenSequence> data) {
        boolean weighed = false;
        for (TokenSequence sequence : data) {
            float[] weights = sequence.columns().get(ColumnNames.TOKEN_WEIGHT);
            if (weights != null) {
                require(sequence, weights);
                weighed = true;
            }
        }
        return weighed ? objective.counted() : objective;
    }

    private static void require(TokenSequence sequence, float[] weights) {
        BitSet completion = sequence.completion();
        for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
            if (!(weights[t] >= 0) || Float.isInfinite(weights[t])) {
                throw new TrainingException(sequence.origin() + ": column \"" + ColumnNames.TOKEN_WEIGHT + "\" is "
                        + weights[t] + " at token " + t + "; a weight is a finite number of at least 0");
            }
        }
    }
}
