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
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.token.TokenDistribution;

/**
 * The clipped surrogate of Schulman et al., "Proximal Policy Optimization Algorithms" (2017), equation 7: with the
 * ratio r of the model's probability of the label to an earlier policy's and the weight A as advantage, the weighted
 * loss is -min(r A, clip(r, 1 - low, 1 + high) A). Its gradient is that of -log p times r A, or 0 where r has left the
 * bounds in A's direction.
 */
public final class ClippedRatioTarget implements Target {
    @Config(mandatory = true, description = "The policy that the ratio is taken to.")
    private Policy policy;

    @Config(description = "How far below 1 the ratio may fall where the weight is negative, in (0, 1].")
    private double low = 0.2;

    @Config(description = "How far above 1 the ratio may rise where the weight is positive, above 0.")
    private double high = 0.2;

    private ClippedRatioTarget() {}

    /**
     * A clipped ratio.
     *
     * @param policy the policy that the ratio is taken to
     * @param low how far below 1 the ratio may fall where the weight is negative, in (0, 1]
     * @param high how far above 1 the ratio may rise where the weight is positive, above 0
     * @throws PropertyException if a bound lies outside its range
     */
    public ClippedRatioTarget(Policy policy, double low, double high) {
        this.policy = policy;
        this.low = low;
        this.high = high;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (!(low > 0 && low <= 1)) {
            throw new PropertyException("", "low", "must lie in (0, 1]: " + low);
        }
        Finite.requirePositive("high", high);
    }

    /** The loss under a positive weight, -min(r, 1 + high). */
    @Override
    public Tensor loss(TokenDistribution student, Context context) {
        return fromAbove(logRatio(student, context)).exp().neg();
    }

    /** Clipped before e^x is taken, which may overflow where the bound hides it. */
    @Override
    public Tensor weightedLoss(TokenDistribution student, Context context, Tensor weights) {
        Tensor logRatio = logRatio(student, context);
        Tensor clipped = fromAbove(logRatio).where(weights.greater(0), fromBelow(logRatio));
        return clipped.exp().mul(weights).neg();
    }

    private Tensor logRatio(TokenDistribution student, Context context) {
        return context.policyNll(policy).sub(student.nll(context.labels()));
    }

    private Tensor fromAbove(Tensor logRatio) {
        return logRatio.min(logRatio.graph().constant((float) Math.log1p(high)));
    }

    private Tensor fromBelow(Tensor logRatio) {
        return logRatio.max(logRatio.graph().constant((float) Math.log1p(-low)));
    }

    @Override
    public String toString() {
        return "ratio to the " + policy.words() + ", clipped to [" + (1 - low) + ", " + (1 + high) + "]";
    }
}
