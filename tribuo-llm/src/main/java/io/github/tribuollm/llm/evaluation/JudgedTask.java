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

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was asked, answered and judged.
 *
 * @param task the task
 * @param prompts the texts that the model read, one for each item in their order
 * @param answers what it answered, in the same order
 * @param judged the judged answers
 */
public record JudgedTask(EvaluationTask task, List<String> prompts, List<String> answers, TaskScores judged)
        implements TaskResult {
    private static final Gson JSON = new Gson();

    /**
     * Creates it from copies of the lists.
     *
     * @param task the task
     * @param prompts the texts that the model read
     * @param answers what it answered
     * @param judged the judged answers
     * @throws EvaluationException if their numbers differ
     */
    public JudgedTask {
        prompts = List.copyOf(prompts);
        answers = List.copyOf(answers);
        if (prompts.size() != answers.size() || judged.judgements().size() != answers.size()) {
            throw new EvaluationException(task.name() + " has " + prompts.size() + " prompts, " + answers.size()
                    + " answers and " + judged.judgements().size() + " judgements");
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

    @Override
    public String name() {
        return task.name();
    }

    @Override
    public double version() {
        return task.version();
    }

    @Override
    public int shots() {
        return task.shots();
    }

    @Override
    public String description() {
        return task.toString();
    }

    @Override
    public String outputType() {
        return GENERATED;
    }

    @Override
    public List<Points> points() {
        return judged.points();
    }

    @Override
    public List<JsonObject> samples() {
        List<? extends TaskItem> items = task.items();
        List<JsonObject> samples = new ArrayList<>();
        int filters = judged.judgements().get(0).size();
        for (int filter = 0; filter < filters; filter++) {
            for (int i = 0; i < items.size(); i++) {
                samples.add(sample(i, items.get(i), judged.judgements().get(i).get(filter)));
            }
        }
        return samples;
    }

    private JsonObject sample(int index, TaskItem item, Judgement judgement) {
        Map<String, JsonElement> metrics = new LinkedHashMap<>();
        judgement.verdicts().forEach((metric, verdicts) -> metrics.put(metric, value(metric, verdicts)));
        return new HarnessSample(index, item.document(), item.target(), prompts.get(index))
                .line(
                        settings(item.query()),
                        new JsonPrimitive(answers.get(index)),
                        new HarnessSample.Filtered(
                                judgement.filter(), new JsonPrimitive(judgement.extracted()), metrics));
    }

    private static JsonObject settings(Query query) {
        JsonObject generation = new JsonObject();
        generation.add("until", JSON.toJsonTree(query.stops()));
        generation.addProperty("do_sample", false);
        generation.addProperty("max_gen_toks", query.maxTokens());
        return generation;
    }

    /** {@return a number where every prompt has one verdict by the metric, else a list, as in the harness} */
    private JsonElement value(String metric, List<Boolean> verdicts) {
        boolean single = points().stream()
                .filter(points -> points.metric().equals(metric))
                .allMatch(Points::countPromptsOnce);
        return single ? new JsonPrimitive(verdicts.get(0) ? 1.0 : 0.0) : JSON.toJsonTree(verdicts);
    }
}
