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
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A linear layer in four bits has the numbers that PyTorch computes from the scheme; make_int4.py wrote them. */
final class Int4ReferenceTest {
    private final JsonObject reference;

    @TempDir
    Path directory;

    Int4ReferenceTest() throws IOException {
        Path file = Path.of(System.getProperty("test.resources")).resolve("fixtures/int4.json");
        reference = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private float[] floats(String name) {
        return floats(reference.getAsJsonArray(name));
    }

    private static float[] floats(JsonArray array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).getAsFloat();
        }
        return values;
    }

    private Weights weights() {
        long[] shape = {reference.get("out").getAsLong(), reference.get("in").getAsLong()};
        SafetensorsWriter.write(
                directory.resolve(Weights.SINGLE),
                Map.of(),
                List.of(SafetensorsWriter.Entry.of("w", DType.F32, shape, floats("weight"))));
        return Weights.open(directory);
    }

    @Test
    void theNumbersScalesAndOffsetsAreTheReferences() {
        try (Weights weights = weights()) {
            WeightSource source = weights.source(Storage.INT4);
            ByteBuffer pairs = part(source, Int4Matrix.NUMBERS);
            float[] numbers = floats("numbers");
            for (int i = 0; i < numbers.length; i++) {
                int pair = Byte.toUnsignedInt(pairs.get(i / 2));
                assertEquals(numbers[i], i % 2 == 0 ? pair & 15 : pair >> 4, "of element " + i);
            }
            assertSame(floats("scales"), part(source, Int4Matrix.SCALES));
            assertSame(floats("offsets"), part(source, Int4Matrix.OFFSETS));
        }
    }

    private static ByteBuffer part(WeightSource source, String suffix) {
        return ((WeightSource.Memory) source.place("w" + suffix)).bytes().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void assertSame(float[] wanted, ByteBuffer found) {
        for (float value : wanted) {
            assertEquals(value, found.getFloat());
        }
        assertEquals(0, found.remaining());
    }

    @Test
    void productsAndGradientsAreTheReferencesToARounding() {
        try (Weights weights = weights()) {
            compare(weights, GraphSession.Packing.OWN);
            compare(weights, GraphSession.Packing.SHARED);
        }
    }

    private void compare(Weights weights, GraphSession.Packing packing) {
        long out = reference.get("out").getAsLong();
        long in = reference.get("in").getAsLong();
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(in));
        Tensor dy = graph.input("dy", ElementType.FLOAT, Dim.symbol("N"), Dim.of(out));
        Tensor y = new Int4Matrix(graph, "w", out, in).product(x);
        Tensor dx = Gradients.backward(List.of(y), List.of(dy), List.of(x)).get(0);
        float[] rows = floats("x");
        long n = rows.length / in;
        try (GraphSession session = Backend.cpu()
                        .open(
                                graph.model(Map.of("y", y, "dx", dx)),
                                weights.source(Storage.INT4),
                                GraphSession.Arena.KEPT,
                                packing);
                Feeds feeds = new Feeds().floats("x", rows, n, in).floats("dy", floats("dy"), n, out);
                GraphSession.Outputs outputs = session.run(feeds)) {
            assertClose(floats("y"), outputs.floats("y"));
            assertClose(floats("dx"), outputs.floats("dx"));
        }
    }

    private static void assertClose(float[] wanted, float[] found) {
        float largest = 0;
        float difference = 0;
        for (int i = 0; i < wanted.length; i++) {
            largest = Math.max(largest, Math.abs(wanted[i]));
            difference = Math.max(difference, Math.abs(wanted[i] - found[i]));
        }
        assertTrue(difference < 1e-5f * largest, difference + " of " + largest);
    }
}
