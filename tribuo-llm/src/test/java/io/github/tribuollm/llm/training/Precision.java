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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** How far a model that computes in 16 bits is from itself in float32. */
final class Precision {
    /** Gradients of float16 are computed times this. */
    private static final float LOSS_SCALE = 1 << 12;

    private Precision() {}

    /** Half the distance from 1 to the next number: what one rounding may change, relative. */
    static double roundoff(ComputeType compute) {
        return compute == ComputeType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
    }

    /**
     * The distance of two runs.
     *
     * @param logits the norm of the difference of the completion tokens' logits, relative
     * @param losses the norm of the difference of their losses, relative
     * @param loss the difference of their mean loss, relative
     * @param gradient 1 - cosine of the whole gradient
     * @param tensor 1 - cosine of the worst tensor's gradient
     * @param norm the difference of the whole gradient's norm, relative
     */
    record Distance(double logits, double losses, double loss, double gradient, double tensor, double norm) {
        static final Distance NONE = new Distance(0, 0, 0, 0, 0, 0);

        Distance worst(Distance other) {
            return new Distance(
                    Math.max(logits, other.logits),
                    Math.max(losses, other.losses),
                    Math.max(loss, other.loss),
                    Math.max(gradient, other.gradient),
                    Math.max(tensor, other.tensor),
                    Math.max(norm, other.norm));
        }

        /** Whether errors are those of some roundings; of an angle, half the square is 1 - cosine. */
        boolean isWithinBounds(ComputeType compute) {
            double u = roundoff(compute);
            return logits <= 8 * u
                    && losses <= 8 * u
                    && loss <= u
                    && gradient <= Math.pow(20 * u, 2) / 2
                    && tensor <= Math.pow(40 * u, 2) / 2
                    && norm <= 12 * u;
        }
    }

    /** What a model computes on a fixture. */
    record Run(float[] logits, float[] losses, double loss, Map<String, float[]> gradients) {
        Distance from(Run exact) {
            Comparison all = new Comparison();
            double worst = 0;
            for (String name : gradients.keySet()) {
                Comparison one = Comparison.of(exact.gradients.get(name), gradients.get(name));
                all.add(one);
                worst = Math.max(worst, one.angle());
            }
            return new Distance(
                    Comparison.of(exact.logits, logits).difference(),
                    Comparison.of(exact.losses, losses).difference(),
                    Math.abs(loss / exact.loss - 1),
                    all.angle(),
                    worst,
                    all.norm());
        }
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

    /**
     * Runs a fixture's adapter.
     *
     * @param name the checkpoint
     * @param compute the type
     * @param recompute whether activations are computed again in the backward pass
     * @return what it computes
     */
    static Run adapter(String name, ComputeType compute, boolean recompute) {
        try (Golden golden = Golden.of(name)) {
            Adapter adapter = golden.adapter("adapter");
            return run(golden, shape(golden, adapter, compute, recompute), ParameterSet.of(adapter));
        }
    }

    /**
     * Runs a fixture's base, of which every parameter is trained.
     *
     * @param name the checkpoint
     * @param compute the type
     * @return what it computes
     */
    static Run all(String name, ComputeType compute) {
        try (Golden golden = Golden.of(name)) {
            ModelShape shape = new ModelShape(
                            Architectures.of(golden.checkpoint), Optional.empty(), Set.of(), 128, 8, false)
                    .on(Backend.cpu(compute));
            return run(golden, shape, Exactness.allParameters(golden));
        }
    }

    private static Run run(Golden golden, ModelShape shape, ParameterSet all) {
        ComputeType compute = shape.backend().computeType();
        WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32, compute);
        List<TokenSequence> sequences = golden.sequences();
        MicroBatch batch =
                MicroBatch.of(sequences, IntStream.range(0, sequences.size()).toArray());
        float scale = compute == ComputeType.FLOAT16 ? LOSS_SCALE : 1;
        Graph.Model scoring =
                new LanguageModelGraph(shape, weights, false).scoringWithLogits(Set.of(TokenScorer.Measure.NLL));
        try (ParameterSet parameters = all;
                OptimiserStep step = new OptimiserStep(Objective.mle(), shape, all, Optional.empty(), weights, 0);
                GraphSession session = shape.backend().open(scoring, weights);
                Feeds feeds = batch.feeds().tensors(parameters.tensors(name -> name));
                GraphSession.Outputs scores = session.run(feeds)) {
            step.scaleLoss(scale);
            double loss = step.compute(List.of(batch), 0).loss();
            Map<String, float[]> gradients = new TreeMap<>();
            step.gradients().forEach((parameter, gradient) -> gradients.put(parameter, floats(gradient, scale)));
            return new Run(scores.floats(Names.LOGITS), scores.floats(Names.NLL), loss, gradients);
        }
    }

    private static ModelShape shape(Golden golden, Adapter adapter, ComputeType compute, boolean recompute) {
        return new ModelShape(
                        Architectures.of(golden.checkpoint),
                        Optional.of(adapter.config()),
                        adapter.modules().keySet(),
                        128,
                        8,
                        recompute)
                .on(Backend.cpu(compute));
    }

    private static float[] floats(FloatBuffer gradient, float scale) {
        float[] values = new float[gradient.remaining()];
        gradient.duplicate().get(values);
        for (int i = 0; i < values.length; i++) {
            values[i] /= scale;
        }
        return values;
    }

    /**
     * Twenty AdamW steps on a fixture's trajectory.
     *
     * @param name the checkpoint
     * @param objective a name of {@link Exactness#objectives}
     * @param compute the type
     * @return the loss of each step
     */
    static double[] losses(String name, String objective, ComputeType compute) {
        try (Golden golden = Golden.trajectory(name)) {
            Adapter initial = golden.adapter("adapter-initial");
            ModelShape shape = shape(golden, initial, compute, false);
            List<TokenSequence> sequences = golden.sequences();
            float scale = compute == ComputeType.FLOAT16 ? LOSS_SCALE : 1;
            double[] losses = new double[sequences.size() / 8];
            try (ParameterSet parameters = ParameterSet.of(initial);
                    ParameterSet reference = ParameterSet.of(golden.adapter("adapter-reference"));
                    OptimiserStep step = new OptimiserStep(
                            Exactness.objectives().get(objective),
                            shape,
                            parameters,
                            Optional.of(new ReferenceModel(shape, reference, Optional.empty())),
                            golden.checkpoint.weights().source(Storage.FLOAT32, compute),
                            0)) {
                step.scaleLoss(scale);
                AdamW adam = new AdamW(parameters.values(), 0.9, 0.999, 0.01);
                for (int s = 0; s < losses.length; s++) {
                    List<MicroBatch> batches = new ArrayList<>();
                    batches.add(MicroBatch.of(
                            sequences, IntStream.range(8 * s, 8 * s + 8).toArray()));
                    losses[s] = step.compute(batches, s).loss();
                    double norm = GradientNorm.of(step.gradients()) / scale;
                    adam.step(
                            parameters.values(),
                            step.gradients(),
                            GradientNorm.clip(norm, 1) / scale,
                            1e-3 * LearningRateSchedule.COSINE.factor(s, 2, losses.length));
                }
            }
            return losses;
        }
    }
}
