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
package io.github.tribuollm.objectives.weight;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.CounterRandom;

/** A uniform random number for each token and step: the paper's random-selection baseline (Section 4.2). */
public final class RandomScore implements ExternalScore {
    @Config(description = "Seed; the score of a token is a function of it, the step, the sequence and the position.")
    private long seed = 1;

    private RandomScore() {}

    /**
     * Random scores.
     *
     * @param seed the seed
     */
    public RandomScore(long seed) {
        this.seed = seed;
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return statistics.external(this);
    }

    @Override
    public float[] values(int step, long[] sequences, int[] positions) {
        float[] values = new float[sequences.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = CounterRandom.uniform(seed, step, sequences[i], positions[i]);
        }
        return values;
    }

    @Override
    public String toString() {
        return "random";
    }
}
