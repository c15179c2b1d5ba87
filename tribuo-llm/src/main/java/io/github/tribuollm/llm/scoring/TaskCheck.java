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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.teacher.DataBound;
import io.github.tribuollm.llm.training.TrainingRun;
import io.github.tribuollm.objectives.Requirements;
import java.util.BitSet;
import java.util.List;

/** What must hold before the first step, so that no run fails or goes wrong later for want of it. */
public final class TaskCheck {
    private TaskCheck() {}

    /**
     * Checks that the data give all that the objective looks at.
     *
     * @param task the task
     * @param data its data, with all columns
     * @throws TrainingException naming the row that does not
     */
    public static void require(TrainingRun.Task task, List<TokenSequence> data) {
        Requirements needs = task.objective().requirements();
        if (needs.needsReference() && task.reference().isEmpty()) {
            throw new TrainingException(
                    "The objective compares with a reference model, but there is none: " + task.objective());
        }
        requireColumns(needs, data);
        needs.sparseTeachers().stream()
                .filter(DataBound.class::isInstance)
                .forEach(teacher -> ((DataBound) teacher)
                        .requireMadeFor(data, task.shape().architecture().vocabularySize()));
    }

    /** Checks that the data have the columns that an objective looks at, with a finite number for each token. */
    static void requireColumns(Requirements needs, List<TokenSequence> data) {
        for (String column : needs.columns()) {
            data.forEach(sequence -> requireColumn(sequence, column));
        }
    }

    private static void requireColumn(TokenSequence sequence, String column) {
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
