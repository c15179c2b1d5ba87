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

import com.google.gson.JsonObject;
import java.util.List;

/** What a model scored on a task, as tables, comparisons and lm-evaluation-harness's files show it. */
public interface TaskResult {
    /** What the harness calls tasks of answers. */
    String GENERATED = "generate_until";

    /** {@return the name under which the task is known, such as {@code gsm8k_cot}} */
    String name();

    /** {@return the version of the task} */
    double version();

    /** {@return how many answered questions went before each one that was asked} */
    int shots();

    /** {@return the task with its settings, in a line} */
    String description();

    /** {@return what the harness calls this kind of task, such as {@value #GENERATED}} */
    String outputType();

    /** {@return the points on each prompt by each metric; the first is the one that stands for the task} */
    List<Points> points();

    /** {@return the scores by all metrics, those that are no means over prompts last} */
    default List<Score> scores() {
        return points().stream().map(Points::score).toList();
    }

    /** {@return the number of prompts} */
    default int size() {
        return points().get(0).prompts();
    }

    /** {@return a line of the harness's file of samples for each prompt under each filter} */
    List<JsonObject> samples();

    /**
     * The points by a metric.
     *
     * @param metric its name
     * @param filter the way in which answers were read
     * @return the points on each prompt
     * @throws IllegalArgumentException if the task has no such metric
     */
    default Points points(String metric, String filter) {
        return points().stream()
                .filter(points ->
                        points.metric().equals(metric) && points.filter().equals(filter))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        name() + " has no " + metric + " under " + filter + ", only " + scores()));
    }
}
