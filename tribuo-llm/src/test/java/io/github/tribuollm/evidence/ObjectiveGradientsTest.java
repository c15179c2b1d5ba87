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
package io.github.tribuollm.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ObjectiveGradientsTest {
    /** What one rounding to float16 may change, relative. */
    private static final double HALF = 0x1p-11;

    @TestFactory
    Iterable<DynamicTest> everyObjectiveTrainsAsInPyTorch() {
        return forEach(Backend.cpu(), found -> {
            assertEquals(0, found.loss(), 1e-5, "relative error of the loss");
            assertTrue(found.cosine() >= 0.99999, "cosine " + found.cosine());
            assertEquals(0, found.norm(), 1e-5, "relative error of the norm");
        });
    }

    @TestFactory
    Iterable<DynamicTest> everyObjectiveTrainsInHalfPrecision() {
        return forEach(Backend.cpu(ComputeType.FLOAT16), found -> {
            assertEquals(0, found.loss(), 4 * HALF, "relative error of the loss");
            assertTrue(1 - found.cosine() <= Math.pow(20 * HALF, 2) / 2, "cosine " + found.cosine());
            assertEquals(0, found.norm(), 12 * HALF, "relative error of the norm");
        });
    }

    private static Iterable<DynamicTest> forEach(Backend backend, Consumer<ObjectiveGradients.Difference> check) {
        try (ObjectiveGradients gradients = new ObjectiveGradients("llama-tied")) {
            return gradients.objectives().entrySet().stream()
                    .map(e -> DynamicTest.dynamicTest(
                            e.getKey(), () -> check.accept(difference(e.getKey(), e.getValue(), backend))))
                    .toList();
        }
    }

    private static ObjectiveGradients.Difference difference(String name, Objective objective, Backend backend) {
        try (ObjectiveGradients gradients = new ObjectiveGradients("llama-tied")) {
            return gradients.of(name, objective, backend);
        }
    }
}
