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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task's answers, judged.
 *
 * @param task the name of the task
 * @param judgements by prompt, in the order of the items, then by filter
 * @param points of each metric under each filter
 */
public record TaskScores(String task, List<List<Judgement>> judgements, List<Points> points) {
    /**
     * Creates scores from copies of the lists.
     *
     * @param task the name of the task
     * @param judgements by prompt
     * @param points of each metric
     */
    public TaskScores {
        judgements = List.copyOf(judgements);
        points = List.copyOf(points);
    }

    /**
     * Judges answers.
     *
     * @param task the task
     * @param answers one for each item, in their order
     * @return judgements and scores
     * @throws EvaluationException if the number of answers differs, or an answer is missing
     */
    public static TaskScores of(EvaluationTask task, List<String> answers) {
        List<? extends TaskItem> items = task.items();
        if (items.size() != answers.size()) {
            throw new EvaluationException(
                    task.name() + " asks " + items.size() + " prompts, but there are " + answers.size() + " answers");
        }
        List<List<Judgement>> judgements = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            if (answers.get(i) == null) {
                throw new EvaluationException(
                        task.name() + ": the prompt of " + items.get(i).origin() + " has no answer; generate it first");
            }
            judgements.add(List.copyOf(items.get(i).judge(answers.get(i))));
        }
        return new TaskScores(task.name(), judgements, points(judgements));
    }

    private static List<Points> points(List<List<Judgement>> judgements) {
        Map<List<String>, List<List<Boolean>>> verdicts = new LinkedHashMap<>();
        for (List<Judgement> prompt : judgements) {
            for (Judgement judgement : prompt) {
                judgement
                        .verdicts()
                        .forEach((metric, values) -> verdicts.computeIfAbsent(
                                        List.of(metric, judgement.filter()), key -> new ArrayList<>())
                                .add(values));
            }
        }
        return verdicts.entrySet().stream()
                .map(e -> Points.of(e.getKey().get(0), e.getKey().get(1), e.getValue()))
                .toList();
    }

    /** {@return the score of each metric under each filter} */
    public List<Score> scores() {
        return points.stream().map(Points::score).toList();
    }

    /**
     * One of the scores.
     *
     * @param metric its name
     * @param filter the way in which answers were read
     * @throws IllegalArgumentException if the task has no such score
     */
    public Score score(String metric, String filter) {
        return scores().stream()
                .filter(score -> score.metric().equals(metric) && score.filter().equals(filter))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        task + " has no " + metric + " under " + filter + ", only " + scores()));
    }
}
