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
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.runtime.WeightSource;

/**
 * How an optimiser step runs. Training runs it so, and the memory of a run is planned by the same decision and the same
 * graphs.
 */
public enum StepPlan {
    /** Each micro-batch in one pass, whose weights come from the scores of this very pass. */
    OWN_WEIGHTS {
        @Override
        public Graph.Model graph(StepTask task, WeightSource base) {
            return task.passes(base).withOwnWeights(task.objective(), task.needs());
        }

        @Override
        public boolean scoresFirst(StepTask task) {
            return false;
        }
    },
    /**
     * The weights of the whole step are known first, from forward passes without dropout if they depend on scores; then
     * one micro-batch after another runs under its weights.
     */
    GIVEN_WEIGHTS {
        @Override
        public Graph.Model graph(StepTask task, WeightSource base) {
            return task.passes(base).withGivenWeights(task.objective(), task.needs());
        }

        @Override
        public boolean scoresFirst(StepTask task) {
            return task.scores() && !task.ranksTheDataSet();
        }
    },
    /**
     * All micro-batches in one run of one graph, {@link StepGraph}: the base is there once, and nothing leaves
     * between.
     */
    WHOLE_STEP {
        @Override
        public Graph.Model graph(StepTask task, WeightSource base) {
            ModelShape shape = task.shape();
            return new StepGraph(task.objective(), shape, base, task.reference()).training(shape.trained());
        }

        @Override
        public boolean scoresFirst(StepTask task) {
            return false;
        }
    };

    /**
     * What decides how a step of a task runs.
     *
     * @param microBatches their number, M
     * @param places of all their grids, P
     */
    public record Size(int microBatches, long places) {}

    /**
     * Decides how a step runs. A micro-batch takes one pass if its weights come from its own scores: where it is the
     * whole step or weighs its tokens without the others, not where dropout, which scores are without, changes the pass
     * that gradients need, and not where the weights were ranked among the whole data set. Steps of several
     * micro-batches run together where that is wanted and their dropout masks take at most 1 GiB.
     *
     * @param task what is learned
     * @param size the step's size
     * @return the plan
     */
    public static StepPlan of(StepTask task, Size size) {
        AdapterDropout dropout = new AdapterDropout(task.shape());
        boolean weighsItself = task.scores() && !dropout.acts() && !task.ranksTheDataSet();
        boolean fits = dropout.maskBytes(size.places()) <= AdaptedParameters.Masks.MOST_BYTES;
        if (size.microBatches() == 1 && weighsItself) {
            return OWN_WEIGHTS;
        }
        if (task.together() && fits) {
            return WHOLE_STEP;
        }
        return weighsItself && task.objective().weighsPartsAlone() ? OWN_WEIGHTS : GIVEN_WEIGHTS;
    }

    /**
     * The graph that gives the gradients.
     *
     * @param task what is learned
     * @param base tells the element types of the base's weights
     * @return the graph, which reads {@link StepTask#weights}
     */
    public abstract Graph.Model graph(StepTask task, WeightSource base);

    /** {@return whether each step begins with the passes of {@link StepTask#scoring}} */
    public abstract boolean scoresFirst(StepTask task);
}
