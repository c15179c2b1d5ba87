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
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How far losses, measures, gradients and a training of SmolLM2 are from PyTorch's in float64, on the fixtures that
 * reference/make_smollm2.py makes. Exits 0 only if all bounds hold.
 */
public final class TrainedVocabularyEvidence {
    private static final String NAME = "SmolLM2";
    private static final List<String> PARTS = List.of("measures", "objectives", "steps", "uncertainty");

    /** What the adapter may be off after the last step, relative to what training changed in it. */
    private static final double ADAPTER = 2e-4;

    private boolean holds = true;

    private TrainedVocabularyEvidence() {}

    /**
     * Measures all, or some.
     *
     * @param arguments of measures, objectives, steps and uncertainty; none for all
     */
    public static void main(String[] arguments) {
        TrainedVocabularyEvidence evidence = new TrainedVocabularyEvidence();
        List<String> parts = arguments.length > 0 ? List.of(arguments) : List.copyOf(PARTS);
        String figures = parts.stream()
                .map(part -> switch (part) {
                    case "measures" -> evidence.measures();
                    case "objectives" -> evidence.objectives();
                    case "steps" -> evidence.steps();
                    case "uncertainty" -> evidence.uncertainty();
                    default -> throw new IllegalArgumentException(part + " is none of " + PARTS);
                })
                .collect(Collectors.joining("; "));
        line("SmolLM2 against float64: %s; holds: %s", figures, evidence.holds);
        System.exit(evidence.holds ? 0 : 1);
    }

    private String measures() {
        return String.format(Locale.ROOT, "losses of tokens %.1e", Math.max(measures(false), measures(true)));
    }

    private String steps() {
        double losses = 0;
        double adapter = 0;
        try (Golden golden = Golden.trajectory(NAME)) {
            List<String> made = Exactness.objectives().keySet().stream()
                    .filter(objective -> golden.contains(objective + ".loss"))
                    .toList();
            require(made.size() == Exactness.objectives().size());
            for (String objective : made) {
                FixtureTrajectory steps = FixtureTrajectory.of(golden, objective, 8, Backend.cpu(), 1);
                losses = Math.max(losses, losses(golden, objective, steps));
                adapter = Math.max(adapter, adapter(golden, objective, steps));
            }
        }
        return String.format(Locale.ROOT, "losses of 5 steps %.1e, adapter then %.1e of its update", losses, adapter);
    }

    /**
     * Losses and entropies of single tokens. The float32 of 30 layers shows in them: PyTorch's own is as far from its
     * float64.
     */
    private double measures(boolean adapted) {
        Exactness.Forward worst = Exactness.forward(NAME, adapted);
        double theirs = pytorch(adapted ? "lora." : "");
        line(
                "%-12s losses %.1e relative, %.1e absolute below 0.1 nats, entropies %.1e absolute (bounds 5e-5);"
                        + " PyTorch's float32 losses %.1e relative",
                adapted ? "with adapter" : "base", worst.nll(), worst.confidentNll(), worst.entropy(), theirs);
        require(worst.nll() <= 5e-5 && worst.confidentNll() <= 5e-5 && worst.entropy() <= 5e-5);
        return Math.max(worst.nll(), worst.confidentNll());
    }

    /** How far PyTorch's losses in float32 are from its own in float64, above 0.1 nats. */
    private static double pytorch(String prefix) {
        try (Golden golden = Golden.of(NAME)) {
            float[] single = golden.floats(prefix + "nll");
            double[] exact = golden.doubles(prefix + "nll.f64");
            return IntStream.range(0, exact.length)
                    .filter(i -> exact[i] >= 0.1)
                    .mapToDouble(i -> Math.abs(single[i] - exact[i]) / exact[i])
                    .max()
                    .orElseThrow();
        }
    }

    /** The worst loss is that of a divergence of 9e-5 nats, where the student is nearly its teacher. */
    private String objectives() {
        ObjectiveGradients.Difference worst = new ObjectiveGradients.Difference(0, 1, 0);
        try (ObjectiveGradients gradients = new ObjectiveGradients(NAME)) {
            for (Map.Entry<String, Objective> objective : gradients.objectives().entrySet()) {
                ObjectiveGradients.Difference found = gradients.of(objective.getKey(), objective.getValue());
                line(
                        "%-40s loss %.1e, 1 - cosine %.1e, norm %.1e",
                        objective.getKey(), found.loss(), 1 - found.cosine(), found.norm());
                worst = worst.worse(found);
            }
        }
        require(worst.loss() <= 1e-4 && worst.cosine() >= 0.99999 && worst.norm() <= 1e-4);
        return String.format(
                Locale.ROOT, "objectives %.1e, their gradients 1 - cosine %.1e", worst.loss(), 1 - worst.cosine());
    }

    private double losses(Golden golden, String objective, FixtureTrajectory steps) {
        double[] exact = golden.doubles(objective + ".loss.f64");
        double ours = FixtureTrajectory.worst(steps.losses(), exact);
        line(
                "%-20s losses of 5 steps %.1e relative (bound 2e-6); PyTorch's float32 %.1e",
                objective, ours, FixtureTrajectory.worst(golden.doubles(objective + ".loss"), exact));
        require(ours <= 2e-6);
        return ours;
    }

    /**
     * AdamW divides by the root of the mean square, so that a gradient that is all rounding moves a parameter as far as
     * any other: PyTorch's own float32 shows how much that is.
     */
    private double adapter(Golden golden, String objective, FixtureTrajectory steps) {
        ParameterSet initial = ParameterSet.of(golden.adapter("adapter-initial"));
        double update = 0;
        double ours = 0;
        double theirs = 0;
        for (Map.Entry<String, float[]> parameter : steps.adapter().entrySet()) {
            String key = "base_model.model." + parameter.getKey();
            double[] exact = golden.doubles(objective + ".final.f64." + key);
            float[] single = golden.floats(objective + ".final." + key);
            float[] start = initial.copy(parameter.getKey());
            for (int i = 0; i < exact.length; i++) {
                update += Math.pow(exact[i] - start[i], 2);
                ours += Math.pow(exact[i] - parameter.getValue()[i], 2);
                theirs += Math.pow(exact[i] - single[i], 2);
            }
        }
        initial.close();
        double off = Math.sqrt(ours / update);
        line(
                "%-20s adapter after 5 steps %.1e of its update (bound %.0e); PyTorch's float32 %.1e",
                objective, off, ADAPTER, Math.sqrt(theirs / update));
        require(off <= ADAPTER);
        return off;
    }

    /** The reference is transformers' float32, which the losses show to be some 1e-4 off; EPKL is 6.5 nats here. */
    private String uncertainty() {
        DropoutExactness.Result result = DropoutExactness.of("smollm2");
        line("dropout: %s", result);
        require(result.worst() <= 1e-3 && result.identity() <= 1e-5 && result.sameForAnyBatch());
        require(result.zeroWithoutDropout());
        return String.format(Locale.ROOT, "uncertainties %.1e", result.worst());
    }

    private void require(boolean condition) {
        holds &= condition;
        if (!condition) {
            line("  BOUND BROKEN");
        }
    }

    private static void line(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
