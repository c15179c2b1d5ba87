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
 * Products with a matrix that has one number everywhere, by one row and by several, for which ONNX Runtime has other
 * kernels.
 *
 * @param matrix declares the matrix, [any, columns]
 * @param weights the matrix
 * @param row what it is multiplied by: [columns] that are ones where they meet its numbers
 * @param number the number
 */
record ProductProbe(Function<Graph, Matrix> matrix, WeightSource weights, float[] row, float number) {
    private static final List<Integer> ROWS = List.of(1, 3, 18);

    /** A row for a matrix that does not rotate it. */
    static float[] ones(int columns) {
        float[] row = new float[columns];
        Arrays.fill(row, 1);
        return row;
    }

    /** Whether all sums are right. */
    boolean isRight(GraphSession.Packing packing) {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(row.length));
        Graph.Model model = graph.model(Map.of("y", matrix.apply(graph).product(x)));
        try (GraphSession session =
                GraphSession.open(Backend.cpu(), model, weights, GraphSession.Arena.KEPT, packing)) {
            return ROWS.stream().allMatch(rows -> isRight(session, rows));
        }
    }

    private boolean isRight(GraphSession session, int rows) {
        float[] x = new float[rows * row.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = row[i % row.length];
        }
        try (Feeds feeds = new Feeds().floats("x", x, rows, row.length);
                GraphSession.Outputs outputs = session.run(feeds)) {
            for (float sum : outputs.floats("y")) {
                if (!isRight(sum)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** NaN is not. */
    private boolean isRight(float sum) {
        float wanted = number * row.length;
        return Math.abs(sum - wanted) <= 1e-4f * Math.abs(wanted);
    }
}
