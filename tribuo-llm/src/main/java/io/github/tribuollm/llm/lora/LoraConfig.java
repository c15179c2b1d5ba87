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
 * @param rank the rank of every update that {@code exceptions} does not name, at least 1
 * @param alpha the numerator of the scale in the same way, positive
 * @param dropout the probability with which an input of A is dropped in training, in [0, 1)
 * @param layers the layers to adapt
 * @param exceptions how ranks and scales differ
 */
public record LoraConfig(int rank, double alpha, double dropout, LayerSelection layers, LoraScale exceptions) {
    /** The entry that stands for every linear layer but the head. */
    public static final String ALL_LINEAR = ModuleNames.ALL_LINEAR;

    /** The highest rank. */
    public static final int HIGHEST_RANK = 1 << 16;

    /**
     * Checks the values.
     *
     * @param rank the rank
     * @param alpha the numerator of the scale
     * @param dropout the dropout probability
     * @param layers the layers
     * @param exceptions how ranks and scales differ
     * @throws IllegalArgumentException when a value is out of range
     */
    public LoraConfig {
        requireRank(rank);
        requireAlpha(alpha);
        require(dropout >= 0 && dropout < 1, "the LoRA dropout must be in [0, 1), not " + dropout);
    }

    /**
     * Adapters of one rank and scale.
     *
     * @param rank the rank of every update, at least 1
     * @param alpha the numerator of the scale, positive
     * @param dropout the probability with which an input of A is dropped in training, in [0, 1)
     * @param targetModules the last parts of the names of the linear layers to adapt, for example {@code q_proj}, or
     *     the single entry {@link #ALL_LINEAR}
     * @throws IllegalArgumentException when a value is out of range or the list is empty, has a blank entry, or has
     *     {@link #ALL_LINEAR} beside others
     */
    public LoraConfig(int rank, double alpha, double dropout, List<String> targetModules) {
        this(rank, alpha, dropout, LayerSelection.of(ModuleNames.of(targetModules)), LoraScale.PLAIN);
    }

    static void requireRank(int rank) {
        require(rank >= 1 && rank <= HIGHEST_RANK, "the LoRA rank must be in [1, " + HIGHEST_RANK + "], not " + rank);
    }

    static void requireAlpha(double alpha) {
        require(alpha > 0 && Double.isFinite(alpha), "the LoRA alpha must be positive, not " + alpha);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * The same with another dropout.
     *
     * @param rate in [0, 1)
     * @return the shape
     */
    public LoraConfig withDropout(double rate) {
        return new LoraConfig(rank, alpha, rate, layers, exceptions);
    }

    /**
     * The rank of a module's update.
     *
     * @param module its path
     * @return at least 1
     */
    public int rank(String module) {
        return LoraScale.of(exceptions.ranks(), module, rank);
    }

    /**
     * The factor of a module's update: alpha / rank, or alpha / sqrt(rank), with the module's own.
     *
     * @param module its path
     * @return the factor
     */
    public double scale(String module) {
        double own = LoraScale.of(exceptions.alphas(), module, alpha);
        return exceptions.rankStabilised() ? own / Math.sqrt(rank(module)) : own / rank(module);
    }

    /** {@return rank, alpha, dropout and layers, in a line} */
    @Override
    public String toString() {
        return "rank " + rank + ", alpha " + alpha + ", dropout " + dropout + " on " + layers + exceptions;
    }
}
