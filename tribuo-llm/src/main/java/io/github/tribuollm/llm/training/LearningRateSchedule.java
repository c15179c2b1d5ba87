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

/** How the learning rate changes over a run, after a linear warm-up from 0; the schedules of transformers. */
public enum LearningRateSchedule {
    /** Stays at the peak. */
    CONSTANT,
    /** Falls to 0 in a straight line. */
    LINEAR,
    /** Falls to 0 along half a cosine, the paper's choice. */
    COSINE;

    private double decay(double progress) {
        return switch (this) {
            case CONSTANT -> 1;
            case LINEAR -> 1 - progress;
            case COSINE -> 0.5 * (1 + Math.cos(Math.PI * progress));
        };
    }

    /**
     * The factor of the peak learning rate.
     *
     * @param step the step, from 0
     * @param warmup the number of warm-up steps
     * @param steps the number of steps of the run
     * @return in [0, 1]; 0 at step 0 if there is a warm-up
     */
    public double factor(int step, int warmup, int steps) {
        if (step < warmup) {
            return (double) step / warmup;
        }
        return Math.max(0, decay((double) (step - warmup) / Math.max(1, steps - warmup)));
    }
}
