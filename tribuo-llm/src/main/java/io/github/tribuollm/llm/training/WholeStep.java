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
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.StepFeeds;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Lazy;

/** Everything from scores to sums of gradients in one run, where the base is, of which there is one copy. */
final class WholeStep implements StepStrategy {
    private final StepModel model;
    private final KnownWeights known;
    private final Lazy<GraphSession> session;

    WholeStep(StepModel model, KnownWeights known) {
        this.model = model;
        this.known = known;
        this.session = model.session(StepPlan.WHOLE_STEP);
    }

    @Override
    public StepOutcome compute(MicroBatches batches, int step) {
        StepFeeds weighed = StepFeeds.ofAll(model.task.needs(), batches, step)
                .raw(known.ranked(batches))
                .statistics()
                .documentWeights();
        return model.run(session.get(), weighed, model.gradients.tensors(Names::gradient));
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
