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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.DataColumns;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.teacher.DataBound;
import io.github.tribuollm.objectives.Requirements;
import java.util.List;

/** What must hold before the first step, so that no run fails or goes wrong later for want of it. */
final class TaskCheck {
    private TaskCheck() {}

    /**
     * Checks that the data give all that the objective looks at.
     *
     * @param task the task
     * @param data its data, with all columns
     * @throws TrainingException naming the row that does not
     */
    static void require(TrainingRun.Task task, List<TokenSequence> data) {
        Requirements needs = task.objective().requirements();
        if (needs.needsReference() && task.reference().isEmpty()) {
            throw new TrainingException(
                    "The objective compares with a reference model, but there is none: " + task.objective());
        }
        DataColumns.require(needs, data);
        needs.sparseTeachers().stream()
                .filter(DataBound.class::isInstance)
                .forEach(teacher -> ((DataBound) teacher)
                        .requireMadeFor(data, task.shape().architecture().vocabularySize()));
    }
}
