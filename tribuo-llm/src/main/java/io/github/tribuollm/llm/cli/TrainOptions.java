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

/** The options of {@code train}. */
final class TrainOptions implements CommandOptions {
    @Option(
            longName = "output",
            usage = "The directory for everything that the run writes. One run at a time may use it; the same command"
                    + " again resumes a run that was interrupted.")
    Path output;

    @Option(
            longName = "objective",
            usage = "What is minimised: mle (the loss of every completion token), masked-mle (of the selected ones"
                    + " only), masked-mle-distill (the others stay close to a reference model), distill (all tokens"
                    + " stay close to it); or one of the literature's: rho-1, rho-loss, knowledge-distillation,"
                    + " truncated-kl, gkd, dft, eaft, asft, iw-sft, psft; for rollouts in a configuration: reinforce,"
                    + " ppo, grpo, dr-grpo, dapo. Default: mle.")
    String objective;

    @Option(
            longName = "held-out",
            usage = "Files to measure the loss on, in the format of --data or as FORMAT:FILE. The name of a file"
                    + " becomes the name of its figures.")
    List<String> heldOut = new ArrayList<>();

    @Option(longName = "held-out-rows", usage = "Rows of each held-out file to use; 0 for all.")
    Integer heldOutRows = 0;

    @Option(
            longName = "answers",
            usage =
                    "Answers so many prompts of the first held-out file at each evaluation, side by side in answers.html.")
    Integer answers = 0;

    final TrainerOptions training = new TrainerOptions();
    final DataOptions data = new DataOptions();
    final MaskOptions mask = new MaskOptions();
    final ExperimentOptions experiment = new ExperimentOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public List<Condition> conditions() {
        List<ObjectiveName> objectives = List.of(objective());
        List<Condition> conditions = new ArrayList<>(mask.under(objectives));
        conditions.add(ObjectiveName.comparing(objectives, "reference", "reference-checkpoint", "default-reference"));
        conditions.add(TrainerOptions.evaluating(!heldOut.isEmpty(), "--held-out FILE"));
        return conditions;
    }

    /** The objective that is named. */
    ObjectiveName objective() {
        return objective == null
                ? ObjectiveName.MLE
                : OptionTable.Choices.among("--objective", objective, ObjectiveName.class);
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
        return new Replaced(List.of("objective", "held-out", "held-out-rows"), List.of(training, data, mask));
    }
}
