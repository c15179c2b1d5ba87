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
package io.github.tribuollm.runtime;

import io.github.tribuollm.graph.ElementType;

/**
 * The element type of matrix products and of the activations between them. Norms, softmax, losses, sums, trained
 * parameters and their gradients are float32 under each.
 */
public enum ComputeType {
    /** IEEE single precision. */
    FLOAT32(ElementType.FLOAT),
    /** IEEE half precision: 11 significant bits, at most 65504; training scales its loss. */
    FLOAT16(ElementType.FLOAT16),
    /** The upper half of single precision: 8 significant bits, the range of float32. */
    BFLOAT16(ElementType.BFLOAT16);

    private final ElementType element;

    ComputeType(ElementType element) {
        this.element = element;
    }

    /** {@return the type of the elements} */
    public ElementType element() {
        return element;
    }
}
