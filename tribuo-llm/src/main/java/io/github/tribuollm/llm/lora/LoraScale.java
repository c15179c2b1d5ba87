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
package io.github.tribuollm.llm.lora;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How ranks and scales differ from the rule that every module has one rank and the scale alpha / rank.
 *
 * @param rankStabilised whether the scale is alpha / sqrt(rank) (Kalajdzievski, "A Rank Stabilization Scaling Factor
 *     for Fine-Tuning with LoRA")
 * @param ranks other ranks by the ends of paths, as regular expressions of Python; the first that matches counts
 * @param alphas other alphas in the same way
 */
public record LoraScale(boolean rankStabilised, Map<String, Integer> ranks, Map<String, Double> alphas) {
    /** The rule without exceptions. */
    static final LoraScale PLAIN = new LoraScale(false, Map.of(), Map.of());

    /**
     * Checks the values and takes copies, in order.
     *
     * @param rankStabilised whether the scale is alpha / sqrt(rank)
     * @param ranks other ranks
     * @param alphas other alphas
     * @throws IllegalArgumentException if a value is out of range, or an expression cannot be read
     */
    public LoraScale {
        ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
        alphas = Collections.unmodifiableMap(new LinkedHashMap<>(alphas));
        ranks.forEach((pattern, rank) -> {
            PythonPattern.ofEnd(pattern);
            LoraConfig.requireRank(rank);
        });
        alphas.forEach((pattern, alpha) -> {
            PythonPattern.ofEnd(pattern);
            LoraConfig.requireAlpha(alpha);
        });
    }

    /** The value of the first pattern that a module matches. */
    static <T> T of(Map<String, T> patterns, String module, T fallback) {
        return patterns.entrySet().stream()
                .filter(entry -> PythonPattern.ofEnd(entry.getKey()).matches(module))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(fallback);
    }

    /** {@return what differs from the rule; empty if nothing does} */
    @Override
    public String toString() {
        return (rankStabilised ? ", rank-stabilised" : "")
                + (ranks.isEmpty() ? "" : ", ranks " + ranks)
                + (alphas.isEmpty() ? "" : ", alphas " + alphas);
    }
}
