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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The product of two weights: the tokens that both masks take. */
public final class Intersection implements TokenWeight {
    @Config(mandatory = true, description = "One factor.")
    private TokenWeight left;

    @Config(mandatory = true, description = "The other factor.")
    private TokenWeight right;

    private Intersection() {}

    /**
     * The product of two weights.
     *
     * @param left one factor
     * @param right the other factor
     */
    public Intersection(TokenWeight left, TokenWeight right) {
        this.left = left;
        this.right = right;
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return left.of(statistics).mul(right.of(statistics));
    }

    @Override
    public List<Selection> selections() {
        return Stream.of(left, right).flatMap(w -> w.selections().stream()).toList();
    }

    @Override
    public Optional<Scope> scope() {
        return Scopes.common(Stream.of(left, right));
    }

    @Override
    public List<TokenWeight> factors() {
        return Stream.of(left, right).flatMap(w -> w.factors().stream()).toList();
    }

    @Override
    public String toString() {
        return "(" + left + ") and (" + right + ")";
    }
}
