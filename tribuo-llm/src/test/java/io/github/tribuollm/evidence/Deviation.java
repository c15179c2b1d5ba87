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

import io.github.tribuollm.runtime.ComputeType;

/**
 * How far a model that computes in 16 bits is from itself in float32.
 *
 * @param logits the norm of the difference of the completion tokens' logits, relative
 * @param losses the norm of the difference of their losses, relative
 * @param loss the difference of their mean loss, relative
 * @param gradient 1 - cosine of the whole gradient
 * @param tensor 1 - cosine of the worst tensor's gradient
 * @param norm the difference of the whole gradient's norm, relative
 */
record Deviation(double logits, double losses, double loss, double gradient, double tensor, double norm) {
    static final Deviation NONE = new Deviation(0, 0, 0, 0, 0, 0);

    /** What one rounding may change, relative: half the distance from 1 to the next number. */
    static double roundoff(ComputeType compute) {
        return compute == ComputeType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
    }

    static Deviation of(FixtureAnswers found, FixtureAnswers exact) {
        Comparison all = new Comparison();
        double worst = 0;
        for (String parameter : exact.gradients().keySet()) {
            Comparison one = Comparison.of(
                    exact.gradients().get(parameter), found.gradients().get(parameter));
            all.add(one);
            worst = Math.max(worst, one.angle());
        }
        return new Deviation(
                Comparison.of(exact.logits(), found.logits()).difference(),
                Comparison.of(exact.losses(), found.losses()).difference(),
                Math.abs(found.loss() / exact.loss() - 1),
                all.angle(),
                worst,
                all.norm());
    }

    Deviation worst(Deviation other) {
        return new Deviation(
                Math.max(logits, other.logits),
                Math.max(losses, other.losses),
                Math.max(loss, other.loss),
                Math.max(gradient, other.gradient),
                Math.max(tensor, other.tensor),
                Math.max(norm, other.norm));
    }

    /** Whether it is that of some roundings; of an angle, half the square is 1 - cosine. */
    boolean isWithinBounds(ComputeType compute) {
        double u = roundoff(compute);
        return logits <= 8 * u
                && losses <= 8 * u
                && loss <= u
                && gradient <= Math.pow(20 * u, 2) / 2
                && tensor <= Math.pow(40 * u, 2) / 2
                && norm <= 12 * u;
    }

    /** Inner products of numbers that ought to be equal. */
    private static final class Comparison {
        private double own;
        private double other;
        private double dot;

        static Comparison of(float[] expected, float[] actual) {
            Comparison comparison = new Comparison();
            for (int i = 0; i < expected.length; i++) {
                comparison.own += (double) expected[i] * expected[i];
                comparison.other += (double) actual[i] * actual[i];
                comparison.dot += (double) expected[i] * actual[i];
            }
            return comparison;
        }

        void add(Comparison part) {
            own += part.own;
            other += part.other;
            dot += part.dot;
        }

        double angle() {
            return 1 - dot / Math.sqrt(own * other);
        }

        double norm() {
            return Math.abs(Math.sqrt(other / own) - 1);
        }

        double difference() {
            return Math.sqrt(Math.max(0, own + other - 2 * dot) / own);
        }
    }
}
