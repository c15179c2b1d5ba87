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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.objectives.token.TokenDistribution;

/**
 * From the hidden states of some tokens to predictions: the product with a matrix [V, D], and what an architecture
 * makes of the products. Whoever has the states decides how many rows go through at once.
 */
public final class OutputLayer {
    private final Architecture architecture;
    private final Matrix matrix;

    private OutputLayer(Architecture architecture, Matrix matrix) {
        this.architecture = architecture;
        this.matrix = matrix;
    }

    /** A model's output layer, its matrix as it is stored. */
    public static OutputLayer of(Architecture architecture, Parameters parameters) {
        return new OutputLayer(architecture, architecture.head(parameters));
    }

    /**
     * The layer for all rows of some states: a matrix of 16 bits is widened once, when the states are known. A chunk of
     * rows needs the whole of it, and widening takes as long as a chunk's products.
     *
     * @param states [N, D] each
     */
    public OutputLayer widenedFor(Tensor... states) {
        return new OutputLayer(architecture, matrix.convertedFor(states));
    }

    /** The layer where its predictions steer a training, see {@link Matrix.Role#TRAINED_LOGITS}. */
    OutputLayer steering() {
        return new OutputLayer(architecture, matrix.as(Matrix.Role.TRAINED_LOGITS));
    }

    boolean sharesMatrixWith(OutputLayer other) {
        return matrix.equals(other.matrix);
    }

    /**
     * The predictions of some tokens.
     *
     * @param states what enters the layer: rows of those that it is widened for, [n, D]
     * @return n distributions over the vocabulary
     */
    public TokenDistribution predictions(Tensor states) {
        return TokenDistribution.ofHead(states, matrix, architecture::logits);
    }
}
