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
package io.github.tribuollm.evidence;

import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.training.GradientNorm;
import io.github.tribuollm.llm.training.LossScale;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.runtime.ComputeType;
import java.util.List;
import java.util.Optional;

/** Steps whose gradients are finite: in float16 one that overflows is computed again under half the loss scale. */
final class FiniteStep {
    private final OptimiserStep step;
    private Optional<LossScale> scale;

    FiniteStep(OptimiserStep step, ComputeType type) {
        this.step = step;
        this.scale = LossScale.initial(type);
    }

    /** By how much the gradients of the last step are too large. */
    float scale() {
        return scale.map(LossScale::value).orElse(1f);
    }

    /** How often a step was computed again. */
    int overflows() {
        return scale.map(LossScale::skippedSteps).orElse(0);
    }

    OptimiserStep.Result compute(List<MicroBatch> batches, int number) {
        step.scaleLoss(scale());
        OptimiserStep.Result result = step.compute(batches, number);
        boolean again =
                scale.filter(s -> !s.isSmallest()).isPresent() && !Double.isFinite(GradientNorm.of(step.gradients()));
        if (!again) {
            return result;
        }
        scale = scale.map(LossScale::afterOverflow);
        return compute(batches, number);
    }
}
