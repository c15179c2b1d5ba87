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

import java.util.function.IntToDoubleFunction;

/**
 * Keeps the tokens whose information, -log p, is nearest to the entropy, until they have a share of the probability, and
 * those as near as the last of them (Meister et al., 2023).
 */
record TypicalP(double mass) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        Softmax softmax = candidates.softmax();
        double entropy = softmax.entropy();
        IntToDoubleFunction nearness = token -> -Math.abs(-softmax.logProbability(token) - entropy);
        int[] typical = Nucleus.of(candidates, mass, nearness);
        double farthest = nearness.applyAsDouble(typical[typical.length - 1]);
        candidates.keep(token -> nearness.applyAsDouble(token) >= farthest);
    }
}
