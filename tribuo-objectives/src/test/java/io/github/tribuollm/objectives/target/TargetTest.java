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
package io.github.tribuollm.objectives.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Gradient;
import io.github.tribuollm.objectives.NamedTeacher;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.ReadyMadeTest;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.TokenBatch;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.ColumnScore;
import io.github.tribuollm.objectives.weight.SoftWeight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient rule of each target against central finite differences, and its behaviour at the edge of float32. */
class TargetTest {
    private static final Map<String, double[]> FIXTURES = TokenBatch.fixtures();

    /** Of the directional derivative, relative to the product of the norms; float32 allows no less. */
    private static final double TOLERANCE = 5e-4;

    private static double worst;

    /** A target of one's own: the focal loss (1 - p)^gamma (-log p) of Lin et al. (2017). */
    public static final class FocalTarget implements Target {
        @Config(description = "How much less tokens count that are already known, at least 0.")
        private double gamma = 1;

        @Override
        public Tensor loss(TokenDistribution student, Context context) {
            Tensor nll = student.nll(context.labels());
            Tensor miss = nll.neg().exp().neg().add(1);
            return miss.log().mul((float) gamma).exp().mul(nll);
        }
    }

    @Test
    void aTargetOfOnesOwnIsConfiguredAndRecorded(@TempDir Path directory) throws IOException {
        FocalTarget target = new FocalTarget();
        target.gamma = 2.5;
        Objective read = ReadyMadeTest.throughFile(objective(target), directory.resolve("focal.xml"));
        assertEquals(2.5, ((FocalTarget) read.terms().get(0).target()).gamma);
    }

    /** The model has moved 200 nats: the bound hides a ratio that float32 cannot hold. */
    @Test
    void clippedRatiosDoNotOverflow() {
        TokenBatch batch = TokenBatch.of(FIXTURES, "flat");
        float[] never = new float[batch.tokens()];
        Arrays.fill(never, -200);
        batch.columns().put(ColumnNames.OLD_LOG_PROBABILITY, never);
        TokenBatch.Result result = batch.evaluate(Objectives.psft(Policy.OLD, 0.2));
        assertEquals(-1.2, result.loss(), 1e-6);
        assertArrayEquals(new float[batch.logits().length], result.gradient());
    }

    /** The label under a sharpened prediction. */
    public static final class SharpTarget implements Target {
        @Override
        public Tensor loss(TokenDistribution student, Context context) {
            return student.atTemperature(0.5).nll(context.labels());
        }
    }

    static Stream<Target> targets() {
        return Stream.of(
                new LabelTarget(),
                new ReferenceTarget(),
                new ReferenceTarget(2),
                new TopReferenceTarget(3, false, 1),
                new TopReferenceTarget(3, true, 0.7),
                new SparseTarget(new NamedTeacher("samples", 6)),
                new DivergenceTarget(0, 1),
                new DivergenceTarget(0.02, 1),
                new DivergenceTarget(0.5, 1.5),
                new DivergenceTarget(0.98, 1),
                new DivergenceTarget(1, 1),
                new ClippedRatioTarget(Policy.OLD, 0.2, 0.3),
                new ClippedRatioTarget(Policy.REFERENCE, 0.2, 5),
                new KlEstimateTarget(),
                new FocalTarget(),
                new SharpTarget());
    }

    private static Objective objective(Target target) {
        SoftWeight advantage = new SoftWeight(new ColumnScore(ColumnNames.ADVANTAGE));
        return new Objective(List.of(new Term(target, advantage, Normaliser.VALID, 1)));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void gradientMatchesFiniteDifferences(Target target) {
        TokenBatch batch = TokenBatch.of(FIXTURES, "flat");
        Objective objective = objective(target);
        double[] gradient = Gradient.doubles(batch.evaluate(objective).gradient());
        Random random = new Random(target.toString().hashCode());
        double[] any = random.doubles(gradient.length, -1, 1).toArray();
        for (double[] direction : List.of(any, gradient)) {
            double step = 2e-2 / Gradient.norm(direction);
            double numeric = (batch.withLogits(moved(batch.logits(), direction, step))
                                    .evaluate(objective)
                                    .loss()
                            - batch.withLogits(moved(batch.logits(), direction, -step))
                                    .evaluate(objective)
                                    .loss())
                    / (2 * step);
            double scale = Gradient.norm(gradient) * Gradient.norm(direction);
            worst = Math.max(worst, Math.abs(Gradient.dot(gradient, direction) - numeric) / scale);
            assertEquals(Gradient.dot(gradient, direction), numeric, TOLERANCE * scale);
        }
    }

    private static float[] moved(float[] logits, double[] direction, double step) {
        float[] moved = logits.clone();
        IntStream.range(0, moved.length).forEach(i -> moved[i] += (float) (step * direction[i]));
        return moved;
    }

    @AfterAll
    static void printWorst() {
        System.out.printf(
                Locale.ROOT,
                "target gradients: %d, each in two directions; largest difference from finite differences %.1e"
                        + " relative (bound %.0e)%n",
                targets().count(),
                worst,
                TOLERANCE);
    }

    /** Student and teacher are certain of different tokens, so that each one's probabilities underflow. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.999, 1})
    void divergencesOfCertainModelsAreFinite(double beta) {
        TokenBatch batch = TokenBatch.of(FIXTURES, "flat");
        float[] student = new float[batch.logits().length];
        float[] teacher = new float[student.length];
        for (int i = 0; i < student.length; i += batch.classes()) {
            student[i] = 300;
            teacher[i + 1] = 300;
        }
        TokenBatch.Result result = batch.withLogits(student)
                .withTeacher(teacher)
                .evaluate(new Objective(
                        List.of(new Term(new DivergenceTarget(beta, 1), new AllTokens(), Normaliser.VALID, 1))));
        double expected = beta == 0 || beta == 1 ? 300 : -beta * Math.log(beta) - (1 - beta) * Math.log(1 - beta);
        assertEquals(expected, result.loss(), 1e-5 * expected);
        for (float g : result.gradient()) {
            assertTrue(Float.isFinite(g));
        }
    }
}
