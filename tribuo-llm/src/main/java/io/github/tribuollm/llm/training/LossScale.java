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

import io.github.tribuollm.runtime.ComputeType;
import java.util.Optional;

/**
 * By how much the loss is multiplied before a backward pass in float16, whose smallest gradients would vanish
 * otherwise. As PyTorch's GradScaler with its defaults: a step whose gradient overflows is skipped and halves the
 * scale, and 2000 steps without one double it. These numbers are no settings, because from any start the scale finds
 * its place within a few steps. Being a power of two, it changes no bit of a gradient that neither vanishes nor
 * overflows.
 *
 * @param value the scale
 * @param goodSteps the steps without overflow since the scale changed last
 * @param skippedSteps the steps of the run that were skipped
 */
public record LossScale(float value, int goodSteps, int skippedSteps) {
    private static final float INITIAL = 0x1p16f;
    private static final float SMALLEST = 1;
    private static final float LARGEST = 0x1p127f;
    private static final int GROWTH_INTERVAL = 2000;

    /** The scale that a run starts with; empty where gradients have the range of float32. */
    public static Optional<LossScale> initial(ComputeType type) {
        return type == ComputeType.FLOAT16 ? Optional.of(new LossScale(INITIAL, 0, 0)) : Optional.empty();
    }

    LossScale afterGoodStep() {
        return goodSteps + 1 < GROWTH_INTERVAL
                ? new LossScale(value, goodSteps + 1, skippedSteps)
                : new LossScale(Math.min(LARGEST, 2 * value), 0, skippedSteps);
    }

    public LossScale afterOverflow() {
        return new LossScale(value / 2, 0, skippedSteps + 1);
    }

    /** Whether gradients are not scaled up any more, so that it is they themselves that overflow. */
    public boolean isSmallest() {
        return value <= SMALLEST;
    }
}
