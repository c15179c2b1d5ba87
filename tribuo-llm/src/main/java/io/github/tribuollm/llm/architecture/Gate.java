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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.graph.GatedUnits;
import io.github.tribuollm.graph.Tensor;

/** The function of a gated feed-forward network. */
enum Gate {
    /** SwiGLU: x sigmoid(x). */
    SILU,
    /** GeGLU with the tanh approximation of the Gaussian error linear unit. */
    GELU_TANH;

    /** f(gate) up. */
    Tensor apply(Tensor gate, Tensor up) {
        return switch (this) {
            case SILU -> GatedUnits.swiGlu(gate, up);
            case GELU_TANH -> GatedUnits.geGlu(gate, up);
        };
    }
}
