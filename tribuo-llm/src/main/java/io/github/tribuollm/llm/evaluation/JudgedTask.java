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
package io.github.tribuollm.llm.evaluation;

import java.util.List;

/**
 * What was asked, answered and judged.
 *
 * @param task the task
 * @param prompts the texts that the model read, one for each item in their order
 * @param answers what it answered, in the same order
 * @param scores the judged answers
 */
public record JudgedTask(EvaluationTask task, List<String> prompts, List<String> answers, TaskScores scores) {
    /**
     * Creates it from copies of the lists.
     *
     * @param task the task
     * @param prompts the texts that the model read
     * @param answers what it answered
     * @param scores the judged answers
     * @throws EvaluationException if their numbers differ
     */
    public JudgedTask {
        prompts = List.copyOf(prompts);
        answers = List.copyOf(answers);
        if (prompts.size() != answers.size() || scores.judgements().size() != answers.size()) {
            throw new EvaluationException(task.name() + " has " + prompts.size() + " prompts, " + answers.size()
                    + " answers and " + scores.judgements().size() + " judgements");
        }
    }

    /**
     * Judges answers.
     *
     * @param task the task
     * @param prompts the texts that the model read, one for each item in their order
     * @param answers what it answered, in the same order
     * @throws EvaluationException if their numbers differ, or an answer is missing
     */
    public static JudgedTask of(EvaluationTask task, List<String> prompts, List<String> answers) {
        TaskScores scores = TaskScores.of(task, answers);
        return new JudgedTask(task, prompts, answers, scores);
    }
}
