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
package io.github.tribuollm.llm.training;

import java.util.Locale;

/** Prints the figures of {@link Exactness}; exits 0 only if all bounds hold. Argument: forward, gradients or trajectories. */
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
                        "%-18s %-12s logits %.1e  nll %.1e relative, %.1e absolute below 0.1 nats",
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
                        "%-18s %-5s 1 - cosine %.1e  norm %.1e  over %d tensors",
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

    private void trajectories() {
        double loss = 0;
        boolean same = true;
        int runs = 0;
        for (String name : Golden.names()
                .filter(n -> n.equals("llama-untied-gqa") || n.equals(Golden.TINY_STORIES))
                .toList()) {
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
