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

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How far training in 16 bits is from training in float32, beside transformers and PEFT in 16 bits. */
public final class PrecisionEvidence {
    private static final List<ComputeType> NARROW = List.of(ComputeType.BFLOAT16, ComputeType.FLOAT16);

    /** Of the loss of each step of a trajectory, in roundings. */
    private static final double TRAJECTORY = 4;

    private final Map<ComputeType, Deviation> worst = new EnumMap<>(ComputeType.class);
    private final Map<ComputeType, List<Ratios>> ratios = new EnumMap<>(ComputeType.class);
    private final Map<ComputeType, Double> trajectories = new EnumMap<>(ComputeType.class);

    /** Our deviations over those of transformers and PEFT; of the gradients, the angles'. */
    private record Ratios(double logits, double losses, double gradient) {
        static Ratios of(Deviation ours, JsonObject theirs) {
            return new Ratios(
                    ours.logits() / theirs.get("logits").getAsDouble(),
                    ours.losses() / theirs.get("losses").getAsDouble(),
                    Math.sqrt(ours.gradient() / theirs.get("gradient").getAsDouble()));
        }

        double largest() {
            return Math.max(logits, Math.max(losses, gradient));
        }

        static Ratios means(List<Ratios> all) {
            return new Ratios(
                    mean(all.stream().mapToDouble(Ratios::logits).toArray()),
                    mean(all.stream().mapToDouble(Ratios::losses).toArray()),
                    mean(all.stream().mapToDouble(Ratios::gradient).toArray()));
        }

        /** The geometric mean. */
        private static double mean(double[] factors) {
            double sum = 0;
            for (double factor : factors) {
                sum += Math.log(factor);
            }
            return Math.exp(sum / factors.length);
        }
    }

    /**
     * Measures all checkpoints and two trajectories.
     *
     * @param arguments none
     * @throws IOException if the fixture of transformers' deviations cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        PrecisionEvidence evidence = new PrecisionEvidence();
        JsonObject theirs = JsonParser.parseString(
                        Files.readString(Golden.RESOURCES.resolve("fixtures/precision.json")))
                .getAsJsonObject();
        for (String name : Golden.names().toList()) {
            evidence.checkpoint(name, theirs.getAsJsonObject(name));
        }
        FixtureTrajectory.names().forEach(evidence::trajectory);
        System.exit(evidence.holds() ? 0 : 1);
    }

    private void checkpoint(String name, JsonObject theirs) {
        FixtureAnswers exact = FixtureAnswers.of(name, Backend.cpu(), 1);
        for (ComputeType compute : NARROW) {
            Deviation deviation = Deviation.of(FixtureAnswers.of(name, Backend.cpu(compute), 1), exact);
            Ratios beside = Ratios.of(deviation, theirs.getAsJsonObject(label(compute)));
            line(
                    "%-8s %-26s %s; PyTorch's times %.2f, %.2f, %.2f",
                    label(compute), name, text(deviation), beside.logits, beside.losses, beside.gradient);
            worst.merge(compute, deviation, Deviation::worst);
            ratios.computeIfAbsent(compute, c -> new ArrayList<>()).add(beside);
        }
    }

    private void trajectory(String name) {
        for (String objective : Exactness.objectives().keySet()) {
            FixtureTrajectory exact = FixtureTrajectory.of(name, objective, 8, Backend.cpu(), 1);
            for (ComputeType compute : NARROW) {
                double difference = FixtureTrajectory.of(name, objective, 8, Backend.cpu(compute), 1)
                        .lossesFrom(exact);
                line("%-8s %-26s 20 steps of %s: loss %.1e", label(compute), name, objective, difference);
                trajectories.merge(compute, difference, Math::max);
            }
        }
    }

    private boolean holds() {
        System.out.println(NARROW.stream().map(this::summary).collect(Collectors.joining("; ")));
        return NARROW.stream()
                .allMatch(compute -> worst.get(compute).isWithinBounds(compute)
                        && Ratios.means(ratios.get(compute)).largest() <= 1
                        && largestRatio(compute) <= 2
                        && trajectories.get(compute) <= TRAJECTORY * Deviation.roundoff(compute));
    }

    private String summary(ComputeType compute) {
        Ratios means = Ratios.means(ratios.get(compute));
        return String.format(
                Locale.ROOT,
                "%s on %d checkpoints: %s, each at worst; logits, losses and angle of the gradient are %.2f, %.2f, %.2f"
                        + " times as far from float32 as PyTorch's (geometric means; %.2f at worst); 20 steps: loss %.1e",
                label(compute),
                ratios.get(compute).size(),
                text(worst.get(compute)),
                means.logits,
                means.losses,
                means.gradient,
                largestRatio(compute),
                trajectories.get(compute));
    }

    private double largestRatio(ComputeType compute) {
        return ratios.get(compute).stream().mapToDouble(Ratios::largest).max().orElseThrow();
    }

    private static String label(ComputeType compute) {
        return compute.toString().toLowerCase(Locale.ROOT);
    }

    private static String text(Deviation deviation) {
        return String.format(
                Locale.ROOT,
                "logits %.1e, losses %.1e (mean %.1e), 1 - cosine %.1e (worst tensor %.1e), norm %.1e",
                deviation.logits(),
                deviation.losses(),
                deviation.loss(),
                deviation.gradient(),
                deviation.tensor(),
                deviation.norm());
    }

    private static void line(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
