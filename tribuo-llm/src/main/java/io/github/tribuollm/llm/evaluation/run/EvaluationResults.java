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
import io.github.tribuollm.llm.evaluation.alpacaeval.HeadToHead;
import io.github.tribuollm.uncertainty.SummaryTable;
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
 * @param rivals head-to-heads of the models with the one that the evaluation names
 * @param started when the evaluation began
 * @param took how long it ran since it was last begun
 */
public record EvaluationResults(
        Evaluation evaluation, List<ModelResults> models, List<Rival> rivals, Instant started, Duration took) {
    /**
     * A model's answers beside those of another, by the judge's preferences in both orders.
     *
     * @param model the name of the model
     * @param headToHead how often it is preferred
     */
    public record Rival(String model, HeadToHead headToHead) {}

    /** Copies the lists. */
    public EvaluationResults {
        models = List.copyOf(models);
        rivals = List.copyOf(rivals);
    }

    /**
     * The results of a model.
     *
     * @param name its name
     * @throws EvaluationException if there is none
     */
    public ModelResults model(String name) {
        return model(models, name);
    }

    static ModelResults model(List<ModelResults> models, String name) {
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

    /** {@return the head-to-heads as a table; without rows where there are none} */
    public SummaryTable rivalTable() {
        SummaryTable table = SummaryTable.captioned(
                "Preferred to the answers of " + evaluation.rival().orElse("no model")
                        + ", in percent: as it is, and for equal lengths halfway between the positions",
                "model",
                "win rate",
                "±",
                "adjusted",
                "± adjusted",
                "position",
                "length");
        for (Rival rival : rivals) {
            HeadToHead found = rival.headToHead();
            table = table.row(
                    rival.model(),
                    found.winRate(),
                    found.standardError(),
                    found.adjustedWinRate(),
                    found.adjustedStandardError(),
                    found.position(),
                    found.length());
        }
        return table;
    }
}
