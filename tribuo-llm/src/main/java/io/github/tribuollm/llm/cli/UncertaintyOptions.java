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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.Option;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import java.nio.file.Path;
import java.util.List;

/** How uncertainty is measured. */
final class UncertaintyOptions implements OptionGroup {
    @Option(
            longName = "uncertainty",
            usage =
                    "What is measured beside loss and entropy: mc-dropout and ensemble give total, aleatoric and epistemic"
                            + " uncertainty, hold-out-loss the excess over a reference's loss. Several with commas.")
    List<String> uncertainty;

    @Option(longName = "samples", usage = "For mc-dropout: the number of samples.")
    Integer samples;

    @Option(longName = "rate", usage = "For mc-dropout: how many elements are dropped, in [0, 1).")
    Double rate;

    @Option(
            longName = "places",
            usage =
                    "For mc-dropout: where, in the architecture's own places, at the inputs of an adapter, or at the inputs"
                            + " of all linear layers.")
    String places;

    @Option(longName = "seed", usage = "For mc-dropout: the seed of the masks.")
    Long seed;

    @Option(
            longName = "samples-at-once",
            usage = "For mc-dropout: samples that run together; changes memory and speed, not results.")
    Integer samplesAtOnce;

    @Option(longName = "pairwise", usage = "For mc-dropout: measure EPKL and RMI too. An ensemble always does.")
    boolean pairwise;

    @Option(longName = "members", usage = "For ensemble: the directories of at least two adapters, with commas.")
    List<Path> members;

    @Option(longName = "reference-checkpoint", usage = "For hold-out-loss: the reference. Default: the model's base.")
    Path referenceCheckpoint;

    @Option(longName = "reference-adapter", usage = "For hold-out-loss: the reference's adapter. Default: none.")
    Path referenceAdapter;

    @Option(
            longName = "batch-tokens",
            usage = "With --uncertainty, in place of --batch-size: the most tokens in memory at a time.")
    Integer batchTokens;

    @Override
    public String heading() {
        return "Uncertainty";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(MonteCarloDropout.class, UncertaintyEvaluator.class);
    }

    @Override
    public List<Condition> conditions() {
        List<UncertaintyName> measured = measured();
        return List.of(
                UncertaintyName.MC_DROPOUT.condition(
                        measured, "samples", "rate", "places", "seed", "samples-at-once", "pairwise"),
                UncertaintyName.ENSEMBLE.condition(measured, "members"),
                UncertaintyName.HOLD_OUT_LOSS.condition(measured, "reference-checkpoint", "reference-adapter"),
                Condition.of(!measured.isEmpty(), "with --uncertainty", "batch-tokens"));
    }

    /** The ways to measure that are named. */
    List<UncertaintyName> measured() {
        return uncertainty == null
                ? List.of()
                : uncertainty.stream()
                        .map(name -> OptionTable.Choices.among("--uncertainty", name, UncertaintyName.class))
                        .toList();
    }
}
