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
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.training.AdamW;
import io.github.tribuollm.llm.training.GradientNorm;
import io.github.tribuollm.llm.training.LearningRateSchedule;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.runtime.Backend;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Steps of AdamW on eight documents each, from a fixture's adapter, as reference/make_fixtures.py takes them.
 *
 * @param losses of each step
 * @param norms of each step's gradients
 * @param selected how many tokens each step's first term takes
 * @param adapter after the last step, by parameter
 */
public record FixtureTrajectory(double[] losses, double[] norms, long[] selected, Map<String, float[]> adapter) {
    private static final int DOCUMENTS = 8;

    /** {@return the names of the fixtures with a trajectory} */
    public static Stream<String> names() {
        return Golden.trajectories();
    }

    /**
     * Takes the steps.
     *
     * @param name the checkpoint
     * @param objective as {@link Exactness#objectives} names it
     * @param microBatch documents at a time
     * @param backend where
     * @param scale of the first adapted module at the beginning, 1 for the adapter as it is
     * @return the steps
     */
    public static FixtureTrajectory of(String name, String objective, int microBatch, Backend backend, float scale) {
        try (Golden golden = Golden.trajectory(name)) {
            return of(golden, objective, microBatch, backend, scale);
        }
    }

    static FixtureTrajectory of(Golden golden, String objective, int microBatch, Backend backend, float scale) {
        Adapter initial = golden.adapter("adapter-initial");
        ModelShape shape = ModelShape.of(Architectures.of(golden.checkpoint), Optional.of(initial), 128, DOCUMENTS)
                .on(backend);
        List<TokenSequence> sequences = golden.sequences();
        int steps = (int) golden.shape("learning_rate")[0];
        FixtureTrajectory trajectory =
                new FixtureTrajectory(new double[steps], new double[steps], new long[steps], new TreeMap<>());
        try (ParameterSet parameters = FixtureAnswers.scaled(initial, scale);
                ParameterSet reference = ParameterSet.of(golden.adapter("adapter-reference"));
                OptimiserStep step = new OptimiserStep(
                        StepTask.of(
                                Exactness.objectives().get(objective),
                                shape,
                                Optional.of(new ReferenceModel(shape, reference, Optional.empty()))),
                        parameters,
                        golden.checkpoint.weights().source(Storage.FLOAT32, backend.computeType()),
                        0)) {
            AdamW adam = new AdamW(parameters.values(), 0.9, 0.999, 0.01);
            FiniteStep finite = new FiniteStep(step, backend.computeType());
            for (int s = 0; s < steps; s++) {
                int[] documents =
                        IntStream.range(s * DOCUMENTS, (s + 1) * DOCUMENTS).toArray();
                OptimiserStep.Result result = finite.compute(
                        Batching.PADDED
                                .cut(sequences, documents, microBatch, 128)
                                .toList(),
                        s);
                trajectory.losses[s] = result.loss();
                trajectory.norms[s] = GradientNorm.of(step.gradients()) / finite.scale();
                trajectory.selected[s] = result.selected();
                adam.step(
                        parameters.values(),
                        step.gradients(),
                        GradientNorm.clip(trajectory.norms[s], 1) / finite.scale(),
                        1e-3 * LearningRateSchedule.COSINE.factor(s, 2, steps));
            }
            parameters.shapes().keySet().forEach(name -> trajectory.adapter.put(name, parameters.copy(name)));
        }
        return trajectory;
    }

    /** {@return the largest difference of a step's loss from another's, relative} */
    public double lossesFrom(FixtureTrajectory other) {
        return worst(losses, other.losses);
    }

    /** {@return the largest difference of a step's gradient norm from another's, relative} */
    public double normsFrom(FixtureTrajectory other) {
        return worst(norms, other.norms);
    }

    static double worst(double[] values, double[] expected) {
        double worst = 0;
        for (int s = 0; s < values.length; s++) {
            worst = Math.max(worst, Math.abs(values[s] - expected[s]) / expected[s]);
        }
        return worst;
    }
}
