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
package io.github.tribuollm.runtime;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.cuda.CudaProblem;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a GPU computes what it is asked to: a graph of a matrix product and a maximum, for which the provider loads
 * cuDNN, runs there, and its numbers are compared. Each device is tried once in a process.
 */
final class CudaProbe {
    private static final float[] MATRIX = {1, 2, 3, 4};
    private static final float[] LARGEST_OF_SQUARE = {10, 22};

    private static final Map<Place, Optional<String>> PROBLEMS = new ConcurrentHashMap<>();

    private record Place(int device, ComputeType computeType) {}

    private CudaProbe() {}

    /**
     * Tries a device.
     *
     * @param device which GPU, from 0
     * @param computeType the precision
     * @return why it cannot be used, and what to do about it; empty if it can
     */
    static Optional<String> problem(int device, ComputeType computeType) {
        return PROBLEMS.computeIfAbsent(new Place(device, computeType), CudaProbe::tried);
    }

    private static Optional<String> tried(Place place) {
        Backend cuda = new Backend(ExecutionProvider.CUDA, place.device(), 0, false, place.computeType());
        try {
            float[] found = run(cuda);
            return Arrays.equals(found, LARGEST_OF_SQUARE)
                    ? Optional.empty()
                    : Optional.of(CudaProblem.named(
                            place.device(),
                            "it computes " + Arrays.toString(found) + " where " + Arrays.toString(LARGEST_OF_SQUARE)
                                    + " is right",
                            "look at what nvidia-smi says, and at the driver's version"));
        } catch (RuntimeFailure e) {
            return Optional.of(CudaProblem.of(place.device(), e.getCause().getMessage()));
        }
    }

    private static float[] run(Backend backend) {
        Graph graph = backend.graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.of(2), Dim.of(2));
        Tensor square = x.toCompute().matmul(x.toCompute()).toFloat();
        Graph.Model model = graph.model(Map.of("largest", square.max(1)));
        try (GraphSession session = backend.open(model, WeightSource.none());
                Feeds feeds = new Feeds().floats("x", MATRIX, 2, 2);
                GraphSession.Outputs outputs = session.run(feeds)) {
            return outputs.floats("largest");
        }
    }
}
