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
package io.github.tribuollm.objectives;

import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LogRatioScore;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.Selector;
import io.github.tribuollm.objectives.weight.SoftFunction;
import io.github.tribuollm.objectives.weight.SoftWeight;
import io.github.tribuollm.objectives.weight.Threshold;
import io.github.tribuollm.objectives.weight.TopCount;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objectives that {@code make_objective_fixtures.py} computes, by its names. */
public final class ReadyMade {
    private ReadyMade() {}

    static Map<String, Objective> objectives() {
        return objectives(new NamedTeacher("samples", 6), new NamedTeacher("oracle", 3));
    }

    /**
     * The objectives.
     *
     * @param samples a sparse teacher of six samples a token
     * @param oracle an oracle of three labels a token
     * @return the objectives by name
     */
    public static Map<String, Objective> objectives(SparseTeacher samples, SparseTeacher oracle) {
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("mle", Objective.mle());
        all.put("masked-mle", Objective.maskedMle(0.75));
        all.put("masked-mle-distill", Objective.maskedMleDistill(0.75));
        all.put("self-distill", Objective.distill());
        all.put("masked-mle-entropy", Objectives.maskedMle(new EntropyScore(), 0.6));
        all.put("masked-mle-random", Objectives.maskedMle(new RandomScore(1), 0.6));
        all.put("document-selection", Objectives.documentSelection(new LossScore(), 0.5));
        all.put("bayesian-active-learning", Objectives.bayesianActiveLearning(0.5));
        all.put("rho-1", Objectives.rho1(0.4));
        all.put("rho-loss", Objectives.rhoLoss(0.7));
        all.put("knowledge-distillation", Objectives.knowledgeDistillation(2));
        all.put("truncated-kl", Objectives.truncatedKl(4, false));
        all.put("truncated-kl-renormalised", Objectives.truncatedKl(4, true));
        all.put("sparse-distillation", Objectives.sparseDistillation(samples));
        all.put("oracle-label-noise", Objectives.oracleLabelNoise(oracle));
        all.put("gkd-forward", Objectives.gkd(0, 1));
        all.put("gkd-0.1", Objectives.gkd(0.1, 1));
        all.put("gkd-0.5", Objectives.gkd(0.5, 1.5));
        all.put("gkd-reverse", Objectives.gkd(1, 1));
        all.put("dft", Objectives.dft());
        all.put("asft", Objectives.asft(0.05));
        all.put("eaft", Objectives.eaft(5));
        all.put("iw-sft", Objectives.importanceWeightedSft(1.5));
        all.put("psft", Objectives.psft(Policy.OLD, 0.2));
        all.put("psft-reference", Objectives.psft(Policy.REFERENCE, 0.3));
        all.put("reinforce", Objectives.reinforce());
        all.put("ppo", Objectives.ppo(0.2));
        all.put("grpo", Objectives.grpo(0.2, 0.04));
        all.put("dr-grpo", Objectives.drGrpo(0.2, 32));
        all.put("dapo", Objectives.dapo(0.2, 0.28));
        all.put("top-in-each-document", masked(new TopQuantile(0.8), Scope.SEQUENCE));
        all.put("five-hardest", masked(new TopCount(5), Scope.OPTIMISER_STEP));
        all.put("above-1.5-nats", masked(new Threshold(1.5), Scope.DATASET));
        all.put("soft-threshold", softThreshold());
        all.put("iw-sft-by-document", importanceWeightedByDocument());
        return all;
    }

    private static Objective masked(Selector selector, Scope scope) {
        return Objective.maskedMle(new Selection(new LossScore(), selector, Granularity.TOKEN, scope));
    }

    private static Objective softThreshold() {
        SoftWeight hard = new SoftWeight(new LossScore(), SoftFunction.SIGMOID, 2).shifted(1);
        return new Objective(List.of(new Term(new LabelTarget(), hard, Normaliser.WEIGHT_SUM, 1)));
    }

    private static Objective importanceWeightedByDocument() {
        SoftWeight ratio = new SoftWeight(new LogRatioScore(Policy.REFERENCE), SoftFunction.EXP, 1);
        return new Objective(
                List.of(new Term(new LabelTarget(), ratio.clipped(0.5, 1.5).byDocument(), Normaliser.VALID, 1)));
    }
}
