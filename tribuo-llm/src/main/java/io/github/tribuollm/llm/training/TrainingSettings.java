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

import io.github.tribuollm.llm.graphs.Batching;

/**
 * The hyperparameters of a run.
 *
 * @param epochs passes over the data, at least 1
 * @param batchSize sequences in an optimiser step
 * @param microBatchSize sequences that are processed together, at most {@code batchSize}
 * @param batching how the sequences of a step are laid out in micro-batches
 * @param learningRate the peak learning rate
 * @param schedule how the learning rate changes
 * @param warmupRatio the fraction of the steps that warm up, in [0, 1)
 * @param weightDecay AdamW's decoupled decay
 * @param beta1 AdamW's decay of the first moment
 * @param beta2 AdamW's decay of the second moment
 * @param clipNorm the largest gradient norm; larger ones are scaled down to it
 * @param bucketByLength whether sequences of like length share a step, which decides what a step learns from
 * @param evaluationInterval steps between evaluations; 0 evaluates at the end only
 * @param saveInterval steps between saved states; 0 saves when interrupted only
 * @param seed the seed of order, initialisation and dropout
 */
public record TrainingSettings(
        int epochs,
        int batchSize,
        int microBatchSize,
        Batching batching,
        double learningRate,
        LearningRateSchedule schedule,
        double warmupRatio,
        double weightDecay,
        double beta1,
        double beta2,
        double clipNorm,
        boolean bucketByLength,
        int evaluationInterval,
        int saveInterval,
        long seed) {
    /**
     * The number of warm-up steps.
     *
     * @param steps the steps of the run
     * @return the ratio of them, rounded up
     */
    int warmupSteps(int steps) {
        return (int) Math.ceil(warmupRatio * steps);
    }
}
