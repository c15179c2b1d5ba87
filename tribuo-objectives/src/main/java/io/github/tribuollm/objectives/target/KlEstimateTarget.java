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
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.token.TokenDistribution;

/**
 * The estimate of {@code KL(p || p_other)} from one sampled token that GRPO penalises (Shao et al., "DeepSeekMath",
 * 2024, equation 4): {@code e^d - d - 1} with {@code d = log p_other(label) - log p(label)}, never negative and
 * unbiased where the label was sampled from p.
 */
public final class KlEstimateTarget implements Target {
    @Config(description = "The policy that the model is held to.")
    private Policy policy = Policy.REFERENCE;

    /** The estimated divergence from the reference model. */
    public KlEstimateTarget() {}

    /**
     * The estimated divergence from a policy.
     *
     * @param policy the policy that the model is held to
     */
    public KlEstimateTarget(Policy policy) {
        this.policy = policy;
    }

    @Override
    public Tensor loss(TokenDistribution student, Context context) {
        Tensor d = student.nll(context.labels()).sub(context.policyNll(policy));
        return d.exp().sub(d).add(-1);
    }

    @Override
    public String toString() {
        return "KL estimate to the " + policy.words();
    }
}
