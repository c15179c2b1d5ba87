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

import java.util.List;

/**
 * The shape of an adapter.
 *
 * @param rank the rank of every update, at least 1
 * @param alpha the numerator of the scale, positive
 * @param dropout the probability with which an input of A is dropped in training, in [0, 1)
 * @param targetModules the last parts of the names of the linear layers to adapt, for example {@code q_proj}, or the
 *     single entry {@link #ALL_LINEAR}
 */
public record LoraConfig(int rank, double alpha, double dropout, List<String> targetModules) {
    /** The entry that stands for every linear layer but the head. */
    public static final String ALL_LINEAR = "all-linear";

    /** The highest rank. */
    public static final int HIGHEST_RANK = 1 << 16;

    /**
     * Checks the values and takes a copy of the list.
     *
     * @param rank the rank
     * @param alpha the numerator of the scale
     * @param dropout the dropout probability
     * @param targetModules the layers
     * @throws IllegalArgumentException when a value is out of range or the list is empty, has a blank entry, or has
     *     {@link #ALL_LINEAR} beside others
     */
    public LoraConfig {
        require(rank >= 1 && rank <= HIGHEST_RANK, "the LoRA rank must be in [1, " + HIGHEST_RANK + "], not " + rank);
        require(alpha > 0 && Double.isFinite(alpha), "the LoRA alpha must be positive, not " + alpha);
        require(dropout >= 0 && dropout < 1, "the LoRA dropout must be in [0, 1), not " + dropout);
        targetModules = List.copyOf(targetModules);
        require(!targetModules.isEmpty(), "LoRA needs a target module; use \"" + ALL_LINEAR + "\" for all");
        require(targetModules.stream().noneMatch(String::isBlank), "a LoRA target module's name is blank");
        require(
                !targetModules.contains(ALL_LINEAR) || targetModules.size() == 1,
                "\"" + ALL_LINEAR + "\" cannot be combined with other LoRA target modules");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** {@return the factor of every update, alpha / rank} */
    public double scale() {
        return alpha / rank;
    }
}
