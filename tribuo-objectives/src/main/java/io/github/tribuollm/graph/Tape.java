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

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What {@link Gradients} walks back over: one entry for each differentiable step. */
sealed interface Tape {
    List<Tensor> inputs();

    List<Tensor> outputs();

    /** A step whose vector-Jacobian product is known: an operator, or a composition with a rule of its own. */
    record Step(List<Tensor> inputs, List<Tensor> outputs, Function<Tensor, List<Tensor>> vjp) implements Tape {}

    /**
     * A function of a tensor that several expressions share, which several tapes may hold: whichever is walked over takes
     * the gradient that has come together until then.
     */
    record Shared(Tensor x, Tensor y, UnaryOperator<Tensor> vjp) implements Tape {
        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<Tensor> outputs() {
            return List.of(y);
        }
    }

    /** A tensor cut into parts along an axis: the gradient of the whole is the parts' gradients, joined. */
    record Split(Tensor whole, List<Tensor> outputs, int axis) implements Tape {
        @Override
        public List<Tensor> inputs() {
            return List.of(whole);
        }
    }

    /** A block whose inner activations are not kept: its backward runs it again on the same input. */
    record Checkpoint(Tensor input, Tensor output, List<Tensor> captured, UnaryOperator<Tensor> block) implements Tape {
        @Override
        public List<Tensor> inputs() {
            return captured;
        }

        @Override
        public List<Tensor> outputs() {
            return List.of(output);
        }
    }
}
