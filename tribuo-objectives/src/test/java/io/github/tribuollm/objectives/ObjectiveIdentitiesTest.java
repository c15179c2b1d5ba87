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
package io.github.tribuollm.objectives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.objectives.target.ClippedRatioTarget;
import io.github.tribuollm.objectives.target.KlEstimateTarget;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.ColumnScore;
import io.github.tribuollm.objectives.weight.ExcessLossScore;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LogRatioScore;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.SoftFunction;
import io.github.tribuollm.objectives.weight.SoftWeight;
import io.github.tribuollm.objectives.weight.Threshold;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The identities of Appendix B of the paper, and what follows from them: equal losses, equal gradients. */
class ObjectiveIdentitiesTest {
    private static final Map<String, double[]> FIXTURES = TokenBatch.fixtures();
    private static final double TOLERANCE = 1e-6;

    private static double worst;
    private static int count;

    private static void assertSame(TokenBatch.Result expected, TokenBatch.Result actual) {
        assertSameGradient(expected, actual);
        record(Math.abs(actual.loss() / expected.loss() - 1));
    }

    private static void assertSameGradient(TokenBatch.Result expected, TokenBatch.Result actual) {
        double[] a = Gradient.doubles(actual.gradient());
        double[] e = Gradient.doubles(expected.gradient());
        double[] difference =
                IntStream.range(0, a.length).mapToDouble(i -> a[i] - e[i]).toArray();
        count++;
        record(Gradient.norm(difference) / Gradient.norm(e));
    }

    private static void record(double difference) {
        worst = Math.max(worst, difference);
        assertEquals(0, difference, TOLERANCE);
    }

    @AfterAll
    static void printWorst() {
        System.out.printf(
                Locale.ROOT,
                "objective identities: %d comparisons, loss and gradient differ by %.1e relative at worst (bound %.0e)%n",
                count,
                worst,
                TOLERANCE);
    }

    /** Every token of the vocabulary is an action, and the teacher's probability its advantage. */
    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void policyGradientWithTheTeachersProbabilityAsAdvantageIsDistillation(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        int v = batch.classes();
        int actions = batch.tokens() * v;
        float[] logits = new float[actions * v];
        IntStream.range(0, logits.length).forEach(i -> logits[i] = batch.logits()[i / (v * v) * v + i % v]);
        Map<String, float[]> columns = new HashMap<>();
        columns.put(ColumnNames.ADVANTAGE, probabilities(batch.teacher(), v));
        TokenBatch everyAction = new TokenBatch(
                v,
                logits,
                logits,
                IntStream.range(0, actions).mapToLong(i -> i % v).toArray(),
                IntStream.range(0, actions)
                        .mapToLong(i -> batch.documents()[i / v])
                        .toArray(),
                columns,
                Map.of());
        TokenBatch.Result policyGradient = everyAction.evaluate(Objectives.reinforce());
        float[] gradient = new float[actions];
        IntStream.range(0, logits.length)
                .forEach(i ->
                        gradient[i / (v * v) * v + i % v] += v * policyGradient.gradient()[i]);
        assertSame(batch.evaluate(Objective.distill()), new TokenBatch.Result(v * policyGradient.loss(), gradient));
    }

