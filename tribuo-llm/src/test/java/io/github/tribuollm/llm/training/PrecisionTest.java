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

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.runtime.ComputeType;
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
        Precision.Distance distance =
                Precision.adapter(name, compute, true).from(Precision.adapter(name, ComputeType.FLOAT32, true));
        assertTrue(distance.isWithinBounds(compute), distance.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void allParametersAreTrainedAsInFloat32(ComputeType compute) {
        for (String name : new String[] {"gemma2-untied-bias", "llama-tied"}) {
            Precision.Distance distance = Precision.all(name, compute).from(Precision.all(name, ComputeType.FLOAT32));
            assertTrue(distance.isWithinBounds(compute), distance.toString());
        }
    }
}
