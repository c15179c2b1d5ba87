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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The options of {@code compare}. */
final class CompareOptions implements CommandOptions {
    @Option(
            longName = "output",
            usage = "The directory for the report and, in one folder each, the runs. The same command again goes on"
                    + " where it was interrupted.")
    Path output;

    @Option(
            longName = "objectives",
            usage = "What to compare: mle, masked-mle, masked-mle-distill, distill, or objectives of the configuration"
                    + " by name. One that distils takes the result of mle for its reference.")
    List<String> objectives = List.of("mle", "masked-mle", "masked-mle-distill");

    @Option(
            longName = "held-out",
            usage = "A file of the same distribution as the training data, in the same format or as FORMAT:FILE.")
    String heldOut;

    @Option(longName = "out-of-distribution", usage = "A file of another distribution, such as alpaca:alpaca.json.")
    String outOfDistribution;

    @Option(longName = "held-out-rows", usage = "Rows of each of these files to use; 0 for all.")
    Integer heldOutRows = 0;

    @Option(longName = "documents", usage = "How many documents of each file the report shows.")
    Integer documents = 3;

    @Option(
            longName = "mark",
            usage = "The quantile of the loss, over the shown training documents, above which a token is marked.")
    Double mark = 0.75;

    final TrainerOptions training = new TrainerOptions();
    final DataOptions data = new DataOptions();
    final MaskOptions mask = new MaskOptions();
    final ExperimentOptions experiment = new ExperimentOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public List<Condition> conditions() {
        List<ObjectiveName> named = named();
        List<Condition> conditions = new ArrayList<>(mask.under(named));
        conditions.add(ObjectiveName.comparing(named, "reference", "reference-checkpoint", "default-reference"));
        conditions.add(TrainerOptions.evaluating(
                heldOut != null || outOfDistribution != null, "--held-out FILE or --out-of-distribution FILE"));
        return conditions;
    }

    /** Those among the objectives that are no components of a configuration. */
    private List<ObjectiveName> named() {
        return Arrays.stream(ObjectiveName.values())
                .filter(name -> objectives.contains(OptionTable.Choices.written(name.name())))
                .toList();
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
        return new Replaced(List.of("held-out", "out-of-distribution", "held-out-rows"), List.of(training, data));
    }
}
