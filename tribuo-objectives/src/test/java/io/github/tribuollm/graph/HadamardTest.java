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

import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rotation keeps lengths and angles, is its own inverse, and is the same in graphs and out of them. */
final class HadamardTest {
    private static float[] random(int count) {
        SplittableRandom random = new SplittableRandom(0);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 12, 15, 64, 96, 576, 1536})
    void rotatingTwiceGivesBackAVectorOfTheSameLength(int width) {
        float[] x = random(width);
        float[] rotated = x.clone();
        Hadamard.of(width).rotate(rotated);
        assertEquals(dot(x, x), dot(rotated, rotated), 1e-5 * dot(x, x));
        Hadamard.of(width).rotate(rotated);
        assertArrayEquals(x, rotated, 1e-6f);
    }

    @Test
    void oneElementIsSpreadOverItsBlock() {
        float[] x = new float[128];
        x[70] = 8;
        Hadamard.of(128).rotate(x);
        for (int i = 0; i < x.length; i++) {
            assertEquals(i < 64 ? 0 : 1, Math.abs(x[i]));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 24, 192})
    void graphsRotateAlike(int width) {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(width));
        Tensor y = Hadamard.of(width).rotate(x).mul(graph.constant(1f));
        float[] rows = random(3 * width);
        float[] rotated = rows.clone();
        Hadamard.of(width).rotate(rotated);
        try (GraphSession session = GraphSession.open(graph.model(Map.of("y", y)));
                Feeds feeds = new Feeds().floats("x", rows, 3, width);
                GraphSession.Outputs outputs = session.run(feeds)) {
            assertArrayEquals(rotated, outputs.floats("y"), 1e-6f);
        }
    }
}
