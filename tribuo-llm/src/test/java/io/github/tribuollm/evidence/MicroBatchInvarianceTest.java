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

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.objectives.Objective;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MicroBatchInvarianceTest {
    static Stream<Arguments> objectives() {
        return MicroBatchEvidence.objectives().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objectives")
    void aStepsGradientsDoNotDependOnItsCut(String name, Objective objective) {
        double worst = MicroBatchEvidence.worst(objective, 0);
        assertTrue(worst <= 1e-5, name + ": " + worst);
    }

    @Test
    void dropoutDoesNotDependOnTheCutEither() {
        for (Objective objective : new Objective[] {Objective.mle(), Objective.maskedMleDistill(0.75)}) {
            double worst = MicroBatchEvidence.worst(objective, 0.2);
            assertTrue(worst <= 1e-5, objective + ": " + worst);
        }
    }
}
