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

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The loss and the gradients of one optimiser step, the same to rounding for any cut into micro-batches. {@link
 * StepPlan} tells in which ways a step may run, and which way it takes.
 */
public final class OptimiserStep implements AutoCloseable {
    /**
     * What a step has done.
     *
     * @param loss the objective's value
     * @param termLosses the contribution of each term
     * @param completionTokens the number of completion tokens
     * @param tokens the number of tokens, prompts included
     * @param selected the number of tokens that the first term takes
     * @param accuracy the fraction of the tokens learned from whose label was the most probable token; NaN without any
     * @param entropy the mean entropy of their predictions, nats; NaN without any
     */
    public record Result(
            double loss,
            double[] termLosses,
            long completionTokens,
            long tokens,
            long selected,
            double accuracy,
            double entropy) {}

    private final StepTask task;
    private final StepModel model;
    private final KnownWeights known;
    private final OwnWeightsStep own;
    private final GivenWeightsStep given;
    private final WholeStep whole;

    /**
     * Prepares steps; graphs are built when first needed.
     *
     * @param task what the steps have in common
     * @param parameters what is trained; not closed with this
     * @param base the base's weights
     * @param dropoutSeed the seed of the dropout masks of adapters
     */
    public OptimiserStep(StepTask task, ParameterSet parameters, WeightSource base, long dropoutSeed) {
        this.task = task;
        this.model = new StepModel(task, parameters, base, dropoutSeed);
        this.known = new KnownWeights(model);
        this.own = new OwnWeightsStep(model);
        this.given = new GivenWeightsStep(model, known);
        this.whole = new WholeStep(model, known);
    }

    /**
     * Weighs a whole data set with the model as it is now, if the objective ranks among all its tokens.
     *
     * @param data the data set
     */
    public void weigh(List<TokenSequence> data) {
        known.weigh(data);
    }

    /**
     * Multiplies the gradients of further steps, in float16, where small ones vanish otherwise.
     *
     * @param scale the factor of the loss before its backward pass; the reported loss is not multiplied
     */
    public void scaleLoss(float scale) {
        model.scaleLoss(scale);
    }

    /** The gradients of the last step, by parameter, times the loss scale. */
    public Map<String, FloatBuffer> gradients() {
        return model.gradients.values();
    }

    /**
     * Computes a step.
     *
     * @param batches its micro-batches
     * @param step its number, from 0
     * @return loss and counts; the gradients are then in {@link #gradients()}
     * @throws TrainingException if the step has no completion token, if no token is selected (but where weights come
     *     from columns of the data, such a step has no gradient), or if a weight is not finite
     * @throws io.github.tribuollm.llm.scoring.NotFiniteException if that comes from what a model says of a token
     */
    public Result compute(List<MicroBatch> batches, int step) {
        MicroBatches all = new MicroBatches(batches);
        if (all.completionTokens() == 0) {
            throw new TrainingException("Step " + step
                    + " has no completion token: every prompt fills its whole row; raise the maximal length");
        }
        StepOutcome outcome = strategy(all).compute(all, step);
        if (!Double.isFinite(outcome.totalWeight())) {
            known.requireFiniteScores(all);
            throw new TrainingException("Step " + step + " has weights whose sum is " + outcome.totalWeight()
                    + "; clip the weights, or look at the numbers of the data, under: " + task.objective());
        }
        return outcome.carrying() == 0 ? nothing(all, step) : result(all, outcome);
    }

    /**
     * How a step runs. Where whole steps run, they take the base's place on a device, and steps of one micro-batch
     * too.
     */
    private StepStrategy strategy(MicroBatches batches) {
        return switch (StepPlan.of(task, batches.size())) {
            case OWN_WEIGHTS -> whole.isOpen() ? whole : own;
            case GIVEN_WEIGHTS -> given;
            case WHOLE_STEP -> alone(whole);
        };
    }

    /** A strategy whose graph takes the place of the others'. */
    private StepStrategy alone(StepStrategy strategy) {
        if (!strategy.isOpen()) {
            closeSessions();
        }
        return strategy;
    }

    /** No gradient, where the numbers of the data may be 0 for all tokens, as advantages may. */
    private Result nothing(MicroBatches batches, int step) {
        if (task.needs().columns().isEmpty()) {
            throw new TrainingException(
                    "Step " + step + " gives none of its completion tokens a weight: widen the selection"
                            + " of, or look at the documents' weights under: " + task.objective());
        }
        model.gradients.clear();
        return result(batches, StepOutcome.none(model.terms()));
    }

    private static Result result(MicroBatches batches, StepOutcome outcome) {
        StepSums sums = outcome.sums();
        return new Result(
                Arrays.stream(sums.termLosses()).sum(),
                sums.termLosses(),
                batches.completionTokens(),
                batches.allTokens(),
                outcome.selected(),
                sums.hits() / outcome.carrying(),
                sums.entropy() / outcome.carrying());
    }

    private void closeSessions() {
        Stream.of(own, given, whole).forEach(StepStrategy::close);
    }

    @Override
    public void close() {
        closeSessions();
        known.close();
        model.close();
    }
}
