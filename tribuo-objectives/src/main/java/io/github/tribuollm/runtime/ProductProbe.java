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
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Products of rows of ones with a matrix that has one number everywhere, by one row and by several, for which ONNX Runtime
 * has other kernels.
 *
 * @param matrix declares the matrix, [any, in]
 * @param weights the matrix
 * @param in the number of its columns
 * @param number the number
 */
record ProductProbe(Function<Graph, Matrix> matrix, WeightSource weights, int in, float number) {
    private static final List<Integer> ROWS = List.of(1, 3, 18);

    /** Whether all sums are right. */
    boolean isRight(GraphSession.Packing packing) {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(in));
        Graph.Model model = graph.model(Map.of("y", matrix.apply(graph).product(x)));
        try (GraphSession session =
                GraphSession.open(Backend.cpu(), model, weights, GraphSession.Arena.KEPT, packing)) {
            return ROWS.stream().allMatch(rows -> isRight(session, rows));
        }
    }

    private boolean isRight(GraphSession session, int rows) {
        float[] ones = new float[rows * in];
        Arrays.fill(ones, 1);
        try (Feeds feeds = new Feeds().floats("x", ones, rows, in);
                GraphSession.Outputs outputs = session.run(feeds)) {
            for (float sum : outputs.floats("y")) {
                if (Math.abs(sum - number * in) > 1e-4f * Math.abs(number * in)) {
                    return false;
                }
            }
            return true;
        }
    }
}
