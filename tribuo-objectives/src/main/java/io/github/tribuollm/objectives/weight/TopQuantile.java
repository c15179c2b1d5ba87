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
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;

/**
 * The candidates above a quantile of the scores: exactly ceil((1 - quantile) K) of a group of K, at least one where
 * there is one. The paper takes the quantile 0.75, the top 25 % (Section 4.2).
 */
public final class TopQuantile implements Selector {
    private static final long RESOLUTION = 1_000_000;

    @Config(mandatory = true, description = "Quantile of the scores above which a candidate is selected, in (0, 1).")
    private double quantile = 0.75;

    private TopQuantile() {}

    /**
     * The candidates above a quantile.
     *
     * @param quantile in (0, 1), resolved to 1e-6
     * @throws PropertyException if it lies outside
     */
    public TopQuantile(double quantile) {
        this.quantile = quantile;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (!(quantile > 0 && quantile < 1)) {
            throw new PropertyException("", "quantile", "must lie in (0, 1): " + quantile);
        }
    }

    /** In integers, because (1 - quantile) K in floating point may round above the exact product. */
    @Override
    public Tensor select(Candidates candidates) {
        Graph graph = candidates.scores().graph();
        long kept = RESOLUTION - Math.round(quantile * RESOLUTION);
        Tensor k = candidates
                .counts()
                .mul(graph.integers(kept))
                .add(graph.integers(RESOLUTION - 1))
                .div(graph.integers(RESOLUTION));
        return k.toFloat().greater(candidates.ranks()).toFloat();
    }

    /** {@return the quantile above which a candidate is selected, in (0, 1)} */
    public double quantile() {
        return quantile;
    }

    @Override
    public String toString() {
        return "above quantile " + quantile;
    }
}
