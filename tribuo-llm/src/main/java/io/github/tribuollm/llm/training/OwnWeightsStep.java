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

import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.StepFeeds;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Lazy;

/** One micro-batch is scored, weighed and learned in one pass. */
final class OwnWeightsStep implements StepStrategy {
    private final StepModel model;
    private final Lazy<GraphSession> session;

    OwnWeightsStep(StepModel model) {
        this.model = model;
        this.session = model.session(StepPlan.OWN_WEIGHTS);
    }

    @Override
    public StepOutcome compute(MicroBatches batches, int step) {
        return model.run(
                session.get(),
                StepFeeds.ofOne(model.task.needs(), batches.parts().get(0), step));
    }

    @Override
    public boolean isOpen() {
        return session.isMade();
    }

    @Override
    public void close() {
        session.close();
    }
}
