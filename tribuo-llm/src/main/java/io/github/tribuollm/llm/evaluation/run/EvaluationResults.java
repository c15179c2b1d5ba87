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

import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.HarnessFiles;
import io.github.tribuollm.llm.evaluation.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an evaluation found.
 *
 * @param evaluation what was measured by what, with the batch size that was taken
 * @param models what each model did, in their order
 * @param started when the evaluation began
 * @param took how long it ran since it was last begun
 */
public record EvaluationResults(Evaluation evaluation, List<ModelResults> models, Instant started, Duration took) {
    /** Copies the list. */
    public EvaluationResults {
        models = List.copyOf(models);
    }

    /**
     * The results of a model.
     *
     * @param name its name
     * @throws EvaluationException if there is none
     */
    public ModelResults model(String name) {
        return models.stream()
                .filter(model -> model.model().equals(name))
                .findFirst()
                .orElseThrow(() -> new EvaluationException("There is no model " + name + " among "
                        + models.stream().map(ModelResults::model).toList()));
    }

    /** {@return the SHA-256 of the samples of each model on each benchmark, by {@code model/benchmark}} */
    public SortedMap<String, String> sha256() {
        SortedMap<String, String> hashes = new TreeMap<>();
        for (ModelResults model : models) {
            for (TaskResult result : model.results()) {
                hashes.put(model.model() + "/" + result.name(), Sha256.of(HarnessFiles.lines(result)));
            }
        }
        return hashes;
    }
}
