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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints the figures of {@link Exactness}; exits 0 only if all bounds hold. Argument: forward, gradients,
 * trajectories or architectures.
 */
public final class ExactnessEvidence {
    private boolean holds = true;

    private ExactnessEvidence() {}

    /**
     * Measures one claim.
     *
     * @param arguments the claim
     */
    public static void main(String[] arguments) {
        ExactnessEvidence evidence = new ExactnessEvidence();
        switch (arguments[0]) {
            case "forward" -> evidence.forward();
            case "gradients" -> evidence.gradients();
            case "trajectories" -> evidence.trajectories();
            case "architectures" -> evidence.architectures();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(evidence.holds ? 0 : 1);
    }

    private void forward() {
        double logits = 0;
        double nll = 0;
        double confident = 0;
        for (String name : Golden.names().toList()) {
            for (boolean adapted : new boolean[] {false, true}) {
                Exactness.Forward worst = Exactness.forward(name, adapted);
                line(
                        "%-25s %-12s logits %.1e  nll %.1e relative, %.1e absolute below 0.1 nats",
                        name, adapted ? "with adapter" : "base", worst.logits(), worst.nll(), worst.confidentNll());
                logits = Math.max(logits, worst.logits());
                nll = Math.max(nll, worst.nll());
                confident = Math.max(confident, worst.confidentNll());
            }
        }
        holds = logits <= 1e-4 && nll <= 1e-5 && confident <= 2e-6;
        line(
                "logits: max abs difference %.2e (bound 1e-4); nll: relative %.2e (bound 1e-5),"
                        + " absolute %.2e where nll < 0.1 (bound 2e-6); %d checkpoints",
                logits, nll, confident, Golden.names().count());
    }

    private void gradients() {
        double cosine = 1;
        double norm = 0;
        int tensors = 0;
        for (String name : Golden.names().toList()) {
            for (boolean full : new boolean[] {false, true}) {
                Exactness.Backward worst = full ? Exactness.full(name, false) : Exactness.lora(name, false);
                line(
                        "%-25s %-5s 1 - cosine %.1e  norm %.1e  over %d tensors",
                        name, full ? "full" : "LoRA", 1 - worst.cosine(), worst.norm(), worst.tensors());
                cosine = Math.min(cosine, worst.cosine());
                norm = Math.max(norm, worst.norm());
                tensors += worst.tensors();
            }
        }
        holds = cosine >= 0.99999 && norm <= 1e-4;
        line(
                "gradients: worst 1 - cosine %.2e (bound 1e-5), norm difference %.2e relative (bound 1e-4), %d tensors",
                1 - cosine, norm, tensors);
    }

    /** The worst figures of an architecture's checkpoints. */
    private record Worst(int checkpoints, double logits, double nll, double cosine, double norm, boolean sameModules) {
        static final Worst NONE = new Worst(0, 0, 0, 1, 0, true);

        static Worst of(String name) {
            Worst worst = new Worst(1, 0, 0, 1, 0, Exactness.sameModules(name));
            for (boolean adapted : new boolean[] {false, true}) {
                Exactness.Forward forward = Exactness.forward(name, adapted);
                Exactness.Backward backward = adapted ? Exactness.lora(name, false) : Exactness.full(name, false);
                worst = worst.and(
                        new Worst(0, forward.logits(), forward.nll(), backward.cosine(), backward.norm(), true));
            }
            return worst;
        }

        Worst and(Worst other) {
            return new Worst(
                    checkpoints + other.checkpoints,
                    Math.max(logits, other.logits),
                    Math.max(nll, other.nll),
                    Math.min(cosine, other.cosine),
                    Math.max(norm, other.norm),
                    sameModules && other.sameModules);
        }

        boolean holds() {
            return logits <= 1e-4 && nll <= 1e-5 && cosine >= 0.99999 && norm <= 1e-4 && sameModules;
        }
    }

    private void architectures() {
        Map<String, Worst> table = new TreeMap<>();
        Golden.names().forEach(name -> table.merge(Exactness.architecture(name), Worst.of(name), Worst::and));
        table.forEach((architecture, worst) -> line(
                "%-12s %d checkpoints  logits %.1e  nll %.1e  1 - cosine %.1e  norm %.1e  all-linear as PEFT: %s",
                architecture,
                worst.checkpoints(),
                worst.logits(),
                worst.nll(),
                1 - worst.cosine(),
                worst.norm(),
                worst.sameModules()));
        Worst all = table.values().stream().reduce(Worst.NONE, Worst::and);
        holds = all.holds() && table.values().stream().allMatch(worst -> worst.checkpoints() >= 2);
        line(
                "architectures: %d, %d checkpoints; logits %.2e (bound 1e-4), nll %.2e relative (bound 1e-5),"
                        + " gradients of LoRA and of all parameters 1 - cosine %.2e (bound 1e-5), norm %.2e (bound 1e-4);"
                        + " all-linear as PEFT: %s",
                table.size(),
                all.checkpoints(),
                all.logits(),
                all.nll(),
                1 - all.cosine(),
                all.norm(),
                all.sameModules());
    }

    private void trajectories() {
        double loss = 0;
        boolean same = true;
        int runs = 0;
        for (String name : FixtureTrajectory.names().toList()) {
            for (String objective : Exactness.objectives().keySet()) {
                for (int microBatch : new int[] {8, 2}) {
                    Exactness.Trajectory worst = Exactness.trajectory(name, objective, microBatch);
                    line("%-18s %-18s micro-batch %d  loss %.1e", name, objective, microBatch, worst.loss());
                    loss = Math.max(loss, worst.loss());
                    same &= worst.sameSelection();
                    runs++;
                }
            }
        }
        holds = loss <= 1e-4 && same;
        line(
                "trajectories: loss within %.2e relative of PyTorch at each of 20 steps (bound 1e-4),"
                        + " same tokens selected: %s, %d runs",
                loss, same, runs);
    }

    private static void line(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
