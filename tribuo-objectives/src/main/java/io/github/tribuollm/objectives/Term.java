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
package io.github.tribuollm.objectives;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.Component;
import io.github.tribuollm.objectives.token.Finite;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import io.github.tribuollm.objectives.weight.TokenWeight;

/** coefficient / normaliser * sum_n weight_n * target loss_n. */
public final class Term implements Component {
    @Config(mandatory = true, description = "What the prediction is pulled towards.")
    private Target target;

    @Config(mandatory = true, description = "How much each token counts.")
    private TokenWeight weight;

    @Config(description = "What the sum over tokens is divided by.")
    private Normaliser normaliser = Normaliser.VALID;

    @Config(description = "A constant factor.")
    private double coefficient = 1;

    private Term() {}

    /**
     * A term.
     *
     * @param target what the prediction is pulled towards
     * @param weight how much each token counts
     * @param normaliser what the sum over tokens is divided by
     * @param coefficient a constant factor, finite
     * @throws PropertyException if the coefficient is not finite
     */
    public Term(Target target, TokenWeight weight, Normaliser normaliser, double coefficient) {
        this.target = target;
        this.weight = weight;
        this.normaliser = normaliser;
        this.coefficient = coefficient;
        postConfig();
    }

    @Override
    public void postConfig() {
        Finite.require("coefficient", coefficient);
    }

    /** {@return what the prediction is pulled towards} */
    public Target target() {
        return target;
    }

    /** {@return how much each token counts} */
    public TokenWeight weight() {
        return weight;
    }

    /** {@return what the sum over tokens is divided by} */
    public Normaliser normaliser() {
        return normaliser;
    }

    /** {@return the constant factor} */
    public double coefficient() {
        return coefficient;
    }

    /**
     * Divides the weights of an optimiser step by the normaliser.
     *
     * @param weights this term's weights, [N]
     * @param statistics of the same tokens
     * @return coefficient * weights / normaliser, [N], without a gradient
     */
    public Tensor normalise(Tensor weights, TokenStatistics statistics) {
        return normaliser
                .normalise(weights, statistics)
                .mul((float) coefficient)
                .stopGradient();
    }

    /** The same where tokens count by numbers of their own, [N]. */
    Tensor normaliseCounted(Tensor weights, Tensor counts, TokenStatistics statistics) {
        return normaliser
                .normaliseCounted(weights, counts, statistics)
                .mul((float) coefficient)
                .stopGradient();
    }

    @Override
    public String toString() {
        return target + " on " + weight;
    }
}
