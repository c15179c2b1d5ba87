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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the optimiser steps of a run have in common, and all that {@link StepPlan} decides from beside their sizes.
 * Where the base's weights are, and what the parameters are, is not part of it.
 *
 * @param objective what is minimised
 * @param needs what the objective looks at
 * @param shape the model's form
 * @param reference the model that the objective compares with; empty if it needs none
 * @param together whether the micro-batches of a step run together where they can
 */
public record StepTask(
        Objective objective,
        Requirements needs,
        ModelShape shape,
        Optional<ReferenceModel> reference,
        boolean together) {
    /**
     * Steps whose micro-batches run together on a device, one after another on the processor.
     *
     * @param objective what is minimised
     * @param shape the model's form
     * @param reference a model to compare with; left out if the objective needs none
     * @return the task
     */
    public static StepTask of(Objective objective, ModelShape shape, Optional<ReferenceModel> reference) {
        Requirements needs = objective.requirements();
        return new StepTask(
                objective,
                needs,
                shape,
                reference.filter(model -> needs.needsReference()),
                shape.backend().onDevice());
    }

    /** The same task with micro-batches that run together, or one after another, wherever that is. */
    public StepTask runningTogether(boolean wherever) {
        return new StepTask(objective, needs, shape, reference, wherever);
    }

    /** {@return the same task for other micro-batches} */
    public StepTask with(ModelShape form) {
        return new StepTask(objective, needs, form, reference, together);
    }

    /** Whether the weights depend on what a model says. */
    boolean scores() {
        return !needs.student().isEmpty() || !needs.reference().isEmpty();
    }

    /** {@return whether tokens are ranked among those of the whole data set, once, before the first step} */
    public boolean ranksTheDataSet() {
        return objective.scope().equals(Optional.of(Scope.DATASET));
    }

    /** {@return what a graph of both models reads} */
    public WeightSource weights(WeightSource base) {
        return reference.map(model -> model.beside(base)).orElse(base);
    }

    /**
     * The graphs of the forward passes that weights look at, where they are not part of the graph of a step.
     *
     * @param base tells the element types of the base's weights
     * @return a graph for each model that is asked
     */
    public List<Graph.Model> scoring(WeightSource base) {
        List<Graph.Model> passes = new ArrayList<>();
        if (!needs.student().isEmpty()) {
            passes.add(new LanguageModelGraph(shape, base).measuring(List.copyOf(needs.student())));
        }
        if (!needs.reference().isEmpty()) {
            reference.ifPresent(model -> passes.add(measuring(model, base)));
        }
        return passes;
    }

    private Graph.Model measuring(ReferenceModel model, WeightSource base) {
        ModelShape form = model.shape().with(shape.maxSequences(), shape.maxLength(), shape.recompute());
        return new LanguageModelGraph(form, model.weights().orElse(base)).measuring(List.copyOf(needs.reference()));
    }

    /** An empty graph of forward and backward passes over one micro-batch. */
    TrainingGraph passes(WeightSource base) {
        return new TrainingGraph(shape, base, reference);
    }
}
