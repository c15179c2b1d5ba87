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

import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long results live, and weights that are not floats in memory. */
final class ScheduleTest {
    private static final Dim N = Dim.symbol("N");

    private static List<Long> live(Graph graph, Map<String, Tensor> outputs, long n) {
        return graph.model(outputs).schedule().moments(Map.of("N", n)).stream()
                .map(Schedule.Moment::live)
                .toList();
    }

    @Test
    void resultsLiveUntilTheirLastUse() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(4));
        Tensor a = x.softmax();
        Tensor b = a.softmax();
        Tensor c = b.softmax().add(a);
        assertEquals(List.of(160L, 320L, 480L, 320L, 160L), live(graph, Map.of("y", c.softmax()), 10));
    }

    @Test
    void elementwiseOperatorsWriteOverWhatNothingNeeds() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(4));
        Tensor y = x.softmax().exp().mul(2).softmax();
        assertEquals(List.of(160L, 160L, 160L, 160L), live(graph, Map.of("y", y), 10));
    }

    @Test
    void newShapesAreNoCopies() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(4));
        Tensor flat = x.softmax().reshape(N.times(4));
        Tensor y = flat.reshape(N, Dim.of(4)).softmax();
        assertEquals(List.of(160L, 160L, 160L, 160L), live(graph, Map.of("y", y), 10));
    }

    @Test
    void theLastLeafRunsFirst() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("first", x.reshape(N, Dim.ONE));
        outputs.put("last", x.greater(0));
        List<Schedule.Moment> moments = graph.model(outputs).schedule().moments(Map.of("N", 5L));
        assertEquals(ElementType.BOOL, moments.get(0).outputs().get(0).element());
    }

    @Test
    void derivedSizesFollowFromTheirSource() {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(4));
        Tensor start = x.slice(0, 0, 6).softmax();
        Tensor rest = x.slice(0, 6, 12).softmax();
        List<Schedule.Moment> moments = graph.model(
                        Map.of("y", start.concat(0, rest).softmax()))
                .schedule()
                .moments(Map.of("N", 10L));
        assertEquals(160, moments.get(moments.size() - 1).largest());
        assertEquals(
                96,
                moments.stream()
                        .filter(m ->
                                m.outputs().get(0).shape().dim(0).toString().equals("N[0:6]"))
                        .findFirst()
                        .orElseThrow()
                        .largest());
        assertThrows(
                GraphException.class,
                () -> graph.model(Map.of("y", start.softmax())).schedule().moments(Map.of()));
    }

    @Test
    void weightsMayLieInAFile(@TempDir Path directory) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(3 + 4 * 6).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(3);
        for (int i = 0; i < 6; i++) {
            bytes.putFloat(i);
        }
        Path file = Files.write(directory.resolve("weights"), bytes.array()).toRealPath();
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(3));
        Map<String, Tensor> outputs = Map.of("y", x.linear(graph.weight("w", 2, 3)));
        try (GraphSession session = GraphSession.open(
                        graph.model(outputs), source(ElementType.FLOAT, new WeightSource.FileRegion(file, 3, 24)));
                Feeds feeds = new Feeds().floats("x", new float[] {1, 10, 100}, 1, 3);
                GraphSession.Outputs result = session.run(feeds)) {
            assertArrayEquals(new float[] {210, 543}, result.floats("y"));
        }
    }

    @Test
    void narrowWeightsAreWidenedExactly() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) 0x3f80).putShort((short) 0xc040).flip();
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, N, Dim.of(2));
        Tensor w = graph.weight("w", ElementType.BFLOAT16, 1, 2);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("y", x.linear(w));
        outputs.put(
                "row",
                w.gather(graph.input("index", ElementType.INT64, Dim.ONE)).toFloat());
        try (GraphSession session = GraphSession.open(
                        graph.model(outputs), source(ElementType.BFLOAT16, new WeightSource.Memory(bytes)));
                Feeds feeds = new Feeds().floats("x", new float[] {5, 7}, 1, 2).integers("index", new long[] {0}, 1);
                GraphSession.Outputs result = session.run(feeds)) {
            assertArrayEquals(new float[] {5 - 21}, result.floats("y"));
            assertArrayEquals(new float[] {1, -3}, result.floats("row"));
        }
    }

    static WeightSource source(ElementType type, WeightSource.Place place) {
        return new WeightSource() {
            @Override
            public ElementType type(String name) {
                return type;
            }

            @Override
            public Place place(String name) {
                return place;
            }
        };
    }
}
