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

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Score;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much the gradients of an optimiser step of eight sequences depend on the cut into micro-batches of 1, 2, 4 and 8.
 *
 * <p>Prints one line for each objective and the worst relative difference at last.
 */
public final class MicroBatchEvidence {
    private MicroBatchEvidence() {}

    /** Objectives by name: each score and granularity, each normaliser, distillation. */
    public static Map<String, Objective> objectives() {
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("mle", Objective.mle());
        all.put("maskedMle", Objective.maskedMle(0.75));
        all.put("maskedMleDistill", Objective.maskedMleDistill(0.75));
        all.put("distill", Objective.distill());
        for (Score score : List.of(new LossScore(), new EntropyScore(), new RandomScore(3))) {
            for (Granularity granularity : Granularity.values()) {
                all.put("maskedMle by " + score + " of " + granularity, Objective.maskedMle(mask(score, granularity)));
            }
        }
        for (Normaliser normaliser : Normaliser.values()) {
            all.put("mle / " + normaliser, labels(new AllTokens(), normaliser));
            all.put("maskedMle / " + normaliser, labels(mask(new LossScore(), Granularity.TOKEN), normaliser));
        }
        return all;
    }

    private static TokenWeight mask(Score score, Granularity granularity) {
        return new Selection(score, new TopQuantile(0.75), granularity, Scope.OPTIMISER_STEP);
    }

    private static Objective labels(TokenWeight weight, Normaliser normaliser) {
        return new Objective(List.of(new Term(new LabelTarget(), weight, normaliser, 1)));
    }

    /**
     * The largest difference between the gradients of any cut and those of the whole, over the norm of the latter; or
     * infinity where the number of selected tokens depends on the cut.
     */
    public static double worst(Objective objective, double dropout) {
        try (Golden golden = Golden.trajectory("llama-untied-gqa")) {
            List<LayoutDifference.Layout> cuts = IntStream.of(4, 2, 1)
                    .mapToObj(size -> new LayoutDifference.Layout(Batching.PADDED, size, 128))
                    .toList();
            return LayoutDifference.worst(golden, golden.adapter("adapter-reference"), objective, dropout, cuts);
        }
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        double worst = 0;
        for (double dropout : new double[] {0, 0.1}) {
            for (Map.Entry<String, Objective> objective : objectives().entrySet()) {
                double found = worst(objective.getValue(), dropout);
                System.out.printf(Locale.ROOT, "%s, dropout %s: %.2e%n", objective.getKey(), dropout, found);
                worst = Math.max(worst, found);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"micro-batches\", \"objectives\": %d, \"micro_batches\": [1, 2, 4, 8],"
                        + " \"worst_relative_difference\": %.3e, \"limit\": 1e-5, \"holds\": %b}%n",
                objectives().size(),
                worst,
                worst <= 1e-5);
        System.exit(worst <= 1e-5 ? 0 : 1);
    }
}
