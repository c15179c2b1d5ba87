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
import io.github.tribuollm.objectives.Objective;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much the loss and the gradients of an optimiser step change when its documents are put in buckets of like length
 * or packed into rows.
 *
 * <p>Prints one line for each objective on one checkpoint, with dropout, one line for each checkpoint under one
 * objective, and the worst relative difference at last.
 */
public final class PackingEvidence {
    private static final List<LayoutDifference.Layout> LAYOUTS = List.of(
            new LayoutDifference.Layout(Batching.BUCKETED, 1, 60),
            new LayoutDifference.Layout(Batching.PACKED, 8, 60),
            new LayoutDifference.Layout(Batching.PACKED, 8, 128),
            new LayoutDifference.Layout(Batching.PACKED, 1, 60));

    private static final List<LayoutDifference.Layout> ONE_ROW =
            List.of(new LayoutDifference.Layout(Batching.PACKED, 1, LayoutDifference.MAX_LENGTH));

    private PackingEvidence() {}

    /** The step of an objective on eight documents in every layout; see {@link LayoutDifference#worst}. */
    public static double worst(Objective objective, double dropout) {
        try (Golden golden = Golden.trajectory("llama-untied-gqa")) {
            return LayoutDifference.worst(golden, golden.adapter("adapter-reference"), objective, dropout, LAYOUTS);
        }
    }

    /** The step of a checkpoint on its fixture's four documents in one row; see {@link LayoutDifference#worst}. */
    public static double worst(String checkpoint, Objective objective) {
        try (Golden golden = Golden.of(checkpoint)) {
            return LayoutDifference.worst(golden, golden.adapter("adapter"), objective, 0, ONE_ROW);
        }
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Map<String, Objective> objectives = MicroBatchEvidence.objectives();
        List<String> checkpoints = Golden.names().toList();
        double worst = 0;
        for (Map.Entry<String, Objective> objective : objectives.entrySet()) {
            double found = worst(objective.getValue(), 0.1);
            System.out.printf(Locale.ROOT, "%s: %.2e%n", objective.getKey(), found);
            worst = Math.max(worst, found);
        }
        for (String checkpoint : checkpoints) {
            double found = worst(checkpoint, Objective.maskedMleDistill(0.75));
            System.out.printf(Locale.ROOT, "%s: %.2e%n", checkpoint, found);
            worst = Math.max(worst, found);
        }
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"packing\", \"checkpoints\": %d, \"objectives\": %d, \"layouts\": %d,"
                        + " \"worst_relative_difference\": %.3e, \"limit\": 1e-5, \"holds\": %b}%n",
                checkpoints.size(),
                objectives.size(),
                LAYOUTS.size(),
                worst,
                worst <= 1e-5);
        System.exit(worst <= 1e-5 ? 0 : 1);
    }
}
