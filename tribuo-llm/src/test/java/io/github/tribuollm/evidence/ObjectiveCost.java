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
package io.github.tribuollm.evidence;

import io.github.tribuollm.fixtures.BundledModel;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The time of a step under each objective relative to maximum likelihood, all in turns in one process, on the bundled
 * checkpoint with sixteen word problems in one micro-batch. The reference model is the base.
 */
final class ObjectiveCost {
    private static final int ROUNDS = 15;

    private ObjectiveCost() {}

    private static Map<String, Objective> objectives() {
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("mle", Objective.mle());
        all.put("masked-mle by loss", Objective.maskedMle(0.75));
        all.put("masked-mle by entropy", Objectives.maskedMle(new EntropyScore(), 0.75));
        all.put("masked-mle by random", Objectives.maskedMle(new RandomScore(1), 0.75));
        all.put("document selection", Objectives.documentSelection(new LossScore(), 0.75));
        all.put("masked-mle + distill", Objective.maskedMleDistill(0.75));
        all.put("knowledge distillation", Objectives.knowledgeDistillation(2));
        all.put("truncated-kl, k = 50", Objectives.truncatedKl(50, true));
        all.put("gkd, beta = 0.5", Objectives.gkd(0.5, 1));
        all.put("rho-1", Objectives.rho1(0.4));
        all.put("rho-loss", Objectives.rhoLoss(0.9));
        all.put("dft", Objectives.dft());
        all.put("eaft", Objectives.eaft(20));
        all.put("asft", Objectives.asft(0.05));
        all.put("iw-sft", Objectives.importanceWeightedSft(1.5));
        all.put("psft", Objectives.psft(Policy.REFERENCE, 0.28));
        all.put("reinforce", Objectives.reinforce());
        all.put("ppo", Objectives.ppo(0.2));
        all.put("grpo with penalty", Objectives.grpo(0.2, 0.04));
        all.put("dr-grpo", Objectives.drGrpo(0.2, 512));
        all.put("dapo", Objectives.dapo(0.2, 0.28));
        return all;
    }

    private static TokenSequence withColumns(TokenSequence sequence) {
        float[] advantage = new float[sequence.length()];
        float[] old = new float[sequence.length()];
        for (int t = 0; t < advantage.length; t++) {
            advantage[t] = CounterRandom.uniform(sequence.origin().hashCode(), t) - 0.5f;
            old[t] = -1 - advantage[t];
        }
        return sequence.with(ColumnNames.ADVANTAGE, advantage).with(ColumnNames.OLD_LOG_PROBABILITY, old);
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        try (BundledModel bundled = new BundledModel()) {
            List<MicroBatch> batch = BundledModel.batch(
                    bundled.data.stream().map(ObjectiveCost::withColumns).toList());
            Map<String, OptimiserStep> steps = new LinkedHashMap<>();
            objectives().forEach((name, objective) -> steps.put(name, bundled.step(objective)));
            Map<String, List<Double>> times = new LinkedHashMap<>();
            for (int round = -3; round < ROUNDS; round++) {
                boolean timed = round >= 0;
                steps.forEach((name, step) -> {
                    double time = BundledModel.milliseconds(step, batch);
                    if (timed) {
                        times.computeIfAbsent(name, n -> new ArrayList<>()).add(time);
                    }
                });
            }
            steps.values().forEach(OptimiserStep::close);
            double mle = BundledModel.median(times.get("mle"));
            StringBuilder figures = new StringBuilder();
            times.forEach((name, values) -> figures.append(
                    String.format(Locale.ROOT, ", \"%s\": %.2f", name, BundledModel.median(values) / mle)));
            System.out.printf(
                    Locale.ROOT,
                    "{\"claim\": \"cost of objectives\", \"rounds\": %d, \"mle_ms\": %.1f%s}%n",
                    ROUNDS,
                    mle,
                    figures);
        }
    }
}
