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

import io.github.tribuollm.llm.uncertainty.DeepEnsemble;
import io.github.tribuollm.llm.uncertainty.ReducibleHoldOutLoss;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** The ways to measure uncertainty, beside loss, entropy and margin, that can be named on a command line. */
enum UncertaintyName {
    MC_DROPOUT(MonteCarloDropout.class),
    ENSEMBLE(DeepEnsemble.class),
    HOLD_OUT_LOSS(ReducibleHoldOutLoss.class);

    private final Class<? extends UncertaintyEstimator> type;

    UncertaintyName(Class<? extends UncertaintyEstimator> type) {
        this.type = type;
    }

    /** Options that act where this is among what is measured. */
    Condition condition(Collection<UncertaintyName> measured, String... options) {
        return Condition.of(
                measured.contains(this), "with --uncertainty " + OptionTable.Choices.written(name()), options);
    }

    Class<? extends UncertaintyEstimator> type() {
        return type;
    }

    /** Checks what an ensemble is made of; a model that is named twice would agree with itself. */
    static void requireMembers(List<Path> members) {
        if (members == null) {
            throw new UsageError("--members is missing: the directories of the ensemble's adapters, with commas");
        }
        for (Path member : members) {
            if (members.indexOf(member) != members.lastIndexOf(member)) {
                throw new UsageError("--members names " + member + " twice; a model does not disagree with itself");
            }
        }
    }
}
