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
package io.github.tribuollm.llm.generation.sampling;

import java.util.function.ToDoubleFunction;

/**
 * Keeps the tokens with at least a probability, and the likeliest in any case (Hewitt et al., 2022).
 *
 * @param lowest the probability, of the prediction
 */
record Cutoff(ToDoubleFunction<Softmax> lowest) implements LogitsProcessor {
    static Cutoff epsilon(double epsilon) {
        return new Cutoff(softmax -> epsilon);
    }

    /** min(epsilon, sqrt(epsilon) exp(-H)): the more uncertain the prediction, the less is cut off. */
    static Cutoff eta(double epsilon) {
        return new Cutoff(softmax -> Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-softmax.entropy())));
    }

    @Override
    public void process(Candidates candidates, TokenHistory history) {
        Softmax softmax = candidates.softmax();
        double least = lowest.applyAsDouble(softmax);
        candidates.keep(token -> softmax.probability(token) >= least || candidates.logit(token) >= softmax.highest());
    }
}
