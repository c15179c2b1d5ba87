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

/**
 * How far the model's loss lies above a reference: the reducible loss of Mindermann et al., "Prioritized Training on
 * Points that are Learnable, Worth Learning, and Not Yet Learnt" (2022), Algorithm 1.
 */
public final class ExcessLossScore implements Score {
    @Config(description = "What the loss is compared with, nats.")
    private Score reference = new ReferenceLossScore();

    /** The excess over the reference model's loss. */
    public ExcessLossScore() {}

    /**
     * The excess over a loss that is known otherwise.
     *
     * @param reference what the loss is compared with, nats
     */
    public ExcessLossScore(Score reference) {
        this.reference = reference;
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return statistics.nll().sub(reference.of(statistics));
    }

    @Override
    public String toString() {
        return "loss - " + reference;
    }
}
