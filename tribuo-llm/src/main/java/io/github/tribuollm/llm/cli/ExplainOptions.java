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
package io.github.tribuollm.llm.cli;

import com.oracle.labs.mlrg.olcut.config.Option;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options of {@code explain}. */
final class ExplainOptions implements CommandOptions {
    @Option(longName = "objective", usage = "The objective, as for train.")
    String objective = "masked-mle";

    @Option(
            longName = "documents",
            usage = "How many documents, from the first, are explained; they count as one optimiser step.")
    Integer documents = 8;

    @Option(longName = "reference", usage = "The reference model's adapter in PEFT's format. Default: the base itself.")
    Path referenceAdapter;

    @Option(
            longName = "output",
            usage = "The file to write: CSV if it ends in .csv, JSON lines if in .jsonl, else the tables. Default: the"
                    + " tables on standard output.")
    Path output;

    @Option(longName = "html", usage = "Also writes a page that shows the documents coloured by each figure.")
    Path html;

    final ModelOptions model = new ModelOptions();
    final DataOptions data = new DataOptions();
    final MaskOptions mask = new MaskOptions();
    final ExperimentOptions experiment = new ExperimentOptions();
    final StorageOptions storage = new StorageOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public List<Condition> conditions() {
        if (config() != null) {
            return List.of(); // the objective is the file's
        }
        List<ObjectiveName> objectives = List.of(objective());
        List<Condition> conditions = new ArrayList<>(mask.under(objectives));
        conditions.add(ObjectiveName.comparing(objectives, "reference"));
        return conditions;
    }

    /** The objective that is named. */
    ObjectiveName objective() {
        return OptionTable.Choices.among("--objective", objective, ObjectiveName.class);
    }

    @Override
    public GeneralOptions general() {
        return general;
    }

    @Override
    public Optional<ExperimentOptions> experiment() {
        return Optional.of(experiment);
    }

    @Override
    public Replaced replacedByConfig() {
        return new Replaced(List.of("objective"), List.of(data, mask));
    }
}
