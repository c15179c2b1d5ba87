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
import io.github.tribuollm.objectives.token.Policy;

/** log p(label) - log p_other(label): the logarithm of an importance weight. */
public final class LogRatioScore implements Score {
    @Config(mandatory = true, description = "Whose probability the model's own is divided by.")
    private Policy policy;

    private LogRatioScore() {}

    /**
     * A log-ratio.
     *
     * @param policy whose probability the model's own is divided by
     */
    public LogRatioScore(Policy policy) {
        this.policy = policy;
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return statistics.nll(policy).sub(statistics.nll());
    }

    @Override
    public String toString() {
        return "log-ratio to the " + policy.words();
    }
}
