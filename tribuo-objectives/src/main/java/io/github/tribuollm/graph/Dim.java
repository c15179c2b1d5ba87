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
package io.github.tribuollm.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * One dimension of a {@link Shape}: a constant times a product of named symbols, such as {@code 4*B*T}.
 *
 * <p>Two dimensions are equal exactly when they are the same monomial.
 *
 * @param factor the constant factor, at least 0
 * @param symbols the symbols, sorted, one entry for each power
 */
public record Dim(long factor, List<String> symbols) {
    /** The dimension 1. */
    public static final Dim ONE = new Dim(1, List.of());

    /**
     * Sorts the symbols and refuses a negative factor.
     *
     * @param factor the constant factor
     * @param symbols the symbols
     * @throws IllegalArgumentException if the factor is negative
     */
    public Dim {
        if (factor < 0) {
            throw new IllegalArgumentException("A dimension cannot be negative: " + factor);
        }
        symbols = symbols.stream().sorted().toList();
    }

    /**
     * A constant dimension.
     *
     * @param size the size, at least 0
     * @return the dimension
     */
    public static Dim of(long size) {
        return new Dim(size, List.of());
    }

    /**
     * A dimension known only when the graph runs.
     *
     * @param name the symbol
     * @return the dimension
     */
    public static Dim symbol(String name) {
        return new Dim(1, List.of(name));
    }

    /**
     * Whether the size is known when the graph is built.
     *
     * @return true without symbols
     */
    boolean isConstant() {
        return symbols.isEmpty();
    }

    /**
     * The product of two dimensions.
     *
     * @param other the other factor
     * @return this times other
     */
    public Dim times(Dim other) {
        List<String> product = new ArrayList<>(symbols);
        product.addAll(other.symbols);
        return new Dim(factor * other.factor, product);
    }

    /**
     * The product with a constant.
     *
     * @param other the other factor
     * @return this times other
     */
    public Dim times(long other) {
        return times(of(other));
    }

    @Override
    public String toString() {
        if (isConstant()) {
            return Long.toString(factor);
        }
        String product = String.join("*", symbols);
        return factor == 1 ? product : factor + "*" + product;
    }
}
