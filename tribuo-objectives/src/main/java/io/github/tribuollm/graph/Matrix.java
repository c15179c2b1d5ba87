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

import java.util.Optional;

/**
 * The matrix W [out, in] of a linear layer, in the form in which it is held. Whoever multiplies by it needs to know
 * neither the form nor how the gradient passes through it.
 */
public sealed interface Matrix permits Matrix.Floats, Int8Matrix, Int8Blocks, Int4Matrix {
    /**
     * x W^T, with its gradient to x.
     *
     * @param x [N, in]
     * @return [N, out]
     */
    Tensor product(Tensor x);

    /**
     * x W^T + c, with its gradients to x and c.
     *
     * @param x [N, in]
     * @param addend c, which broadcasts to [N, out]
     * @return [N, out]
     */
    default Tensor productPlus(Tensor x, Tensor addend) {
        return product(x).add(addend);
    }

    /**
     * Rows of W.
     *
     * @param indices int64 [n], below out
     * @return [n, in]
     */
    Tensor rows(Tensor indices);

    /**
     * W as float32, for what is more than a product, with a gradient where {@link #trained} is one. What is held in
     * another type is converted on every run.
     *
     * @param input an input of the graph with at least one element, whatever its values
     * @return [out, in]
     */
    Tensor floats(Tensor input);

    /**
     * This matrix for all products with rows of some states: whatever has to be converted for a product is converted
     * once, when the states are known.
     *
     * @param states [N, in] each
     * @return a matrix with the same products
     */
    default Matrix convertedFor(Tensor... states) {
        return this;
    }

    /** Where a matrix stands, which says how finely one of rounded numbers rounds what it is multiplied by. */
    enum Role {
        /** Where losses are measured, or texts generated. */
        MEASURING,
        /** Of queries, keys and values below an adapter that is trained: gradients may be rounded to the last of 8 bits. */
        TRAINED_QUERIES,
        /** Of another layer below an adapter that is trained: what enters it may be, too. */
        TRAINED,
        /** The output layer of a training: what enters it may be, but its gradients are those of a softmax. */
        TRAINED_LOGITS
    }

    /**
     * This matrix in a role; {@link Role#MEASURING} where none is said.
     *
     * @param role the role
     * @return a matrix with almost the same products and gradients
     */
    default Matrix as(Role role) {
        return this;
    }

    /** {@return the tensor that a gradient with respect to W goes to; empty if W can only be frozen} */
    default Optional<Tensor> trained() {
        return Optional.empty();
    }

    /**
     * A tensor as a matrix.
     *
     * @param tensor [out, in], float32 or, if it is frozen, 16-bit floats
     * @return the matrix
     */
    static Matrix of(Tensor tensor) {
        return new Floats(tensor);
    }

    /**
     * Floats, as a tensor has them.
     *
     * @param tensor [out, in]
     */
    record Floats(Tensor tensor) implements Matrix {
        @Override
        public Tensor product(Tensor x) {
            return x.linear(tensor);
        }

        @Override
        public Tensor productPlus(Tensor x, Tensor addend) {
            return addend.addLinear(x, tensor, 1);
        }

        @Override
        public Tensor rows(Tensor indices) {
            return tensor.gather(indices);
        }

        @Override
        public Tensor floats(Tensor input) {
            return tensor.widenedOnEveryRun(input);
        }

        @Override
        public Matrix convertedFor(Tensor... states) {
            return new Floats(tensor.widened(states));
        }

        @Override
        public Optional<Tensor> trained() {
            return Optional.of(tensor);
        }
    }
}
