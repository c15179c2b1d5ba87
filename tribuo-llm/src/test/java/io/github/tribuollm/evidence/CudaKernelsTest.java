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

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.cuda.CudaPlacement;
import io.github.tribuollm.runtime.cuda.CudaPlacement.Place;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every graph runs on a GPU as a whole: no node falls back to the processor, nothing is copied inside the graph. */
class CudaKernelsTest {
    private static int graphs;
    private static int nodes;
    private static int fallBacks;
    private static int copies;

    static Stream<String> checkpoints() {
        return Golden.names();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyArchitectureStaysOnTheDevice(String name) {
        for (ComputeType type : ComputeType.values()) {
            assertStays(DeviceGraphs.ofCheckpoint(name, type));
        }
    }

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void everyObjectiveStaysOnTheDevice(ComputeType type) {
        assertStays(DeviceGraphs.ofObjectives("llama-tied", type));
        assertStays(DeviceGraphs.ofObjectives("gemma2-tied", type));
    }

    @ParameterizedTest
    @EnumSource(DropoutPlaces.class)
    void uncertaintyStaysOnTheDevice(DropoutPlaces places) {
        for (ComputeType type : ComputeType.values()) {
            assertUncertaintyStays("llama-tied", type, places);
        }
        assertUncertaintyStays("gemma2-tied", ComputeType.BFLOAT16, places);
        assertUncertaintyStays("phi3-4k", ComputeType.BFLOAT16, places);
    }

    private static void assertUncertaintyStays(String name, ComputeType type, DropoutPlaces places) {
        Map<String, ModelProto> models = DeviceGraphs.ofUncertainty(name, type, places);
        assertEquals(5, models.size(), () -> "graphs of " + models.keySet());
        assertStays(models);
    }

    private static void assertStays(Map<String, ModelProto> models) {
        Map<String, List<String>> problems = new TreeMap<>();
        models.forEach((title, model) -> {
            CudaPlacement placement = CudaPlacement.of(model);
            graphs++;
            nodes += placement.nodes().size();
            fallBacks += placement.at(Place.FALLBACK).size();
            copies += placement.copies().size();
            if (!placement.staysOnDevice()) {
                problems.put(title, placement.problems());
            }
        });
        assertEquals(Map.of(), problems);
    }

    @AfterAll
    static void print() {
        System.out.println("CUDA kernels: " + graphs + " graphs, " + nodes + " nodes in float32, float16 and bfloat16; "
                + fallBacks + " fall back, " + copies + " copies");
    }
}
