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
package io.github.tribuollm.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products computed from the weights' side. */
class FewRowsTest {
    private static final int IN = 40;
    private static final int OUT = 70;
    private static final int RANK = 3;
    private static final Dim ROWS = Dim.symbol("N");

    /** Layers with and without a bias, and a low-rank update. */
    private static Graph.Model layers(ElementType compute) {
        Graph graph = new Graph(compute);
        Tensor x = graph.input("x", ElementType.FLOAT, ROWS, Dim.of(IN)).toCompute();
        Tensor hidden = graph.input("bias", ElementType.FLOAT, Dim.of(OUT))
                .toCompute()
                .addLinear(x, graph.input("w", ElementType.FLOAT, Dim.of(OUT), Dim.of(IN)), 1);
        Tensor back = hidden.linear(graph.input("v", ElementType.FLOAT, Dim.of(IN), Dim.of(OUT)));
        Tensor low = back.linear(graph.input("a", ElementType.FLOAT, Dim.of(RANK), Dim.of(IN)));
        Tensor sum = hidden.addLinear(low, graph.input("b", ElementType.FLOAT, Dim.of(OUT), Dim.of(RANK)), 0.5f);
        return graph.model(Map.of("y", sum.toFloat()));
    }

    private static float[] numbers(int count, int seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] run(Graph.Model model, int rows) {
        try (GraphSession session = GraphSession.open(model);
                Feeds feeds = new Feeds()
                        .floats("x", numbers(rows * IN, 1), rows, IN)
                        .floats("bias", numbers(OUT, 2), OUT)
                        .floats("w", numbers(OUT * IN, 3), OUT, IN)
                        .floats("v", numbers(IN * OUT, 4), IN, OUT)
                        .floats("a", numbers(RANK * IN, 5), RANK, IN)
                        .floats("b", numbers(OUT * RANK, 6), OUT, RANK);
                GraphSession.Outputs outputs = session.run(feeds)) {
            return outputs.floats("y");
        }
    }

    private static List<String> operators(Graph.Model model) {
        return model.proto().getGraph().getNodeList().stream()
                .map(node -> node.getOpType())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 200})
    void givesTheSame(int rows) {
        Graph.Model model = layers(ElementType.FLOAT);
        float[] expected = run(model, rows);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(expected, run(model.forFewRows(), rows), (float) (1e-6 * largest));
    }

    @Test
    void startsFromTheWeights() {
        Graph.Model model = layers(ElementType.FLOAT);
        assertEquals(4, operators(model).stream().filter("Gemm"::equals).count());
        List<String> few = operators(model.forFewRows());
        assertEquals(1, few.stream().filter("Gemm"::equals).count(), "the low-rank update is scaled: " + few);
        assertEquals(3, few.stream().filter("MatMul"::equals).count(), few.toString());
        assertEquals(model.inputs(), model.forFewRows().inputs());
    }

    @Test
    void leavesGraphsOfSixteenBits() {
        Graph.Model model = layers(ElementType.BFLOAT16);
        assertSame(model, model.forFewRows());
    }
}
