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
package io.github.tribuollm.objectives.target;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.Finite;
import io.github.tribuollm.objectives.token.TokenDistribution;

/**
 * The reference model's full distribution: {@code w(x) = p_ref(x | x_{<t})}, forward distillation. The loss is the
 * cross-entropy, the divergence {@code KL(p_ref || p)} plus the entropy of the reference, a constant.
 */
public final class ReferenceTarget implements Target {
    @Config(description = "What both models' logits are divided by, above 0.")
    private double temperature = 1;

    /** The reference model. */
    public ReferenceTarget() {}

    /**
     * The reference model at a temperature.
     *
     * @param temperature what both models' logits are divided by, above 0
     * @throws PropertyException if it is not
     */
    public ReferenceTarget(double temperature) {
        this.temperature = temperature;
        postConfig();
    }

    @Override
    public void postConfig() {
        Finite.requirePositive("temperature", temperature);
    }

    @Override
    public Tensor loss(TokenDistribution student, Context context) {
        return student.atTemperature(temperature)
                .crossEntropy(context.reference().atTemperature(temperature));
    }

    @Override
    public String toString() {
        return temperature == 1 ? "reference" : "reference at temperature " + temperature;
    }
}
