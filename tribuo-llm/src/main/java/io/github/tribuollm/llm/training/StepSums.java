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

import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Arrays;

/**
 * Sums over the tokens that a step, or a part of it, learns from.
 *
 * @param termLosses the contribution of each term
 * @param hits how many labels were the most probable token
 * @param entropy of the predictions, nats
 */
record StepSums(double[] termLosses, double hits, double entropy) {
    /** Nothing yet. */
    static StepSums none(int terms) {
        return new StepSums(new double[terms], 0, 0);
    }

    /** What a graph found: scalars, or one of each micro-batch. */
    static StepSums of(GraphSession.Outputs outputs, int terms) {
        double[] losses = new double[terms];
        Arrays.setAll(losses, k -> sum(outputs.floats(Names.loss(k))));
        return new StepSums(losses, sum(outputs.floats(Names.HITS)), sum(outputs.floats(Names.ENTROPY)));
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    StepSums plus(StepSums other) {
        double[] losses = new double[termLosses.length];
        Arrays.setAll(losses, k -> termLosses[k] + other.termLosses[k]);
        return new StepSums(losses, hits + other.hits, entropy + other.entropy);
    }
}