    private static float[] probabilities(float[] logits, int v) {
        float[] p = new float[logits.length];
        for (int row = 0; row < logits.length; row += v) {
            int from = row;
            double max = IntStream.range(0, v)
                    .mapToDouble(x -> logits[from + x])
                    .max()
                    .orElseThrow();
            double sum = IntStream.range(0, v)
                    .mapToDouble(x -> Math.exp(logits[from + x] - max))
                    .sum();
            for (int x = 0; x < v; x++) {
                p[row + x] = (float) (Math.exp(logits[row + x] - max) / sum);
            }
        }
        return p;
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void maskedMleWithAFullMaskIsMle(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        TokenBatch.Result mle = batch.evaluate(Objective.mle());
        assertSame(mle, batch.evaluate(Objective.maskedMle(new AllTokens())));
        Selection everyLoss =
                new Selection(new LossScore(), new Threshold(-1), Granularity.TOKEN, Scope.OPTIMISER_STEP);
        assertSame(mle, batch.evaluate(Objective.maskedMle(everyLoss)));
        assertSame(mle, batch.evaluate(Objective.maskedMle(everyLoss.or(everyLoss.not()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void truncationToTheWholeVocabularyIsDistillation(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        TokenBatch.Result distilled = batch.evaluate(Objective.distill());
        assertSame(distilled, batch.evaluate(Objectives.truncatedKl(batch.classes(), false)));
        assertSame(distilled, batch.evaluate(Objectives.truncatedKl(batch.classes(), true)));
        assertSame(distilled, batch.evaluate(Objectives.knowledgeDistillation(1)));
        assertSameGradient(distilled, batch.evaluate(Objectives.gkd(0, 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void distillationToAOneHotTeacherIsMle(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        float[] oneHot = new float[batch.logits().length];
        IntStream.range(0, batch.tokens()).forEach(i -> oneHot[i * batch.classes() + (int) batch.labels()[i]] = 1000);
        TokenBatch certain = batch.withTeacher(oneHot);
        TokenBatch.Result mle = batch.evaluate(Objective.mle());
        assertSame(mle, certain.evaluate(Objective.distill()));
        assertSame(mle, certain.evaluate(Objectives.truncatedKl(1, false)));
        assertSame(mle, certain.evaluate(Objectives.gkd(0, 1)));
        float[] ones = new float[batch.tokens()];
        Arrays.fill(ones, 1);
        certain.sparse().put("certain", new SparseTeacher.Rows(batch.labels(), ones));
        assertSame(mle, certain.evaluate(Objectives.oracleLabelNoise(new NamedTeacher("certain", 1))));
    }

    /** Where the ratio is 1, so that nothing is clipped. */
    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void proximalPolicyGradientOnFreshSamplesIsReinforce(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        float[] p = probabilities(batch.logits(), batch.classes());
        float[] logP = new float[batch.tokens()];
        IntStream.range(0, logP.length)
                .forEach(i -> logP[i] = (float) Math.log(p[i * batch.classes() + (int) batch.labels()[i]]));
        batch.columns().put(ColumnNames.OLD_LOG_PROBABILITY, logP);
        TokenBatch.Result reinforce = batch.evaluate(Objectives.reinforce());
        assertSameGradient(reinforce, batch.evaluate(Objectives.ppo(0.2)));
        assertSameGradient(reinforce, batch.evaluate(Objectives.dapo(0.2, 0.28)));
        assertSameGradient(batch.evaluate(Objective.mle()), batch.evaluate(Objectives.psft(Policy.OLD, 0.2)));
    }

    /** The reference model's losses, written down, serve instead of the model. */
    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void aRecordedReferenceIsTheReference(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        float[] p = probabilities(batch.teacher(), batch.classes());
        float[] loss = new float[batch.tokens()];
        IntStream.range(0, loss.length)
                .forEach(i -> loss[i] = (float) -Math.log(p[i * batch.classes() + (int) batch.labels()[i]]));
        batch.columns().put(ColumnNames.REFERENCE_LOSS, loss);
        Policy recorded = Policy.RECORDED_REFERENCE;
        assertSame(
                batch.evaluate(Objectives.psft(Policy.REFERENCE, 0.2)), batch.evaluate(Objectives.psft(recorded, 0.2)));
        assertSame(
                batch.evaluate(Objectives.rho1(0.4)),
                batch.evaluate(
                        Objectives.maskedMle(new ExcessLossScore(new ColumnScore(ColumnNames.REFERENCE_LOSS)), 0.4)));
        assertSame(batch.evaluate(weighted(Policy.REFERENCE)), batch.evaluate(weighted(recorded)));
    }

    private static Objective weighted(Policy policy) {
        SoftWeight ratio = new SoftWeight(new LogRatioScore(policy), SoftFunction.EXP, 1);
        return new Objective(List.of(new Term(new KlEstimateTarget(policy), ratio, Normaliser.SEQUENCES, 1)));
    }

    /** log p's gradient times p is p's own: dynamic fine-tuning climbs the probability itself. */
    @ParameterizedTest
    @ValueSource(strings = {"flat", "peaked"})
    void dynamicFineTuningMaximisesTheProbability(String name) {
        TokenBatch batch = TokenBatch.of(FIXTURES, name);
        batch.columns().put(ColumnNames.OLD_LOG_PROBABILITY, new float[batch.tokens()]);
        Objective probability = new Objective(
                List.of(new Term(new ClippedRatioTarget(Policy.OLD, 1, 1), new AllTokens(), Normaliser.VALID, 1)));
        assertSameGradient(batch.evaluate(probability), batch.evaluate(Objectives.dft()));
    }
}
