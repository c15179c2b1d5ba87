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

import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.StepFeeds;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Lazy;

/**
 * Each micro-batch is scored, weighed and learned in one pass. What it divides its weights by is its number of completion
 * tokens, so that its share in the step's makes them those of the step.
 */
final class OwnWeightsStep implements StepStrategy {
    private final StepModel model;
    private final Lazy<GraphSession> session;
    private final GradientSum gradients;

    OwnWeightsStep(StepModel model) {
        this.model = model;
        this.session = model.session(StepPlan.OWN_WEIGHTS);
        this.gradients = new GradientSum(model.gradients);
    }

    @Override
    public StepOutcome compute(MicroBatches batches, int step) {
        gradients.clear();
        StepOutcome outcome = StepOutcome.none(model.terms());
        for (MicroBatch part : batches.parts()) {
            if (part.completionTokens() > 0) {
                double share = (double) part.completionTokens() / batches.completionTokens();
                outcome = outcome.plus(run(part, share, step));
            }
        }
        return outcome;
    }

    private StepOutcome run(MicroBatch part, double share, int step) {
        StepFeeds weighed =
                StepFeeds.ofOne(model.task.needs(), part, step).statistics().documentWeights(share);
        return gradients.add(places -> model.run(session.get(), weighed, places));
    }

    @Override
    public boolean isOpen() {
        return session.isMade();
    }

    @Override
    public void close() {
        session.close();
        gradients.close();
    }
}
