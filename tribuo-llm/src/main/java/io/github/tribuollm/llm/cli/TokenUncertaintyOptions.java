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
import io.github.tribuollm.llm.uncertainty.DeepEnsemble;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import java.nio.file.Path;
import java.util.List;

/** How uncertainty is measured of tokens while they are generated. */
final class TokenUncertaintyOptions implements OptionGroup {
    @Option(
            longName = "uncertainty",
            usage = "Measures total, aleatoric and epistemic uncertainty of each token, as score does: by mc-dropout or"
                    + " ensemble.")
    String uncertainty;

    @Option(longName = "uncertainty-samples", usage = "For mc-dropout: the number of samples of dropout.")
    Integer samples;

    @Option(longName = "rate", usage = "For mc-dropout: how many elements are dropped, in [0, 1).")
    Double rate;

    @Option(
            longName = "places",
            usage = "For mc-dropout: where, in the architecture's own places, at the inputs of an adapter, or at the"
                    + " inputs of all linear layers.")
    String places;

    @Option(longName = "uncertainty-seed", usage = "For mc-dropout: the seed of the masks.")
    Long seed;

    @Option(longName = "pairwise", usage = "For mc-dropout: measure EPKL and RMI too. An ensemble always does.")
    boolean pairwise;

    @Option(longName = "members", usage = "For ensemble: the directories of at least two adapters, with commas.")
    List<Path> members;

    /** Whether anything is to be measured. */
    boolean asked() {
        return uncertainty != null;
    }

    @Override
    public String heading() {
        return "Uncertainty";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(MonteCarloDropout.class, DeepEnsemble.class);
    }

    @Override
    public List<Condition> conditions() {
        List<UncertaintyName> measured = uncertainty == null ? List.of() : List.of(kind());
        return List.of(
                UncertaintyName.MC_DROPOUT.condition(
                        measured, "uncertainty-samples", "rate", "places", "uncertainty-seed", "pairwise"),
                UncertaintyName.ENSEMBLE.condition(measured, "members"));
    }

    /** The way to measure that is asked for. */
    UncertaintyName kind() {
        OptionTable.Choices.among("--uncertainty", uncertainty, List.of("mc-dropout", "ensemble"));
        UncertaintyName kind = OptionTable.Choices.among("--uncertainty", uncertainty, UncertaintyName.class);
        if (kind == UncertaintyName.ENSEMBLE) {
            UncertaintyName.requireMembers(members);
        }
        return kind;
    }
}
