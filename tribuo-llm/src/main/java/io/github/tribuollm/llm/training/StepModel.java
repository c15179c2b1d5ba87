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

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.graphs.AdapterDropout;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.StepFeeds;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Lazy;
import io.github.tribuollm.runtime.WeightSource;
import java.util.Map;

/** The model that steps train: opens their graphs, feeds its parameters, and holds the gradients. */
final class StepModel implements AutoCloseable {
    final StepTask task;
    final WeightSource base;
    final ParameterSet parameters;
    final ParameterSet gradients;
    private final AdapterDropout dropout;
    private final long dropoutSeed;
    private float lossScale = 1;

    StepModel(StepTask task, ParameterSet parameters, WeightSource base, long dropoutSeed) {
        this.task = task;
        this.base = base;
        this.parameters = parameters;
        this.gradients = new ParameterSet(parameters.shapes());
        this.dropout = new AdapterDropout(task.shape());
        this.dropoutSeed = dropoutSeed;
    }

    void scaleLoss(float scale) {
        lossScale = scale;
    }

    int terms() {
        return task.objective().terms().size();
    }

    /** A session with the graph of a plan. */
    Lazy<GraphSession> session(StepPlan plan) {
        return Lazy.session(() -> open(plan.graph(task, base)));
    }

    private GraphSession open(Graph.Model model) {
        Backend backend = task.shape().backend();
        return backend.open(model, task.weights(base), backend.arena(model));
    }

    /** Adds what targets and the model read to the feeds of a graph that learns. */
    StepFeeds learning(StepFeeds feeds) {
        task.reference().ifPresent(feeds::reference);
        return feeds.columns()
                .targets()
                .parameters(parameters)
                .lossScale(lossScale)
                .dropout(dropout, dropoutSeed);
    }

    /**
     * Runs a graph that computes its weights.
     *
     * @param weighed the tokens and what their weights look at
     * @param places where the gradients are written
     */
    StepOutcome run(GraphSession session, StepFeeds weighed, Map<String, OnnxTensor> places) {
        try (StepFeeds feeds = learning(weighed);
                GraphSession.Outputs outputs = session.run(feeds.feeds(), places)) {
            return StepOutcome.of(outputs, terms());
        }
    }

    @Override
    public void close() {
        gradients.close();
    }
}
