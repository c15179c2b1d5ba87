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

import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.token.Policy;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The objectives that can be named on a command line: the paper's, whose selection has options, and the literature's
 * with the settings of their papers. A configuration file can hold any other.
 */
enum ObjectiveName {
    MLE(false, false, true),
    MASKED_MLE(true, false, true),
    MASKED_MLE_DISTILL(true, true, true),
    DISTILL(false, true, false),
    RHO_1(() -> Objectives.rho1(0.4)),
    RHO_LOSS(() -> Objectives.rhoLoss(0.9)),
    KNOWLEDGE_DISTILLATION(() -> Objectives.knowledgeDistillation(2)),
    TRUNCATED_KL(() -> Objectives.truncatedKl(50, true)),
    GKD(() -> Objectives.gkd(0.5, 1)),
    DFT(Objectives::dft),
    EAFT(() -> Objectives.eaft(20)),
    ASFT(() -> Objectives.asft(0.05)),
    IW_SFT(() -> Objectives.importanceWeightedSft(1.5)),
    PSFT(() -> Objectives.psft(Policy.REFERENCE, 0.28)),
    REINFORCE(Objectives::reinforce),
    PPO(() -> Objectives.ppo(0.2)),
    GRPO(() -> Objectives.grpo(0.2, 0.04)),
    DR_GRPO(() -> Objectives.drGrpo(0.2, 1024)),
    DAPO(() -> Objectives.dapo(0.2, 0.28));

    private final boolean masked;
    private final boolean teacher;
    private final boolean label;
    private final Supplier<Objective> literature;

    ObjectiveName(boolean masked, boolean teacher, boolean label) {
        this.masked = masked;
        this.teacher = teacher;
        this.label = label;
        this.literature = null;
    }

    ObjectiveName(Supplier<Objective> literature) {
        this.masked = false;
        this.teacher = false;
        this.label = false;
        this.literature = literature;
    }

    /** The objective, if it is one of the literature's; empty if options make it up. */
    Optional<Objective> literature() {
        return Optional.ofNullable(literature).map(Supplier::get);
    }

    /** Whether only some tokens are trained on their label. */
    boolean masked() {
        return masked;
    }

    /** Whether tokens are trained on the reference model's distribution. */
    boolean teacher() {
        return teacher;
    }

    /** Whether it compares with a reference model. */
    boolean needsReference() {
        return literature().map(Objective::needsReference).orElse(teacher);
    }

    /** Options of the reference model, which act where one of the objectives compares with it. */
    static Condition comparing(List<ObjectiveName> objectives, String... options) {
        return Condition.of(
                objectives.stream().anyMatch(ObjectiveName::needsReference),
                "with an objective that compares with a reference model, such as distill or masked-mle-distill",
                options);
    }

    /** Whether tokens are trained on their label. */
    boolean label() {
        return label;
    }
}
