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

import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A step as one run does what its micro-batches do one after another. */
class OneRunTest {
    private static OneRun steps;

    @BeforeAll
    static void open() {
        steps = new OneRun();
    }

    @AfterAll
    static void close() {
        steps.close();
    }

    static Stream<Arguments> objectives() {
        Map<String, Objective> all = OneRun.objectives();
        return Stream.of(
                        "masked-mle",
                        "masked-mle-distill",
                        "masked-mle-micro-batch",
                        "document-selection",
                        "rho-1",
                        "sparse-distillation",
                        "grpo",
                        "top-in-each-document",
                        "above-1.5-nats",
                        "iw-sft-by-document")
                .map(name -> Arguments.of(name, all.get(name)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objectives")
    void losesNothing(String name, Objective objective) {
        assertEqual(objective, steps.shape(0, false, false), OneRun.padded(3));
    }

    private static void assertEqual(Objective objective, ModelShape shape, List<LayoutDifference.Layout> layouts) {
        double worst = steps.worst(objective, shape, layouts);
        assertTrue(worst <= 1e-6, objective + ": " + worst);
    }

    @Test
    void anyCutWillDo() {
        assertEqual(Objective.maskedMleDistill(0.75), steps.shape(0, false, false), OneRun.padded(1, 8));
    }

    @Test
    void dropoutMasksAreTheSame() {
        assertEqual(Objective.mle(), steps.shape(0.2, false, false), OneRun.padded(8, 4));
        assertEqual(Objective.maskedMleDistill(0.75), steps.shape(0.2, false, false), OneRun.padded(8, 3));
    }

    @Test
    void layersMayBeComputedAgain() {
        assertEqual(Objective.maskedMleDistill(0.75), steps.shape(0, true, false), OneRun.padded(4, 2));
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void sixteenBitsAreRoundedAlike(ComputeType type) {
        ModelShape shape = steps.shape(0.1, false, false).on(Backend.cpu(type));
        assertEqual(Objective.maskedMleDistill(0.75), shape, OneRun.padded(3));
    }

    @Test
    void documentsMayBePacked() {
        assertEqual(Objective.maskedMleDistill(0.75), steps.shape(0.1, false, true), OneRun.packed());
    }
}
