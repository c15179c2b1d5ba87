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
package io.github.tribuollm.llm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.objectives.Objective;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ObjectiveGradientsTest {
    @TestFactory
    Iterable<DynamicTest> everyObjectiveTrainsAsInPyTorch() {
        try (ObjectiveGradients gradients = new ObjectiveGradients()) {
            return gradients.objectives().entrySet().stream()
                    .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())))
                    .toList();
        }
    }

    private static void check(String name, Objective objective) {
        try (ObjectiveGradients gradients = new ObjectiveGradients()) {
            ObjectiveGradients.Difference found = gradients.of(name, objective);
            assertEquals(0, found.loss(), 1e-5, "relative error of the loss");
            assertTrue(found.cosine() >= 0.99999, "cosine " + found.cosine());
            assertEquals(0, found.norm(), 1e-5, "relative error of the norm");
        }
    }
}
