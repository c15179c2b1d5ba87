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
import io.github.tribuollm.objectives.Requirements;
import java.util.BitSet;
import java.util.List;

/** The columns of the data that an objective looks at. */
public final class DataColumns {
    private DataColumns() {}

    /**
     * Checks that each column is there, with a finite number for each completion token.
     *
     * @param needs what the objective looks at
     * @param data the sequences
     * @throws TrainingException naming the row, and the column or the token, that lacks one
     */
    public static void require(Requirements needs, List<TokenSequence> data) {
        for (String column : needs.columns()) {
            data.forEach(sequence -> require(sequence, column));
        }
    }

    private static void require(TokenSequence sequence, String column) {
        float[] values = sequence.columns().get(column);
        if (values == null) {
            throw new TrainingException(sequence.origin() + ": the sequence has no column \"" + column
                    + "\", which the objective looks at; it has "
                    + sequence.columns().keySet() + "; read it from rollouts, or add a TokenColumnFile to the data");
        }
        BitSet completion = sequence.completion();
        for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
            if (!Float.isFinite(values[t])) {
                throw new TrainingException(sequence.origin() + ": column \"" + column + "\" is " + values[t]
                        + " at completion token " + t + "; every completion token needs a finite number");
            }
        }
    }
}
