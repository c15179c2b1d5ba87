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
import java.util.Arrays;
import java.util.List;

/**
 * The weights of all completion tokens are known before the first backward pass; then each micro-batch runs under its
 * own.
 */
final class GivenWeightsStep implements StepStrategy {
    private final StepModel model;
    private final KnownWeights known;
    private final Lazy<GraphSession> session;
    private final GradientSum gradients;

    GivenWeightsStep(StepModel model, KnownWeights known) {
        this.model = model;
        this.known = known;
        this.session = model.session(StepPlan.GIVEN_WEIGHTS);
        this.gradients = new GradientSum(model.gradients);
    }

    @Override
    public StepOutcome compute(MicroBatches batches, int step) {
        List<float[]> raw = known.raw(batches, step);
        List<float[]> weights = known.normalised(batches, raw, step);
        double total = total(weights);
        long selected = selected(raw.get(0));
        return Double.isFinite(total)
                ? accumulate(batches, weights, step, total, selected)
                : new StepOutcome(total, 0, selected, StepSums.none(weights.size()));
    }

    private static double total(List<float[]> weights) {
        double total = 0;
        for (float[] term : weights) {
            for (float weight : term) {
                total += weight;
            }
        }
        return total;
    }

    private static long selected(float[] weights) {
        long selected = 0;
        for (float weight : weights) {
            selected += weight != 0 ? 1 : 0;
        }
        return selected;
    }

    /** Adds up gradients and sums. */
    private StepOutcome accumulate(MicroBatches batches, List<float[]> weights, int step, double total, long selected) {
        gradients.clear();
        StepSums sums = StepSums.none(weights.size());
        long carrying = 0;
        int from = 0;
        for (MicroBatch batch : batches.parts()) {
            int start = from;
            int end = start + batch.completionTokens();
            WeightedBatch weighted = WeightedBatch.of(
                    batch,
                    weights.stream().map(w -> Arrays.copyOfRange(w, start, end)).toList());
            if (weighted.batch().completionTokens() > 0) {
                sums = sums.plus(run(weighted, step));
            }
            carrying += weighted.batch().completionTokens();
            from = end;
        }
        return new StepOutcome(total, carrying, selected, sums);
    }

    private StepSums run(WeightedBatch part, int step) {
        StepFeeds tokens = StepFeeds.ofOne(model.task.needs(), part.batch(), step);
        try (StepFeeds feeds = model.learning(tokens.weights(part.weights()))) {
            return gradients.add(places -> {
                try (GraphSession.Outputs outputs = session.get().run(feeds.feeds(), places)) {
                    return StepSums.of(outputs, model.terms());
                }
            });
        }
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
