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
package io.github.tribuollm.llm.evaluation.run;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.evaluation.EvaluationTask;
import io.github.tribuollm.llm.evaluation.JudgedTask;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.evaluation.TaskItem;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A task whose answers a program judges: GSM8K, IFEval, and any other {@link EvaluationTask}. Immutable. */
public final class AnsweredBenchmark implements Benchmark {
    @Config(mandatory = true, description = "What is asked, and how answers are judged.")
    private EvaluationTask task;

    private AnsweredBenchmark() {}

    /**
     * A benchmark.
     *
     * @param task what is asked, and how answers are judged
     * @throws PropertyException if it is null
     */
    public AnsweredBenchmark(EvaluationTask task) {
        this.task = task;
        postConfig();
    }

    /**
     * Checks the field.
     *
     * @throws PropertyException if there is no task
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("task", task);
    }

    @Override
    public String name() {
        return task.name();
    }

    @Override
    public List<Query> queries() {
        return task.items().stream().map(TaskItem::query).toList();
    }

    @Override
    public Measurement measure(MeasuredModel model, Path unfinished) {
        List<String> origins = task.items().stream().map(TaskItem::origin).toList();
        MeasuredModel.Answers answers = model.answers(queries(), origins, unfinished);
        JudgedTask judged = JudgedTask.of(task, answers.prompts(), answers.texts());
        return new Measurement(judged, answers.generations(), Optional.empty());
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Benchmark");
    }

    @Override
    public String toString() {
        return task.toString();
    }
}
