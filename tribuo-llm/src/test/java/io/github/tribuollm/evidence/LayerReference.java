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

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A linear layer, rows that pass through it and what PyTorch computes of them by a scheme of rounding.
 *
 * @param values the fixture
 */
record LayerReference(JsonObject values) {
    static LayerReference read(String fixture) throws IOException {
        Path file = Path.of(System.getProperty("test.resources"))
                .resolve("fixtures")
                .resolve(fixture);
        return new LayerReference(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
    }

    long out() {
        return values.get("out").getAsLong();
    }

    long in() {
        return values.get("in").getAsLong();
    }

    float[] floats(String name) {
        JsonArray array = values.getAsJsonArray(name);
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.get(i).getAsFloat();
        }
        return floats;
    }

    /** The layer's weight "w" in a checkpoint. */
    Weights weights(Path directory) {
        long[] shape = {out(), in()};
        SafetensorsWriter.write(
                directory.resolve(Weights.SINGLE),
                Map.of(),
                List.of(SafetensorsWriter.Entry.of("w", DType.F32, shape, floats("weight"))));
        return Weights.open(directory);
    }

    /** Requires a reference's products, for few rows, to 1e-5 of the largest. */
    void assertProducts(Weights weights, Storage storage, Function<Graph, Matrix> matrix, String products) {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(in()));
        float[] rows = floats("x");
        try (GraphSession session = Backend.cpu()
                        .open(
                                graph.model(Map.of("y", matrix.apply(graph).product(x))),
                                weights.source(storage),
                                GraphSession.Arena.KEPT,
                                GraphSession.Packing.OWN);
                Feeds feeds = new Feeds().floats("x", rows, rows.length / in(), in());
                GraphSession.Outputs outputs = session.run(feeds)) {
            assertClose(floats(products), outputs.floats("y"));
        }
    }

    /** Requires a reference's products and gradients, to 1e-5 of the largest. */
    void assertProductsAndGradients(
            Weights weights, Storage storage, Function<Graph, Matrix> matrix, String products, String gradients) {
        Graph graph = new Graph();
        Tensor x = graph.input("x", ElementType.FLOAT, Dim.symbol("N"), Dim.of(in()));
        Tensor dy = graph.input("dy", ElementType.FLOAT, Dim.symbol("N"), Dim.of(out()));
        Tensor y = matrix.apply(graph).product(x);
        Tensor dx = Gradients.backward(List.of(y), List.of(dy), List.of(x)).get(0);
        float[] rows = floats("x");
        long n = rows.length / in();
        try (GraphSession session = Backend.cpu()
                        .open(
                                graph.model(Map.of("y", y, "dx", dx)),
                                weights.source(storage),
                                GraphSession.Arena.KEPT,
                                GraphSession.Packing.SHARED);
                Feeds feeds = new Feeds().floats("x", rows, n, in()).floats("dy", floats("dy"), n, out());
                GraphSession.Outputs outputs = session.run(feeds)) {
            assertClose(floats(products), outputs.floats("y"));
            assertClose(floats(gradients), outputs.floats("dx"));
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
