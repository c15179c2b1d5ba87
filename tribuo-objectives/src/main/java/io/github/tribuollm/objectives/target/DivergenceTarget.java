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
 * The generalised Jensen-Shannon divergence between the reference model P and the model Q, of Agarwal et al.,
 * "On-Policy Distillation of Language Models: Learning from Self-Generated Mistakes" (2024), Section 2: with the
 * mixture {@code M = beta P + (1 - beta) Q}, {@code beta KL(P || M) + (1 - beta) KL(Q || M)}. The ends, where that
 * vanishes, stand for what it tends to in direction: {@code KL(P || Q)} at 0 and {@code KL(Q || P)} at 1.
 */
public final class DivergenceTarget implements Target {
    @Config(mandatory = true, description = "0 for forward KL, 1 for reverse KL, between for Jensen-Shannon.")
    private double beta;

    @Config(description = "What both models' logits are divided by, above 0.")
    private double temperature = 1;

    private DivergenceTarget() {}

    /**
     * A divergence from the reference model.
     *
     * @param beta in [0, 1]; 0 is forward KL, 1 reverse KL
     * @param temperature what both models' logits are divided by, above 0
     * @throws PropertyException if a number lies outside its range
     */
    public DivergenceTarget(double beta, double temperature) {
        this.beta = beta;
        this.temperature = temperature;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (!(beta >= 0 && beta <= 1)) {
            throw new PropertyException("", "beta", "must lie in [0, 1]: " + beta);
        }
        Finite.requirePositive("temperature", temperature);
    }

    @Override
    public Tensor loss(TokenDistribution student, Context context) {
        return student.atTemperature(temperature).divergence(context.reference().atTemperature(temperature), beta);
    }

    @Override
    public String toString() {
        String name = beta == 0 ? "forward KL" : beta == 1 ? "reverse KL" : "Jensen-Shannon divergence " + beta;
        return name + (temperature == 1 ? "" : " at temperature " + temperature);
    }
}
