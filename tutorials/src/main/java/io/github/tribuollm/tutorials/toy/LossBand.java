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
package io.github.tribuollm.tutorials.toy;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.weight.Candidates;
import io.github.tribuollm.objectives.weight.Selector;
import io.github.tribuollm.runtime.Settings;

/** The candidates between two quantiles of the scores: a selector of one's own takes one class. */
public final class LossBand implements Selector {
    @Config(mandatory = true, description = "The lower quantile, in [0, 1).")
    private double low;

    @Config(mandatory = true, description = "The upper quantile, in (low, 1].")
    private double high;

    private LossBand() {}

    /**
     * The candidates between two quantiles. Bands that meet share no candidate, and leave none out.
     *
     * @param low the lower quantile, in [0, 1)
     * @param high the upper quantile, in (low, 1]
     * @throws PropertyException if they lie elsewhere
     */
    public LossBand(double low, double high) {
        this.low = low;
        this.high = high;
        postConfig();
    }

    @Override
    public void postConfig() {
        Settings.require(
                "low",
                0 <= low && low < high && high <= 1,
                "must be in [0, 1) and below high, at most 1: " + low + ", " + high);
    }

    /** Candidate r of K, from the largest score, stands for the quantile 1 - (r + 1/2) / K. */
    @Override
    public Tensor select(Candidates candidates) {
        Tensor count = candidates.counts().toFloat();
        Tensor place = candidates.ranks().add(0.5f);
        Tensor below = place.greater(count.mul((float) (1 - high)));
        Tensor above = place.greater(count.mul((float) (1 - low))).not();
        return below.and(above).toFloat();
    }

    @Override
    public String toString() {
        return "between quantiles " + low + " and " + high;
    }
}
