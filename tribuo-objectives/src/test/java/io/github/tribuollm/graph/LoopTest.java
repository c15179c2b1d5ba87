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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that run several times inside one run of a graph. */
final class LoopTest {
    private static final Dim TIMES = Dim.symbol("M");

    /** A row for each run: where its part of a ragged batch begins, where it ends, and its height. */
    private static final long[] TABLE = {0, 6, 2, 6, 9, 3, 9, 10, 1};

    private static final float[] RAGGED = {1, -2, 3, 4, -5, 6, 7, 8, -9, 10};

    private static Tensor table(Graph graph, int columns) {
        return graph.input("table", ElementType.INT64, TIMES, Dim.of(columns));
    }

    /** The part of a ragged batch that a run reads, [H, W]. */
    private static Tensor part(Tensor flat, List<Tensor> row) {
        Graph graph = flat.graph();
        Tensor start = row.get(0);
        Tensor end = row.get(1);
        Dim height = graph.dim("H", row.get(2));
        Dim width = graph.dim("W", end.sub(start).div(row.get(2)));
        return flat.slice(0, start, end, height.times(width)).reshape(height, width);
    }

    @Test
    void valuesAreCarriedAndStacked() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.of(3));
        Tensor start = graph.input("start", ElementType.FLOAT, Dim.of(2));
        Loop.Values ends = graph.loop(table(graph, 1), List.of(Loop.Carried.of(start)), (row, carried) -> {
            Tensor sum = carried.get(0).add(x.gather(row.get(0)));
            return new Loop.Values(List.of(sum), List.of(sum, row.get(0)));
        });
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("end", ends.carried().get(0));
        outputs.put("sums", ends.stacked().get(0));
        outputs.put("rows", ends.stacked().get(1));
        assertEquals(Shape.of(TIMES, Dim.of(2)), outputs.get("sums").shape());
        try (GraphSession session = GraphSession.open(graph.model(outputs));
                Feeds feeds =
                        new Feeds().floats("x", new float[] {1, 2, 4}, 3).floats("start", new float[] {10, 20}, 2)) {
            try (GraphSession.Outputs results = session.run(feeds.integers("table", new long[] {0, 2, 1}, 3, 1))) {
                assertArrayEquals(new float[] {17, 27}, results.floats("end"));
                assertArrayEquals(new float[] {11, 21, 15, 25, 17, 27}, results.floats("sums"));
                assertArrayEquals(new long[] {0, 2, 1}, results.integers("rows"));
            }
            try (GraphSession.Outputs results = session.run(feeds.integers("table", new long[0], 0, 1))) {
                assertArrayEquals(new float[] {10, 20}, results.floats("end"));
                assertArrayEquals(new float[0], results.floats("sums"));
            }
        }
    }

    @Test
    void sumsOfGradientsAreTheGradientOfTheSum() {
        Graph graph = new Graph();
        Tensor flat = graph.input("flat", ElementType.FLOAT, Dim.symbol("P"));
        Tensor table = table(graph, 3);
        Tensor a = graph.input("a", ElementType.FLOAT, Dim.ONE);
        Tensor squared = a.mul(a);
        Loop.Values ends = graph.loop(
                table, List.of(Loop.Carried.of(graph.constant(0f)), Loop.Carried.of(a.mul(0))), (row, carried) -> {
                    Tensor part = part(flat, row);
                    Tensor loss = graph.checkpoint(part, x -> x.mul(squared).tanh())
                            .sum(1)
                            .exp()
                            .sum();
                    Tensor gradient = Gradients.of(loss, List.of(a)).get(0);
                    return new Loop.Values(
                            List.of(carried.get(0).add(loss), carried.get(1).add(gradient)), List.of());
                });
        Map<String, Tensor> outputs =
                Map.of("loss", ends.carried().get(0), "gradient", ends.carried().get(1));
        try (GraphSession session = GraphSession.open(graph.model(outputs))) {
            double h = 1e-3;
            double[] loss = new double[2];
            for (int side = 0; side < 2; side++) {
                try (GraphSession.Outputs results = run(session, (float) (0.4 + (2 * side - 1) * h))) {
                    loss[side] = results.scalar("loss");
                }
            }
            try (GraphSession.Outputs results = run(session, 0.4f)) {
                double expected = (loss[1] - loss[0]) / (2 * h);
                assertEquals(expected, results.scalar("gradient"), 1e-3 * Math.abs(expected));
                assertEquals(sum(0.4f), results.scalar("loss"), 1e-5);
            }
        }
    }

    private static GraphSession.Outputs run(GraphSession session, float a) {
        try (Feeds feeds = new Feeds()
                .floats("flat", RAGGED, RAGGED.length)
                .integers("table", TABLE, 3, 3)
                .floats("a", new float[] {a}, 1)) {
            return session.run(feeds);
        }
    }

    private static double sum(double a) {
        double sum = 0;
        int[][] rows = {{0, 3}, {3, 6}, {6, 7}, {7, 8}, {8, 9}, {9, 10}};
        for (int[] row : rows) {
            sum += Math.exp(IntStream.range(row[0], row[1])
                    .mapToDouble(k -> Math.tanh(RAGGED[k] * a * a))
                    .sum());
        }
        return sum;
    }

    @Test
    void carriedValuesMayGrow() {
        Graph graph = new Graph();
        Tensor flat = graph.input("flat", ElementType.FLOAT, Dim.symbol("P"));
        Tensor table = table(graph, 3);
        Loop.Carried joined = Loop.Carried.resized(
                graph.constant(new float[0], 0), 0, flat.shape().dim(0));
        Tensor means = graph.loop(table, List.of(joined), (row, carried) -> {
                    Tensor part = part(flat, row);
                    Tensor rows = part.mean(1).reshape(part.shape().dim(0));
                    return new Loop.Values(List.of(carried.get(0).concat(0, rows)), List.of());
                })
                .carried()
                .get(0);
        Tensor again = graph.loop(table, List.of(Loop.Carried.of(graph.constant(0f))), (row, carried) -> {
                    Tensor part = part(flat, row);
                    return new Loop.Values(List.of(carried.get(0).add(part.sum())), List.of());
                })
                .carried()
                .get(0);
        Tensor count = graph.size(means.shape().dim(0));
        try (GraphSession session =
                        GraphSession.open(graph.model(Map.of("means", means, "count", count, "sum", again)));
                Feeds feeds = new Feeds().floats("flat", RAGGED, RAGGED.length).integers("table", TABLE, 3, 3);
                GraphSession.Outputs results = session.run(feeds)) {
            assertArrayEquals(new float[] {2 / 3f, 5 / 3f, 7, 8, -9, 10}, results.floats("means"), 1e-6f);
            assertArrayEquals(new long[] {6}, results.integers("count"));
            assertEquals(23, results.scalar("sum"));
        }
    }

    @Test
    void loopsNestAndShareTheWeightsOutside() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.ONE, Dim.of(2));
        Tensor w = graph.weight("w", 2, 2);
        Tensor table = table(graph, 1);
        Tensor powers = repeated(table, x, outer -> repeated(table, outer, inner -> inner.linear(w)));
        Graph.Model model = graph.model(Map.of("y", powers, "once", x.linear(w)));
        assertEquals(1, model.weights().size());
        assertEquals(
                1,
                model.proto().getGraph().getInitializerList().stream()
                        .filter(t -> t.getName().equals("w"))
                        .count());
        ByteBuffer matrix = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        matrix.asFloatBuffer().put(new float[] {1, 1, 0, 1});
        try (GraphSession session = GraphSession.open(
                        model, ScheduleTest.source(ElementType.FLOAT, new WeightSource.Memory(matrix)));
                Feeds feeds = new Feeds()
                        .floats("x", new float[] {5, 1}, 1, 2)
                        .integers("table", new long[] {7, 7, 7}, 3, 1);
                GraphSession.Outputs results = session.run(feeds)) {
            assertArrayEquals(new float[] {14, 1}, results.floats("y"));
            assertArrayEquals(new float[] {6, 1}, results.floats("once"));
        }
    }

    private static Tensor repeated(Tensor table, Tensor start, UnaryOperator<Tensor> step) {
        return table.graph()
                .loop(
                        table,
                        List.of(Loop.Carried.of(start)),
                        (row, carried) -> new Loop.Values(List.of(step.apply(carried.get(0))), List.of()))
                .carried()
                .get(0);
    }

    @Test
    void bodiesComputeIn16BitsToo() {
        Graph graph = new Graph(ElementType.BFLOAT16);
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.of(2));
        Tensor narrow = x.toCompute();
        Tensor end = repeated(
                table(graph, 1), x, sum -> sum.add(sum.toCompute().mul(narrow).toFloat()));
        try (GraphSession session =
                        GraphSession.open(graph.model(Map.of("y", end)).emulated());
                Feeds feeds =
                        new Feeds().floats("x", new float[] {1.2345f, -0.1f}, 2).integers("table", new long[2], 2, 1);
                GraphSession.Outputs results = session.run(feeds)) {
            float[] expected = {1.2345f, -0.1f};
            for (int i = 0; i < 2; i++) {
                float factor = ElementType.BFLOAT16.rounded(expected[i]);
                for (int run = 0; run < 2; run++) {
                    float sum = ElementType.BFLOAT16.rounded(expected[i]);
                    expected[i] += ElementType.BFLOAT16.rounded(sum * factor);
                }
            }
            assertArrayEquals(expected, results.floats("y"));
        }
    }

    @Test
    void onlyWhatIsNeededIsWritten() {
        Graph graph = new Graph();
        Tensor table = table(graph, 1);
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"));
        Tensor unused = graph.input("unused", ElementType.FLOAT, TIMES);
        Tensor sum = graph.loop(table, List.of(Loop.Carried.of(graph.constant(0f))), (row, carried) -> {
                    unused.exp().softmax();
                    return new Loop.Values(
                            List.of(carried.get(0).add(x.gather(row.get(0)).sum())), List.of());
                })
                .carried()
                .get(0);
        Graph.Model model = graph.model(Map.of("y", sum));
        OnnxMl.NodeProto loop = model.proto().getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("Loop"))
                .findFirst()
                .orElseThrow();
        List<String> body = loop.getAttribute(0).getG().getNodeList().stream()
                .map(OnnxMl.NodeProto::getOpType)
                .toList();
        assertTrue(body.containsAll(List.of("Gather", "Add")) && !body.contains("Softmax"), body::toString);
        assertEquals(Set.of("x", "table"), model.inputs().keySet());
    }

    @Test
    void mistakesAreNamed() {
        Graph graph = new Graph();
        Tensor table = table(graph, 1);
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"));
        Loop.Carried zero = Loop.Carried.of(graph.constant(0f));
        Tensor[] inside = new Tensor[1];
        Tensor sum = graph.loop(table, List.of(zero), (row, carried) -> {
                    inside[0] = x.gather(row.get(0)).sum();
                    return new Loop.Values(List.of(carried.get(0).add(inside[0])), List.of());
                })
                .carried()
                .get(0);
        assertMessage("carry or stack it", () -> inside[0].exp());
        assertMessage("take gradients inside its body", () -> Gradients.of(sum.exp(), List.of(x)));
        assertMessage(
                "carries float[] as its value 0",
                () -> graph.loop(table, List.of(zero), (row, carried) -> new Loop.Values(List.of(x), List.of())));
        assertMessage(
                "carries 1 values",
                () -> graph.loop(table, List.of(zero), (row, carried) -> new Loop.Values(List.of(), List.of())));
        assertMessage("has a size already", () -> graph.dim("M", graph.integers(3)));
        assertEquals("float[]", sum.exp().type().toString());
    }

    private static void assertMessage(String part, Runnable action) {
        GraphException e = assertThrows(GraphException.class, action::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void memoryIsThatOfARunAndOfWhatItHandsOn() {
        Graph graph = new Graph();
        Tensor table = table(graph, 1);
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.of(10), Dim.symbol("N"));
        Tensor end = repeated(
                table, x.softmax(), h -> h.softmax().concat(0, h).sum(0).add(h));
        List<Schedule.Moment> moments =
                graph.model(Map.of("y", end.softmax())).schedule().moments(Map.of("M", 3L, "N", 500L));
        long matrix = 4 * 10 * 500;
        Schedule.Moment loop = moments.get(moments.size() - 2);
        long run = matrix + 2 * matrix;
        long taken = matrix;
        long handedOn = matrix;
        long outside = 2 * matrix;
        assertEquals(2 * matrix, loop.largest());
        assertEquals(outside + taken + run + handedOn, loop.live(), 500);
    }
}
