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
package io.github.tribuollm.runtime.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Loop;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Onnx;
import io.github.tribuollm.runtime.StandInCuda;
import io.github.tribuollm.runtime.WeightSource;
import io.github.tribuollm.runtime.cuda.CudaPlacement.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CudaPlacementTest {
    private static final Dim N = Dim.symbol("N");

    private static Graph.Model model(Tensor output) {
        return output.graph().model(Map.of("y", output));
    }

    private static Tensor input(Graph graph) {
        return graph.input("x", ElementType.FLOAT, N, Dim.of(3));
    }

    /** A sum divided by the number of its terms. */
    private static Graph.Model mean() {
        Graph graph = new Graph();
        return model(input(graph).sum(0).div(graph.size(N).toFloat()));
    }

    /** Whole numbers computed of a size, compared with others. */
    private static Graph.Model half() {
        Graph graph = new Graph();
        Tensor x = input(graph);
        Tensor half = graph.size(N).div(graph.integers(2)).reshape(Shape.SCALAR);
        return model(half.greater(x.argMax()).toFloat());
    }

    private static Graph.Model reshaped() {
        Graph graph = new Graph();
        return model(
                input(graph).mul(2).expand(Shape.of(Dim.of(2), N, Dim.of(3))).neg());
    }

    /** Parts of a vector, each divided by its length: what a body computes of sizes, and with them. */
    private static Graph.Model parts() {
        Graph graph = new Graph();
        Tensor table = graph.input("table", ElementType.INT64, Dim.symbol("M"), Dim.of(2));
        Tensor flat = input(graph).reshape(N.times(3));
        Loop.Values means = graph.loop(table, List.of(), (row, carried) -> {
            Dim length = graph.dim("L", row.get(1));
            Tensor part = flat.slice(0, row.get(0), row.get(0).add(row.get(1)), length);
            return new Loop.Values(
                    List.of(), List.of(part.sum().div(graph.size(length).toFloat())));
        });
        return model(means.stacked().get(0));
    }

    private static Graph.Model narrowIndex() {
        Graph graph = new Graph(ElementType.BFLOAT16);
        return model(input(graph).toCompute().argMax());
    }

    private static CudaPlacement placement(Graph.Model model) {
        return CudaPlacement.of(model);
    }

    private static CudaPlacement onDevice(Graph.Model model) {
        return CudaPlacement.of(model.as(DeviceForm.of(model.typed())));
    }

    @Test
    void theTableIsOfTheVersionThatRuns() throws IOException {
        String table = new String(
                CudaPlacement.class.getResourceAsStream("cuda-kernels.tsv").readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(table.contains("of ONNX Runtime " + Onnx.version()), "run test-resources/gpu/kernels");
    }

    @Test
    void shapesAreComputedOnTheProcessorAndNothingElse() {
        CudaPlacement placement = placement(reshaped());
        assertTrue(placement.staysOnDevice(), placement.toString());
        assertEquals(List.of("Mul", "Expand", "Neg"), operators(placement, Place.DEVICE, "Shape"));
        assertEquals(List.of("Concat"), operators(placement, Place.SHAPES, ""));
    }

    private static List<String> operators(CudaPlacement placement, Place place, String except) {
        return placement.at(place).stream()
                .map(node -> node.operation().replaceAll("\\(.*", ""))
                .filter(operator -> !operator.equals(except))
                .toList();
    }

    @Test
    void aSizeThatIsANumberWouldBeCopied() {
        List<CudaPlacement.Copy> copies = placement(mean()).copies();
        assertEquals(1, copies.size());
        assertTrue(copies.get(0).toString().contains("needed on the device by [Div_1]"), copies.toString());
    }

    @Test
    void theFormForTheDeviceCopiesNothing() {
        for (Graph.Model model : List.of(mean(), half(), parts())) {
            assertFalse(placement(model).staysOnDevice());
            assertTrue(onDevice(model).staysOnDevice(), onDevice(model).toString());
        }
    }

    @Test
    void theFormForTheDeviceComputesTheSame() {
        float[] x = {1, 5, 2, 7, 3, 4, 9, 8, 6, 0.1f, 0.7f, 0.3f, 11, 10, 12};
        for (Graph.Model model : List.of(mean(), half(), reshaped(), parts())) {
            try (Feeds feeds = new Feeds().floats("x", x, 5, 3).integers("table", new long[] {0, 4, 4, 11}, 2, 2);
                    GraphSession plain = GraphSession.open(model);
                    GraphSession form = GraphSession.open(model.as(DeviceForm.of(model.typed())))) {
                assertArrayEquals(plain.run(feeds).floats("y"), form.run(feeds).floats("y"));
            }
        }
    }

    @Test
    void aTypeWithoutKernelIsNamedWithThoseThatHaveOne() {
        assertEquals(
                List.of(
                        "ArgMax_1: ArgMax(bfloat16) has no CUDA kernel; there are kernels for (float), (float16)",
                        "Cast_1: computed by Cast_1 on the device and needed in host memory by [ArgMax_1];"
                                + " compute it from sizes, or feed it"),
                placement(narrowIndex()).problems());
    }

    @Test
    void openingAGraphThatFallsBackWarns() {
        Graph.Model model = narrowIndex();
        Backend backend = new Backend(ExecutionProvider.CUDA, 0, 0, false, ComputeType.BFLOAT16, Optional.empty());
        List<String> warnings = new ArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord warning) {
                warnings.add(warning.getMessage());
            }
        };
        Logger logger = Logger.getLogger(Backend.class.getName());
        logger.addHandler(handler);
        try {
            assertThrows(RuntimeException.class, () -> backend.open(model, WeightSource.none()));
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(
                placement(model).problems().stream()
                        .map(problem -> "Slow on a GPU: " + problem)
                        .toList(),
                warnings);
    }

    @Test
    void theProviderAgrees() {
        StandInCuda cuda = StandInCuda.here().orElse(null);
        Assumptions.assumeTrue(cuda != null, "no gcc, or test-resources/gpu/natives-cuda12 was not run");
        Map<String, Graph.Model> models =
                Map.of("mean", mean(), "half", half(), "reshaped", reshaped(), "parts", parts());
        Map<String, ModelProto> asked = new LinkedHashMap<>();
        models.forEach((name, model) -> {
            asked.put(name, model.typed());
            asked.put(name + " on the device", DeviceForm.of(model.typed()));
        });
        cuda.open(asked, true).forEach((name, answer) -> {
            CudaPlacement placement = CudaPlacement.of(asked.get(name));
            assertEquals(
                    placement.copies().stream().map(CudaPlacement.Copy::tensor).collect(Collectors.toSet()),
                    answer.copied(),
                    name);
            placement
                    .nodes()
                    .forEach(node -> assertTrue(
                            !answer.knows(node.node()) || answer.onCuda(node.node()) == (node.place() == Place.DEVICE),
                            name + ": " + node));
        });
    }
}
