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
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;

/** The entropy among the k most probable tokens, their probabilities scaled to the sum 1. */
public final class TopEntropyScore implements Score {
    @Config(mandatory = true, description = "How many tokens count, at least 2.")
    private int k = 20;

    private TopEntropyScore() {}

    /**
     * The entropy among the most probable tokens.
     *
     * @param k how many count, at least 2
     * @throws PropertyException if it is less
     */
    public TopEntropyScore(int k) {
        this.k = k;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (k < 2) {
            throw new PropertyException("", "k", "must be at least 2: " + k);
        }
    }

    private record TopEntropy(int k) implements TokenMeasure {
        @Override
        public Tensor of(TokenDistribution prediction, Tensor labels) {
            return prediction.topEntropy(k);
        }
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return statistics.student(new TopEntropy(k));
    }

    @Override
    public String toString() {
        return "entropy of the top " + k;
    }
}
