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
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.Finite;

/** The candidates whose score exceeds a threshold. */
public final class Threshold implements Selector {
    @Config(mandatory = true, description = "The score above which a candidate is selected.")
    private double threshold;

    private Threshold() {}

    /**
     * The candidates above a threshold.
     *
     * @param threshold in the score's unit, finite
     * @throws PropertyException if it is not finite
     */
    public Threshold(double threshold) {
        this.threshold = threshold;
        postConfig();
    }

    @Override
    public void postConfig() {
        Finite.require("threshold", threshold);
    }

    @Override
    public Tensor select(Candidates candidates) {
        return candidates.scores().greater((float) threshold).toFloat();
    }

    @Override
    public String toString() {
        return "above " + threshold;
    }
}
