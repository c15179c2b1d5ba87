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
import io.github.tribuollm.objectives.token.SparseDistribution;
import io.github.tribuollm.objectives.token.TokenDistribution;

/**
 * The reference model's k most probable tokens: truncated distillation, {@code w(x) = p_ref(x | x_{<t}) delta(x in
 * top k)}. The loss is the cross-entropy; what the other tokens have is dropped, or given to the k in proportion.
 */
public final class TopReferenceTarget implements Target {
    @Config(mandatory = true, description = "How many tokens count, at least 1; the whole vocabulary if it is smaller.")
    private int k = 1;

    @Config(description = "Whether the probabilities of the k tokens are scaled to the sum 1.")
    private boolean renormalise = false;

    @Config(description = "What both models' logits are divided by, above 0.")
    private double temperature = 1;

    private TopReferenceTarget() {}

    /**
     * The reference model's most probable tokens.
     *
     * @param k how many, at least 1; the whole vocabulary if it is smaller
     * @param renormalise whether their probabilities are scaled to the sum 1
     * @param temperature what both models' logits are divided by, above 0
     * @throws PropertyException if a number lies outside its range
     */
    public TopReferenceTarget(int k, boolean renormalise, double temperature) {
        this.k = k;
        this.renormalise = renormalise;
        this.temperature = temperature;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (k < 1) {
            throw new PropertyException("", "k", "must be at least 1: " + k);
        }
        Finite.requirePositive("temperature", temperature);
    }

    @Override
    public Tensor loss(TokenDistribution student, Context context) {
        SparseDistribution top = context.reference().atTemperature(temperature).top(k);
        return student.atTemperature(temperature).crossEntropy(renormalise ? top.renormalised() : top);
    }

    @Override
    public String toString() {
        return "top " + k + " of the reference" + (renormalise ? ", renormalised" : "")
                + (temperature == 1 ? "" : ", at temperature " + temperature);
    }
}
