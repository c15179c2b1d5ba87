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

import io.github.tribuollm.graph.Tensor;
import java.util.Optional;

/**
 * The output layers of the trained model and, where an objective compares with it, of the reference.
 *
 * @param student the trained model's
 * @param reference the reference's, and its states
 */
record OutputLayers(OutputLayer student, Optional<Reference> reference) {
    /**
     * The reference model up to its predictions.
     *
     * @param states of all completion tokens, [N, D]
     * @param layer its output layer
     */
    record Reference(Tensor states, OutputLayer layer) {}

    /** The trained model's alone. */
    static OutputLayers of(OutputLayer student, Tensor states) {
        return new OutputLayers(student.widenedFor(states), Optional.empty());
    }

    /** The same where the trained model learns. */
    OutputLayers steering() {
        return new OutputLayers(student.steering(), reference);
    }

    /** Both. A matrix that they share is widened once, when the states of both are known. */
    static OutputLayers of(OutputLayer student, Tensor states, Reference reference) {
        if (reference.layer.sharesMatrixWith(student)) {
            OutputLayer shared = student.widenedFor(states, reference.states);
            return new OutputLayers(shared, Optional.of(new Reference(reference.states, shared)));
        }
        OutputLayer own = reference.layer.widenedFor(reference.states);
        return new OutputLayers(student.widenedFor(states), Optional.of(new Reference(reference.states, own)));
    }
}
