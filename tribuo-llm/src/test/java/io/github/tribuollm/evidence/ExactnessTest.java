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

import io.github.tribuollm.fixtures.Golden;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExactnessTest {
    static Stream<Arguments> forward() {
        return Golden.names().flatMap(name -> Stream.of(Arguments.of(name, false), Arguments.of(name, true)));
    }

    @ParameterizedTest
    @MethodSource("forward")
    void logitsAndLossesAreThoseOfTransformers(String name, boolean adapted) {
        Exactness.Forward worst = Exactness.forward(name, adapted);
        System.out.println(name + " " + worst);
        assertTrue(worst.logits() <= 1e-4, worst::toString);
        assertTrue(worst.nll() <= 1e-5, worst::toString);
        assertTrue(worst.confidentNll() <= 2e-6, worst::toString);
        assertTrue(worst.entropy() <= 1e-5, worst::toString);
    }

    @ParameterizedTest
    @MethodSource("forward")
    void gradientsAreThoseOfPyTorch(String name, boolean recompute) {
        for (Exactness.Backward worst :
                new Exactness.Backward[] {Exactness.lora(name, recompute), Exactness.full(name, recompute)}) {
            System.out.println(name + " " + worst);
            assertTrue(worst.cosine() >= 0.99999, worst::toString);
            assertTrue(worst.norm() <= 1e-4, worst::toString);
            assertTrue(worst.loss() <= 1e-5, worst::toString);
        }
    }

    static Stream<String> names() {
        return Golden.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void allLinearMeansWhatItMeansToPeft(String name) {
        assertTrue(Exactness.sameModules(name));
    }

    @Test
    void everyArchitectureHasTwoCheckpoints() {
        names().collect(Collectors.groupingBy(Exactness::architecture, Collectors.counting()))
                .forEach((architecture, count) -> assertTrue(count >= 2, architecture));
    }

    static Stream<Arguments> trajectories() {
        return FixtureTrajectory.names()
                .flatMap(name -> Exactness.objectives().keySet().stream()
                        .flatMap(o -> Stream.of(8, 2).map(m -> Arguments.of(name, o, m))));
    }

    @ParameterizedTest
    @MethodSource("trajectories")
    void twentyStepsAreThoseOfPyTorch(String name, String objective, int microBatch) {
        Exactness.Trajectory worst = Exactness.trajectory(name, objective, microBatch);
        System.out.println(name + " " + objective + " " + microBatch + " " + worst);
        assertTrue(worst.loss() <= 1e-4, worst::toString);
        assertTrue(worst.gradientNorm() <= 1e-3, worst::toString);
        assertTrue(worst.sameSelection(), worst::toString);
    }
}
