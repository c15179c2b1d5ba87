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
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Training in 16 bits is training in float32 but for some roundings. */
class PrecisionTest {
    static Stream<Arguments> architectures() {
        return Stream.of(
                        "gemma-mqa",
                        "gemma2-tied",
                        "gemma3-untied-bias",
                        "llama-mqa-bias",
                        "mistral-window",
                        "phi3-partial-tied",
                        "qwen2-tied-windows",
                        "qwen3-untied-bias-windows")
                .flatMap(name ->
                        Stream.of(Arguments.of(name, ComputeType.BFLOAT16), Arguments.of(name, ComputeType.FLOAT16)));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void adaptersAreTrainedAsInFloat32(String name, ComputeType compute) {
        try (Golden golden = Golden.of(name)) {
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = shape(golden, Optional.of(adapter.form()), true);
            assertRounded(golden, shape, compute, () -> ParameterSet.of(adapter));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void allParametersAreTrainedAsInFloat32(ComputeType compute) {
        for (String name : new String[] {"gemma2-untied-bias", "llama-tied"}) {
            try (Golden golden = Golden.of(name)) {
                ModelShape shape = shape(golden, Optional.empty(), false);
                assertRounded(golden, shape, compute, () -> Exactness.allParameters(golden));
            }
        }
    }

    /** With dropout of the adapter's inputs, the same elements in both, and rows that may hold several documents. */
    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void dropoutAndPackedRowsAreTrainedAsInFloat32(ComputeType compute) {
        try (Golden golden = Golden.of("llama-untied-gqa")) {
            Adapter adapter = golden.adapter("adapter");
            AdapterForm dropping = adapter.form().withDropout(0.3);
            ModelShape shape = shape(golden, Optional.of(dropping), false).packing();
            assertRounded(golden, shape, compute, () -> ParameterSet.of(adapter));
        }
    }

    private static ModelShape shape(Golden golden, Optional<AdapterForm> form, boolean recompute) {
        return new ModelShape(Architectures.of(golden.checkpoint), form, 128, 8, recompute);
    }

    private static void assertRounded(
            Golden golden, ModelShape shape, ComputeType compute, Supplier<ParameterSet> parameters) {
        Deviation deviation = Deviation.of(
                FixtureAnswers.of(golden, shape.on(Backend.cpu(compute)), parameters.get()),
                FixtureAnswers.of(golden, shape, parameters.get()));
        assertTrue(deviation.isWithinBounds(compute), deviation.toString());
        assertTrue(deviation.logits() > 0, "nothing was rounded");
    }
}
