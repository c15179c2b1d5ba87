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
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * What a graph computes of a rounded matrix W [out, in].
 *
 * @param y x W^T
 * @param dx dy W
 * @param rows the rows 3 and 0 of W
 * @param floats W
 */
record MatrixRun(float[] y, float[] dx, float[] rows, float[] floats) {
    /** A matrix as sessions attach it. */
    interface Rounded extends WeightSource {
        int out();

        int in();

        /** The matrix "w". */
        Matrix in(Graph graph);
    }

    static MatrixRun of(Rounded rounded, float[] x, float[] dy, GraphSession.Packing packing) {
        return of(rounded, UnaryOperator.identity(), x, dy, packing);
    }

    /** Of the matrix in some use of it. */
    static MatrixRun of(
            Rounded rounded, UnaryOperator<Matrix> use, float[] x, float[] dy, GraphSession.Packing packing) {
        Graph graph = new Graph();
        Tensor input = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(rounded.in()));
        Tensor seed = graph.input("dy", ElementType.FLOAT, Dim.symbol("N"), Dim.of(rounded.out()));
        Matrix matrix = use.apply(rounded.in(graph));
        Tensor y = matrix.product(input);
        Tensor dx =
                Gradients.backward(List.of(y), List.of(seed), List.of(input)).get(0);
        Map<String, Tensor> outputs = Map.of(
                "y",
                y,
                "dx",
                dx,
                "rows",
                matrix.rows(graph.input("rows", ElementType.INT64, Dim.of(2))),
                "floats",
                matrix.floats(graph.input("any", ElementType.FLOAT, Dim.of(1))));
        int n = x.length / rounded.in();
        try (GraphSession session = GraphSession.open(
                        Backend.cpu(), graph.model(outputs), rounded, GraphSession.Arena.KEPT, packing);
                Feeds feeds = new Feeds()
                        .floats("any", new float[1], 1)
                        .integers("rows", new long[] {3, 0}, 2)
                        .floats("x", x, n, rounded.in())
                        .floats("dy", dy, n, rounded.out());
                GraphSession.Outputs found = session.run(feeds)) {
            return new MatrixRun(found.floats("y"), found.floats("dx"), found.floats("rows"), found.floats("floats"));
        }
    }

    /** Numbers from -1 to 1. */
    static float[] random(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    /** Each block of numbers, rounded to 255 steps of its largest magnitude. */
    static float[] rounded(float[] x, int block) {
        float[] values = new float[x.length];
        for (int from = 0; from < x.length; from += block) {
            float largest = 0;
            for (int i = from; i < from + block; i++) {
                largest = Math.max(largest, Math.abs(x[i]));
            }
            for (int i = from; i < from + block; i++) {
                values[i] = largest == 0 ? 0 : (float) (Math.rint(x[i] * (127.0 / largest)) * largest / 127);
            }
        }
        return values;
    }

    /** A product in double precision, [n, m], of a [n, k] and of b [k, m], or [m, k] if it is transposed. */
    static double[] product(float[] a, double[] b, int n, int k, int m, boolean transposed) {
        double[] c = new double[n * m];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                for (int l = 0; l < k; l++) {
                    c[i * m + j] += a[i * k + l] * b[transposed ? j * k + l : l * m + j];
                }
            }
        }
        return c;
    }

    /** The norm of a difference, as a part of that of what is wanted. */
    static double distance(float[] found, double[] wanted) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < found.length; i++) {
            difference += Math.pow(found[i] - wanted[i], 2);
            norm += wanted[i] * wanted[i];
        }
        return Math.sqrt(difference / norm);
    }
}
